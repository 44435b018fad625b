// SPDX-License-Identifier: GPL-2.0
#include <linux/module.h>
#include <linux/platform_device.h>
#include "wire.h"

static struct platform_device *board;

static int __init add(void)
{
	int error = wire_add();

	if (error)
		return error;
	board = platform_device_register_simple("virtual-pi", -1, NULL, 0);
	if (IS_ERR(board)) {
		error = PTR_ERR(board);
		goto no_board;
	}
	error = gpio_add(&board->dev);
	if (error)
		goto no_gpio;
	error = i2c_add(&board->dev);
	if (error)
		goto no_i2c;
	error = spi_add(&board->dev);
	if (!error)
		return 0;
	i2c_remove();
no_i2c:
	gpio_remove();
no_gpio:
	platform_device_unregister(board);
no_board:
	wire_remove();
	return error;
}

static void __exit leave(void)
{
	spi_remove();
	i2c_remove();
	gpio_remove();
	platform_device_unregister(board);
	wire_remove();
}

module_init(add);
module_exit(leave);
MODULE_DESCRIPTION("The header of a Raspberry Pi, whose chips are in another process");
MODULE_LICENSE("GPL");
