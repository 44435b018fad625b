// SPDX-License-Identifier: GPL-2.0
/* I2C bus 1, as the header has it: a full adapter, not one of SMBus alone. */
#include <linux/i2c.h>
#include <linux/module.h>
#include <linux/slab.h>
#include "wire.h"

/* To the other side: for each message 1 where it reads, else 0, its length, and what it writes. */
static int transfer(struct i2c_adapter *adapter, struct i2c_msg *messages, int count)
{
	u8 *out, *in;
	size_t out_bytes = 0, in_bytes = 0;
	int i, status;

	out = kmalloc(2 * WIRE_MAX_BYTES, GFP_KERNEL);
	if (!out)
		return -ENOMEM;
	in = out + WIRE_MAX_BYTES;
	for (i = 0; i < count; i++) {
		bool reads = messages[i].flags & I2C_M_RD;

		if (out_bytes + 3 + messages[i].len > WIRE_MAX_BYTES ||
		    in_bytes + messages[i].len > WIRE_MAX_BYTES || messages[i].addr != messages[0].addr) {
			kfree(out);
			return -EOPNOTSUPP;
		}
		out[out_bytes] = reads;
		out[out_bytes + 1] = messages[i].len & 0xff;
		out[out_bytes + 2] = messages[i].len >> 8;
		out_bytes += 3;
		if (reads) {
			in_bytes += messages[i].len;
		} else {
			memcpy(out + out_bytes, messages[i].buf, messages[i].len);
			out_bytes += messages[i].len;
		}
	}
	status = wire_call(WIRE_I2C, messages[0].addr, out, out_bytes, in, in_bytes);
	for (i = 0; i < count && status == 0; i++) {
		if (!(messages[i].flags & I2C_M_RD))
			continue;
		memcpy(messages[i].buf, in, messages[i].len);
		in += messages[i].len;
	}
	kfree(out);
	/* As the i2c-bcm2835 of a Pi for no ACK. */
	return status > 0 ? -EREMOTEIO : status < 0 ? status : count;
}

static u32 functionality(struct i2c_adapter *adapter)
{
	return I2C_FUNC_I2C | I2C_FUNC_SMBUS_EMUL;
}

static const struct i2c_algorithm algorithm = {
	.master_xfer = transfer,
	.functionality = functionality,
};

static struct i2c_adapter adapter = {
	.owner = THIS_MODULE,
	.name = "bcm2835 (virtual)",
	.algo = &algorithm,
	.nr = 1,
};

int i2c_add(struct device *parent)
{
	adapter.dev.parent = parent;
	return i2c_add_numbered_adapter(&adapter);
}

void i2c_remove(void)
{
	i2c_del_adapter(&adapter);
}
