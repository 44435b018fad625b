/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The wires of the header. What the kernel does on one is told to another process through
 * /dev/virtual-pi, and waits for its answer; what the chips there do comes the same way.
 *
 * A frame: kind, unit (chip select, address or line), number of the call, status, and the length
 * of what follows as 16 bits, little-endian.
 */
#ifndef VIRTUAL_PI_WIRE_H
#define VIRTUAL_PI_WIRE_H

#include <linux/types.h>

enum wire_kind {
	WIRE_SPI = 1,		/* bytes out; as many bytes in */
	WIRE_I2C = 2,		/* messages out; bytes of all that were read in, status 1: no ACK */
	WIRE_OUTPUT = 3,	/* a level; nothing */
	WIRE_INPUT = 4,		/* to the kernel alone: a level */
};

/* spidev takes as much at once (its bufsiz). */
#define WIRE_MAX_BYTES 4096

/* Returns the status of the answer, or a negative errno; it sleeps. */
int wire_call(u8 kind, u8 unit, const void *out, size_t out_bytes, void *in, size_t in_bytes);

struct device;
int wire_add(void);
void wire_remove(void);
int gpio_add(struct device *parent);
void gpio_remove(void);
void gpio_input(u8 line, bool level);
int i2c_add(struct device *parent);
void i2c_remove(void);
int spi_add(struct device *parent);
void spi_remove(void);

#endif
