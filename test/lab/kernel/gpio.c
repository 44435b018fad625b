// SPDX-License-Identifier: GPL-2.0
/* The GPIO bank behind the header, as sysfs shows that of a Raspberry Pi 4. */
#include <linux/gpio/driver.h>
#include <linux/irq.h>
#include <linux/irqdomain.h>
#include <linux/module.h>
#include "wire.h"

#define LINES 54

/* 0 up to kernel 6.5; 512 since (raspberrypi/linux issue 6084). */
static int base = 512;
module_param(base, int, 0444);

static u64 levels, outputs, unmasked;
static u8 edges[LINES];
static struct gpio_chip bank;

static void keep(unsigned int line, bool level)
{
	if (level)
		levels |= BIT_ULL(line);
	else
		levels &= ~BIT_ULL(line);
}

static int get(struct gpio_chip *chip, unsigned int line)
{
	return levels >> line & 1;
}

static void set(struct gpio_chip *chip, unsigned int line, int level)
{
	u8 told = !!level;

	keep(line, told);
	wire_call(WIRE_OUTPUT, line, &told, 1, NULL, 0);
}

static int direction_input(struct gpio_chip *chip, unsigned int line)
{
	outputs &= ~BIT_ULL(line);
	return 0;
}

static int direction_output(struct gpio_chip *chip, unsigned int line, int level)
{
	outputs |= BIT_ULL(line);
	set(chip, line, level);
	return 0;
}

static int get_direction(struct gpio_chip *chip, unsigned int line)
{
	return outputs >> line & 1 ? GPIO_LINE_DIRECTION_OUT : GPIO_LINE_DIRECTION_IN;
}

static void mask(struct irq_data *data)
{
	unmasked &= ~BIT_ULL(irqd_to_hwirq(data));
	gpiochip_disable_irq(&bank, irqd_to_hwirq(data));
}

static void unmask(struct irq_data *data)
{
	gpiochip_enable_irq(&bank, irqd_to_hwirq(data));
	unmasked |= BIT_ULL(irqd_to_hwirq(data));
}

static int set_type(struct irq_data *data, unsigned int type)
{
	edges[irqd_to_hwirq(data)] = type;
	return 0;
}

static const struct irq_chip interrupts = {
	.name = "virtual-pi",
	.irq_mask = mask,
	.irq_unmask = unmask,
	.irq_set_type = set_type,
	.flags = IRQCHIP_IMMUTABLE,
	GPIOCHIP_IRQ_RESOURCE_HELPERS
};

void gpio_input(u8 line, bool level)
{
	bool was = levels >> line & 1;

	if (line >= LINES || was == level)
		return;
	keep(line, level);
	if ((unmasked >> line & 1) &&
	    (edges[line] & (level ? IRQ_TYPE_EDGE_RISING : IRQ_TYPE_EDGE_FALLING)))
		generic_handle_domain_irq_safe(bank.irq.domain, line);
}

int gpio_add(struct device *parent)
{
	bank = (struct gpio_chip){
		.label = "pinctrl-bcm2711",
		.owner = THIS_MODULE,
		.parent = parent,
		.base = base,
		.ngpio = LINES,
		.can_sleep = true,
		.get = get,
		.set = set,
		.direction_input = direction_input,
		.direction_output = direction_output,
		.get_direction = get_direction,
	};
	gpio_irq_chip_set_chip(&bank.irq, &interrupts);
	bank.irq.handler = handle_simple_irq;
	bank.irq.default_type = IRQ_TYPE_NONE;
	return gpiochip_add_data(&bank, NULL);
}

void gpio_remove(void)
{
	gpiochip_remove(&bank);
}
