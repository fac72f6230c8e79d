/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of SD host controllers in words of 32 bits: SD Host Controller
 * Simplified Specification 3.00, chapter 2; the names are those of BCM2835
 * ARM Peripherals, 5.2, where it has any.
 */
#ifndef SDHCI_REGS_H
#define SDHCI_REGS_H

#include <stddef.h>
#include <stdint.h>

struct sdhci_regs {
	uint32_t arg2;		/* 0x00 Argument 2 */
	uint32_t blksizecnt;	/* 0x04 Block size, block count */
	uint32_t arg1;		/* 0x08 Argument 1 */
	uint32_t cmdtm;		/* 0x0c Transfer mode, command */
	uint32_t resp[4];	/* 0x10 Response */
	uint32_t data;		/* 0x20 Buffer data port */
	uint32_t status;	/* 0x24 Present state */
	uint32_t control0;	/* 0x28 Host, power, block gap, wakeup */
	uint32_t control1;	/* 0x2c Clock, timeout, software reset */
	uint32_t interrupt;	/* 0x30 Interrupt status, 1 clears */
	uint32_t irpt_mask;	/* 0x34 Interrupt status enable */
	uint32_t irpt_en;	/* 0x38 Interrupt signal enable */
	uint32_t control2;	/* 0x3c Auto CMD error, host control 2 */
	uint32_t capabilities[2]; /* 0x40 Capabilities */
	uint32_t reserved_48[45];
	uint32_t slotisr_ver;	/* 0xfc Slot interrupts, version */
};
_Static_assert(offsetof(struct sdhci_regs, resp) == 0x10, "RESP0");
_Static_assert(offsetof(struct sdhci_regs, data) == 0x20, "DATA");
_Static_assert(offsetof(struct sdhci_regs, status) == 0x24, "STATUS");
_Static_assert(offsetof(struct sdhci_regs, control0) == 0x28, "CONTROL0");
_Static_assert(offsetof(struct sdhci_regs, control1) == 0x2c, "CONTROL1");
_Static_assert(offsetof(struct sdhci_regs, interrupt) == 0x30, "INTERRUPT");
_Static_assert(offsetof(struct sdhci_regs, irpt_en) == 0x38, "IRPT_EN");
_Static_assert(offsetof(struct sdhci_regs, slotisr_ver) == 0xfc, "VER");

/* SDHCI 3.00, 2.2.2, 2.2.3: block size 11-0, block count 31-16 */
#define SDHCI_BLKSIZECNT(size, count)	((uint32_t)(count) << 16 | (size))

/* SDHCI 3.00, 2.2.5, 2.2.6: transfer mode below, command above bit 16 */
#define SDHCI_CMDTM_BLOCK_COUNT		(1U << 1)
#define SDHCI_CMDTM_READ		(1U << 4)
#define SDHCI_CMDTM_MULTI		(1U << 5)
#define SDHCI_CMDTM_RESPONSE_136	(1U << 16)
#define SDHCI_CMDTM_RESPONSE_48		(2U << 16)
#define SDHCI_CMDTM_RESPONSE_48_BUSY	(3U << 16)
#define SDHCI_CMDTM_CHECK_CRC		(1U << 19)
#define SDHCI_CMDTM_CHECK_INDEX		(1U << 20)
#define SDHCI_CMDTM_DATA		(1U << 21)
#define SDHCI_CMDTM_ABORT		(3U << 22)
#define SDHCI_CMDTM_INDEX(index)	((uint32_t)(index) << 24)

/* SDHCI 3.00, 2.2.9 */
#define SDHCI_STATUS_CMD_INHIBIT	(1U << 0)
#define SDHCI_STATUS_DAT_INHIBIT	(1U << 1)

/* SDHCI 3.00, 2.2.10, 2.2.11 */
#define SDHCI_CONTROL0_4_BITS		(1U << 1)
#define SDHCI_CONTROL0_HIGH_SPEED	(1U << 2)
#define SDHCI_CONTROL0_POWER		(1U << 8)
#define SDHCI_CONTROL0_3_3_V		(7U << 9)

/* SDHCI 3.00, 2.2.14, 2.2.15, 2.2.16 */
#define SDHCI_CONTROL1_INTERNAL_CLOCK	(1U << 0)
#define SDHCI_CONTROL1_STABLE		(1U << 1)
#define SDHCI_CONTROL1_CARD_CLOCK	(1U << 2)
#define SDHCI_CONTROL1_DIVIDER(n)	(((n) & 0xffU) << 8 \
					 | ((n) >> 8 & 3U) << 6)
#define SDHCI_CONTROL1_TIMEOUT_MAX	(0xeU << 16)
#define SDHCI_CONTROL1_RESET_ALL	(1U << 24)
#define SDHCI_CONTROL1_RESET_CMD	(1U << 25)
#define SDHCI_CONTROL1_RESET_DAT	(1U << 26)

/* SDHCI 3.00, 2.2.14: 10 bits, halved; before version 3.00 a power of two */
#define SDHCI_DIVIDER_MAX		0x3ffU
#define SDHCI_DIVIDER_MAX_V2		0x80U

/* SDHCI 3.00, 2.2.17, 2.2.18: normal below, error above bit 16 */
#define SDHCI_INTERRUPT_COMMAND_DONE	(1U << 0)
#define SDHCI_INTERRUPT_DATA_DONE	(1U << 1)
#define SDHCI_INTERRUPT_WRITE_READY	(1U << 4)
#define SDHCI_INTERRUPT_READ_READY	(1U << 5)
#define SDHCI_INTERRUPT_COMMAND_TIMEOUT	(1U << 16)
#define SDHCI_INTERRUPT_COMMAND_CRC	(1U << 17)
#define SDHCI_INTERRUPT_COMMAND_END	(1U << 18)
#define SDHCI_INTERRUPT_COMMAND_INDEX	(1U << 19)
#define SDHCI_INTERRUPT_DATA_TIMEOUT	(1U << 20)
#define SDHCI_INTERRUPT_DATA_CRC	(1U << 21)
#define SDHCI_INTERRUPT_DATA_END	(1U << 22)

/* SDHCI 3.00, 2.2.38: version in bits 23-16; 2 is 3.00 */
#define SDHCI_VERSION(slotisr_ver)	((slotisr_ver) >> 16 & 0xffU)
#define SDHCI_VERSION_3			2U

#endif /* SDHCI_REGS_H */
