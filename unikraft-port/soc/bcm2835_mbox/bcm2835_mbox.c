/* SPDX-License-Identifier: BSD-3-Clause */
/* Property calls to the firmware of a Raspberry Pi, through mailbox 8. */
#include <errno.h>
#include <string.h>
#include <uk/plat/io.h>
#include <uk/plat/lcpu.h>

#include "bcm2835_mbox.h"
#include "bcm2835_mbox_cache.h"
#include "bcm2835_mbox_regs.h"

/*
 * Polls until the firmware counts as dead: one is a device read, some
 * 100 ns, so half a second; powering the USB block takes 200 ms.
 */
#define BCM2835_MBOX_TRIES	5000000

#define BCM2835_MBOX_MESSAGE_SIZE \
	(sizeof(struct bcm2835_mbox_message) + BCM2835_MBOX_VALUE_MAX + \
	 sizeof(__u32))

/*
 * The mailbox carries address bits 31:4 only; whole cache lines, so that no
 * neighbour's data is written back over the response.
 */
static union {
	struct bcm2835_mbox_message message;
	__u8 lines[ALIGN_UP(BCM2835_MBOX_MESSAGE_SIZE, CACHE_LINE_SIZE)];
} bcm2835_mbox_buffer __align(CACHE_LINE_SIZE);

static inline volatile struct bcm2835_mbox_regs *
bcm2835_mbox_regs(const struct bcm2835_mbox *dev)
{
	return (volatile struct bcm2835_mbox_regs *)dev->base;
}

static int bcm2835_mbox_wait(volatile __u32 *status, __u32 flag)
{
	for (int n = 0; n < BCM2835_MBOX_TRIES; n++) {
		if (!(ioreg_read32(status) & flag))
			return 0;
		ukarch_spinwait();
	}
	return -ETIMEDOUT;
}

/* Wait for the answer on the property channel; skip those on others. */
static int bcm2835_mbox_receive(volatile struct bcm2835_mbox_regs *regs)
{
	for (int n = 0; n < BCM2835_MBOX_TRIES; n++) {
		__u32 answer;

		if (bcm2835_mbox_wait(&regs->status0,
				      BCM2835_MBOX_STATUS_EMPTY))
			return -ETIMEDOUT;
		answer = ioreg_read32(&regs->read);
		if ((answer & BCM2835_MBOX_CHANNEL_MASK) ==
		    BCM2835_MBOX_CHANNEL_PROPERTY)
			return 0;
	}
	return -ETIMEDOUT;
}

/* Hand the message to the firmware, and get it back answered. */
static int bcm2835_mbox_exchange(struct bcm2835_mbox *dev)
{
	volatile struct bcm2835_mbox_regs *regs = bcm2835_mbox_regs(dev);
	struct bcm2835_mbox_message *message = &bcm2835_mbox_buffer.message;
	__paddr_t address = ukplat_virt_to_phys(message);
	__u32 size = message->size;
	int rc;

	if (dev->lost)
		return -ETIMEDOUT;
	if (address + sizeof(bcm2835_mbox_buffer) > BCM2835_MBOX_BUS_SIZE)
		return -EFAULT;
	rc = bcm2835_mbox_wait(&regs->status1, BCM2835_MBOX_STATUS_FULL);
	if (rc)
		return rc;
	bcm2835_mbox_cache_flush(message, size);
	ioreg_write32(&regs->write, BCM2835_MBOX_BUS_UNCACHED |
				    (__u32)address |
				    BCM2835_MBOX_CHANNEL_PROPERTY);
	rc = bcm2835_mbox_receive(regs);
	if (rc) {
		dev->lost = true;
		return rc;
	}
	bcm2835_mbox_cache_flush(message, size);
	if (message->code != BCM2835_MBOX_CODE_SUCCESS ||
	    !(message->tag_code & BCM2835_MBOX_TAG_RESPONSE))
		return -EIO;
	return (int)(message->tag_code & BCM2835_MBOX_TAG_LENGTH);
}

static int bcm2835_mbox_call(struct bcm2835_mbox *dev, __u32 tag, void *value,
			     __sz size)
{
	struct bcm2835_mbox_message *message = &bcm2835_mbox_buffer.message;
	__sz padded = ALIGN_UP(size, sizeof(__u32));
	int rc;

	message->size = (__u32)(sizeof(*message) + padded + sizeof(__u32));
	message->code = BCM2835_MBOX_CODE_REQUEST;
	message->tag = tag;
	message->tag_size = (__u32)padded;
	message->tag_code = BCM2835_MBOX_CODE_REQUEST;
	memcpy(message->value, value, size);
	message->value[padded / sizeof(__u32)] = BCM2835_MBOX_TAG_END;

	rc = bcm2835_mbox_exchange(dev);
	if (rc > 0)
		memcpy(value, message->value, MIN((__sz)rc, size));
	return rc;
}

int bcm2835_mbox_property(struct bcm2835_mbox *dev, __u32 tag, void *value,
			  __sz size)
{
	unsigned long flags;
	bool busy;
	int rc;

	if (size > BCM2835_MBOX_VALUE_MAX)
		return -E2BIG;
	flags = ukplat_lcpu_save_irqf();
	busy = dev->busy;
	dev->busy = true;
	ukplat_lcpu_restore_irqf(flags);
	if (busy)
		return -EBUSY;
	rc = bcm2835_mbox_call(dev, tag, value, size);
	dev->busy = false;
	return rc;
}

int bcm2835_mbox_command_line(struct bcm2835_mbox *dev, char *buf, __sz len)
{
	__sz size;
	int rc;

	if (!len)
		return -ENOSPC;
	size = MIN(len - 1, (__sz)BCM2835_MBOX_VALUE_MAX);
	memset(buf, 0, size + 1);
	rc = bcm2835_mbox_property(dev, BCM2835_MBOX_TAG_COMMAND_LINE, buf,
				   size);
	if (rc < 0)
		return rc;
	/* Too long: what there is may be cut off, or nothing at all */
	if ((__sz)rc > size) {
		buf[0] = '\0';
		return -ENOSPC;
	}
	while (rc > 0 && buf[rc - 1] == '\0')
		rc--;
	buf[rc] = '\0';
	return rc;
}

/* A property whose response must fill all of @p words. */
static int bcm2835_mbox_get(struct bcm2835_mbox *dev, __u32 tag, __u32 *words,
			    __sz size)
{
	int rc = bcm2835_mbox_property(dev, tag, words, size);

	if (rc < 0)
		return rc;
	return (__sz)rc < size ? -EIO : 0;
}

int bcm2835_mbox_arm_memory(struct bcm2835_mbox *dev, __u64 *base, __u64 *size)
{
	__u32 words[2] = { 0, 0 };
	int rc = bcm2835_mbox_get(dev, BCM2835_MBOX_TAG_ARM_MEMORY, words,
				  sizeof(words));

	if (!rc) {
		*base = words[0];
		*size = words[1];
	}
	return rc;
}

int bcm2835_mbox_board_revision(struct bcm2835_mbox *dev, __u32 *revision)
{
	__u32 word = 0;
	int rc = bcm2835_mbox_get(dev, BCM2835_MBOX_TAG_BOARD_REVISION, &word,
				  sizeof(word));

	if (!rc)
		*revision = word;
	return rc;
}

int bcm2835_mbox_board_serial(struct bcm2835_mbox *dev, __u64 *serial)
{
	__u32 words[2] = { 0, 0 };
	int rc = bcm2835_mbox_get(dev, BCM2835_MBOX_TAG_BOARD_SERIAL, words,
				  sizeof(words));

	if (!rc)
		*serial = (__u64)words[1] << 32 | words[0];
	return rc;
}

int bcm2835_mbox_mac_address(struct bcm2835_mbox *dev, __u8 mac[6])
{
	/* Six bytes, but tags are padded to words: QEMU loses its way */
	__u32 words[2] = { 0, 0 };
	int rc = bcm2835_mbox_property(dev, BCM2835_MBOX_TAG_BOARD_MAC, words,
				       sizeof(words));

	if (rc < 0)
		return rc;
	if (rc < 6)
		return -EIO;
	memcpy(mac, words, 6);
	return 0;
}

int bcm2835_mbox_clock_rate(struct bcm2835_mbox *dev, __u32 clock,
			    __u32 *rate_hz)
{
	__u32 words[2] = { clock, 0 };
	int rc = bcm2835_mbox_get(dev, BCM2835_MBOX_TAG_CLOCK_RATE, words,
				  sizeof(words));

	if (!rc)
		*rate_hz = words[1];
	return rc;
}

int bcm2835_mbox_temperature(struct bcm2835_mbox *dev, __u32 *millidegrees)
{
	__u32 words[2] = { 0, 0 };
	int rc = bcm2835_mbox_get(dev, BCM2835_MBOX_TAG_TEMPERATURE, words,
				  sizeof(words));

	if (!rc)
		*millidegrees = words[1];
	return rc;
}

int bcm2835_mbox_power_on(struct bcm2835_mbox *dev, __u32 device)
{
	__u32 words[2] = {
		device, BCM2835_MBOX_POWER_ON | BCM2835_MBOX_POWER_WAIT
	};
	int rc = bcm2835_mbox_get(dev, BCM2835_MBOX_TAG_SET_POWER, words,
				  sizeof(words));

	if (rc)
		return rc;
	if (words[1] & BCM2835_MBOX_POWER_ABSENT)
		return -ENODEV;
	return words[1] & BCM2835_MBOX_POWER_ON ? 0 : -EIO;
}
