/* SPDX-License-Identifier: BSD-3-Clause */
/* Property calls to the firmware of a Raspberry Pi. */
#ifndef __BCM2835_MBOX_H__
#define __BCM2835_MBOX_H__

#include <uk/essentials.h>

struct bcm2835_mbox {
	/* From the board: */
	__uptr base;
	/* The driver's own: */
	bool busy;	/* a call is under way */
	bool lost;	/* a call was never answered */
};

/* What one property may carry; the firmware's command line is the longest */
#define BCM2835_MBOX_VALUE_MAX	2048

/* Firmware wiki, "Mailbox property interface", "Clocks": some clock ids */
#define BCM2835_MBOX_CLOCK_EMMC	1
#define BCM2835_MBOX_CLOCK_UART	2
#define BCM2835_MBOX_CLOCK_ARM	3
#define BCM2835_MBOX_CLOCK_CORE	4

/* Firmware wiki, "Mailbox property interface", "Power": some device ids */
#define BCM2835_MBOX_POWER_SD	0
#define BCM2835_MBOX_POWER_USB	3

/*
 * All calls wait for the firmware, a bounded time. They fail with -EBUSY
 * (another thread is in a call), -ETIMEDOUT (no answer, and from then on
 * always: the firmware may still write into the buffer), -EIO (refused, or
 * the tag is unknown to this firmware), -EFAULT (the image lies above the
 * first GiB, where the firmware sees nothing).
 */

/*
 * One property: @p value holds the request and then the response.
 * @return length of the response in bytes, which may be more than @p size
 *	(then it is cut off); -E2BIG when size > BCM2835_MBOX_VALUE_MAX
 */
int bcm2835_mbox_property(struct bcm2835_mbox *dev, __u32 tag, void *value,
			  __sz size);

/*
 * The kernel command line, with a NUL at its end.
 * @return its length without the NUL; -ENOSPC when @p len is too small
 */
int bcm2835_mbox_command_line(struct bcm2835_mbox *dev, char *buf, __sz len);

/* @return 0 or negative, as do all below */
int bcm2835_mbox_arm_memory(struct bcm2835_mbox *dev, __u64 *base,
			    __u64 *size);
int bcm2835_mbox_board_revision(struct bcm2835_mbox *dev, __u32 *revision);
int bcm2835_mbox_board_serial(struct bcm2835_mbox *dev, __u64 *serial);
int bcm2835_mbox_mac_address(struct bcm2835_mbox *dev, __u8 mac[6]);
int bcm2835_mbox_clock_rate(struct bcm2835_mbox *dev, __u32 clock,
			    __u32 *rate_hz);
int bcm2835_mbox_temperature(struct bcm2835_mbox *dev,
			     __u32 *millidegrees);

/* Switch @p device on and wait for it; -ENODEV: there is no such device. */
int bcm2835_mbox_power_on(struct bcm2835_mbox *dev, __u32 device);

#endif /* __BCM2835_MBOX_H__ */
