// SPDX-License-Identifier: GPL-2.0
/* SPI bus 0, with the kernel's own spidev on CE0. */
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/spi/spi.h>
#include "wire.h"

#define CE0 0

static struct spi_controller *bus;

/* What is exchanged while the chip select is low, however many buffers it lies in. */
static int exchange(struct spi_controller *controller, struct spi_message *message)
{
	struct spi_transfer *part;
	size_t bytes = 0, at = 0;
	u8 *out, *in;

	message->status = -ENOMEM;
	out = kzalloc(2 * WIRE_MAX_BYTES, GFP_KERNEL);
	if (!out)
		goto end;
	in = out + WIRE_MAX_BYTES;
	message->status = -EMSGSIZE;
	list_for_each_entry(part, &message->transfers, transfer_list) {
		if (bytes + part->len > WIRE_MAX_BYTES)
			goto end;
		if (part->tx_buf)
			memcpy(out + bytes, part->tx_buf, part->len);
		bytes += part->len;
	}
	message->status = wire_call(WIRE_SPI, CE0, out, bytes, in, bytes);
	if (message->status)
		goto end;
	list_for_each_entry(part, &message->transfers, transfer_list) {
		if (part->rx_buf)
			memcpy(part->rx_buf, in + at, part->len);
		at += part->len;
	}
	message->actual_length = bytes;
end:
	kfree(out);
	spi_finalize_current_message(controller);
	return 0;
}

int spi_add(struct device *parent)
{
	/* The first of the names that the kernel's spidev knows. */
	struct spi_board_info radio = { .modalias = "dh2228fv", .max_speed_hz = 10000000 };
	int error;

	bus = spi_alloc_master(parent, 0);
	if (!bus)
		return -ENOMEM;
	bus->bus_num = 0;
	bus->num_chipselect = 2;
	bus->mode_bits = SPI_CPOL | SPI_CPHA;
	bus->transfer_one_message = exchange;
	error = spi_register_controller(bus);
	if (error) {
		spi_controller_put(bus);
		return error;
	}
	if (spi_new_device(bus, &radio))
		return 0;
	spi_unregister_controller(bus);
	return -ENODEV;
}

void spi_remove(void)
{
	spi_unregister_controller(bus);
}
