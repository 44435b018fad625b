// SPDX-License-Identifier: GPL-2.0
#include <linux/completion.h>
#include <linux/fs.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/uaccess.h>
#include <linux/wait.h>
#include "wire.h"

#define HEADER_BYTES 6
#define FRAME_BYTES (HEADER_BYTES + WIRE_MAX_BYTES)
/* Nobody answers: the process at the other end hangs. */
#define ANSWER_WITHIN (10 * HZ)

static DEFINE_MUTEX(call_lock);
/* Of everything below. */
static DEFINE_MUTEX(frame_lock);
static u8 request[FRAME_BYTES];
static size_t request_bytes, request_read;
/* What comes in, and the answer of it until who waits for it has taken it: more may follow at once. */
static u8 incoming[FRAME_BYTES], answer[FRAME_BYTES];
static size_t incoming_bytes;
static u8 number;
static bool is_open;
static DECLARE_WAIT_QUEUE_HEAD(readable);
static DECLARE_COMPLETION(answered);

static size_t length_of(const u8 *frame)
{
	return frame[4] | frame[5] << 8;
}

int wire_call(u8 kind, u8 unit, const void *out, size_t out_bytes, void *in, size_t in_bytes)
{
	int status = -ETIMEDOUT;
	bool is_answered;

	if (out_bytes > WIRE_MAX_BYTES || in_bytes > WIRE_MAX_BYTES)
		return -EMSGSIZE;
	mutex_lock(&call_lock);
	mutex_lock(&frame_lock);
	if (!is_open) {
		status = -ENODEV;
		goto end;
	}
	reinit_completion(&answered);
	request[0] = kind;
	request[1] = unit;
	request[2] = ++number;
	request[3] = 0;
	request[4] = out_bytes & 0xff;
	request[5] = out_bytes >> 8;
	memcpy(request + HEADER_BYTES, out, out_bytes);
	request_bytes = HEADER_BYTES + out_bytes;
	request_read = 0;
	mutex_unlock(&frame_lock);
	wake_up_interruptible(&readable);
	is_answered = wait_for_completion_timeout(&answered, ANSWER_WITHIN);
	mutex_lock(&frame_lock);
	if (is_answered)
		status = length_of(answer) == in_bytes || answer[3] ? answer[3] : -EPROTO;
	if (status == 0 && in_bytes)
		memcpy(in, answer + HEADER_BYTES, in_bytes);
	/* An answer that comes later is to nothing. */
	number++;
end:
	mutex_unlock(&frame_lock);
	mutex_unlock(&call_lock);
	return status;
}

static ssize_t read_request(struct file *file, char __user *to, size_t count, loff_t *position)
{
	ssize_t error = wait_event_interruptible(readable, request_read < request_bytes);
	size_t bytes;

	if (error)
		return error;
	mutex_lock(&frame_lock);
	bytes = min(count, request_bytes - request_read);
	if (copy_to_user(to, request + request_read, bytes))
		error = -EFAULT;
	request_read += bytes;
	mutex_unlock(&frame_lock);
	return error ? error : bytes;
}

static void deliver(void)
{
	if (incoming[0] == WIRE_INPUT) {
		gpio_input(incoming[1], incoming[HEADER_BYTES]);
	} else if (incoming[2] == number) {
		memcpy(answer, incoming, incoming_bytes);
		complete(&answered);
	}
}

/* Frames may come in any pieces. */
static ssize_t write_answer(struct file *file, const char __user *from, size_t count, loff_t *position)
{
	size_t used = 0;
	ssize_t error = 0;

	mutex_lock(&frame_lock);
	while (used < count && !error) {
		size_t whole = HEADER_BYTES + (incoming_bytes < HEADER_BYTES ? 0 : length_of(incoming));
		size_t bytes = min(count - used, whole - incoming_bytes);

		if (whole > FRAME_BYTES)
			error = -EMSGSIZE;
		else if (copy_from_user(incoming + incoming_bytes, from + used, bytes))
			error = -EFAULT;
		used += bytes;
		incoming_bytes += bytes;
		if (incoming_bytes >= HEADER_BYTES && incoming_bytes == HEADER_BYTES + length_of(incoming)) {
			deliver();
			incoming_bytes = 0;
		}
	}
	mutex_unlock(&frame_lock);
	return error ? error : used;
}

static int open_wire(struct inode *inode, struct file *file)
{
	if (file->f_mode & FMODE_WRITE) {
		incoming_bytes = 0;
		is_open = true;
	}
	return 0;
}

static int close_wire(struct inode *inode, struct file *file)
{
	if (file->f_mode & FMODE_WRITE)
		is_open = false;
	return 0;
}

static const struct file_operations operations = {
	.owner = THIS_MODULE,
	.open = open_wire,
	.release = close_wire,
	.read = read_request,
	.write = write_answer,
};

static struct miscdevice device = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "virtual-pi",
	.mode = 0600,
	.fops = &operations,
};

int wire_add(void)
{
	return misc_register(&device);
}

void wire_remove(void)
{
	misc_deregister(&device);
}
