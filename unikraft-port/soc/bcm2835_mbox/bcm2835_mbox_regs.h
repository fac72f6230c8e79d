/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mailboxes between the ARM cores and the VideoCore of a Raspberry Pi, and
 * the property messages that pass through channel 8: the wiki of
 * github.com/raspberrypi/firmware, "Mailboxes", "Accessing mailboxes" and
 * "Mailbox property interface".
 */
#ifndef __BCM2835_MBOX_REGS_H__
#define __BCM2835_MBOX_REGS_H__

#include <uk/essentials.h>

/* Firmware wiki, "Mailboxes": mailbox 0 VideoCore to ARM, 1 the other way */
struct bcm2835_mbox_regs {
	__u32 read;		/* 0x00 Mailbox 0 Read */
	__u32 reserved_04[3];
	__u32 peek0;		/* 0x10 Mailbox 0 Peek */
	__u32 sender0;		/* 0x14 Mailbox 0 Sender */
	__u32 status0;		/* 0x18 Mailbox 0 Status */
	__u32 config0;		/* 0x1c Mailbox 0 Config */
	__u32 write;		/* 0x20 Mailbox 1 Write */
	__u32 reserved_24[3];
	__u32 peek1;		/* 0x30 Mailbox 1 Peek */
	__u32 sender1;		/* 0x34 Mailbox 1 Sender */
	__u32 status1;		/* 0x38 Mailbox 1 Status */
	__u32 config1;		/* 0x3c Mailbox 1 Config */
};
_Static_assert(offsetof(struct bcm2835_mbox_regs, status0) == 0x18, "STATUS0");
_Static_assert(offsetof(struct bcm2835_mbox_regs, write) == 0x20, "WRITE");
_Static_assert(offsetof(struct bcm2835_mbox_regs, status1) == 0x38, "STATUS1");

#define BCM2835_MBOX_STATUS_FULL	(1U << 31)
#define BCM2835_MBOX_STATUS_EMPTY	(1U << 30)

/* Firmware wiki, "Accessing mailboxes": channel in the lowest four bits */
#define BCM2835_MBOX_CHANNEL_MASK	0xfU
#define BCM2835_MBOX_CHANNEL_PROPERTY	8U

/*
 * BCM2835 ARM Peripherals, 1.2.4: the VideoCore's uncached view of memory,
 * and of the first GiB only.
 */
#define BCM2835_MBOX_BUS_UNCACHED	0xc0000000U
#define BCM2835_MBOX_BUS_SIZE		0x40000000U

/* Firmware wiki, "Mailbox property interface": message header and tag */
struct bcm2835_mbox_message {
	__u32 size;		/* 0x00 Buffer size in bytes */
	__u32 code;		/* 0x04 Request / response code */
	__u32 tag;		/* 0x08 Tag identifier */
	__u32 tag_size;		/* 0x0c Value buffer size in bytes */
	__u32 tag_code;		/* 0x10 Request / response code of the tag */
	__u32 value[];		/* 0x14 Value buffer, then the end tag */
};
_Static_assert(offsetof(struct bcm2835_mbox_message, value) == 0x14, "value");

#define BCM2835_MBOX_CODE_REQUEST	0x00000000U
#define BCM2835_MBOX_CODE_SUCCESS	0x80000000U
#define BCM2835_MBOX_TAG_RESPONSE	0x80000000U
#define BCM2835_MBOX_TAG_LENGTH		0x7fffffffU

#define BCM2835_MBOX_TAG_END		0x00000000U
#define BCM2835_MBOX_TAG_BOARD_REVISION	0x00010002U
#define BCM2835_MBOX_TAG_BOARD_MAC	0x00010003U
#define BCM2835_MBOX_TAG_BOARD_SERIAL	0x00010004U
#define BCM2835_MBOX_TAG_ARM_MEMORY	0x00010005U
#define BCM2835_MBOX_TAG_SET_POWER	0x00028001U
#define BCM2835_MBOX_TAG_CLOCK_RATE	0x00030002U
#define BCM2835_MBOX_TAG_TEMPERATURE	0x00030006U
#define BCM2835_MBOX_TAG_COMMAND_LINE	0x00050001U

/* Firmware wiki, "Set power state": request and response bits */
#define BCM2835_MBOX_POWER_ON		(1U << 0)
#define BCM2835_MBOX_POWER_WAIT		(1U << 1)	/* request */
#define BCM2835_MBOX_POWER_ABSENT	(1U << 1)	/* response */

#endif /* __BCM2835_MBOX_REGS_H__ */
