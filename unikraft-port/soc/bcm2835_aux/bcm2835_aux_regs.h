/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of the auxiliary block and of the mini UART in it: BCM2835 ARM
 * Peripherals (2012-02-06), section 2.1.
 */
#ifndef __BCM2835_AUX_REGS_H__
#define __BCM2835_AUX_REGS_H__

#include <uk/essentials.h>

/* BCM2835 ARM Peripherals, 2.1, table of registers, from 0x7e215000 */
struct bcm2835_aux_regs {
	__u32 irq;		/* 0x00 Auxiliary interrupt status */
	__u32 enables;		/* 0x04 Auxiliary enables */
};
_Static_assert(offsetof(struct bcm2835_aux_regs, enables) == 0x04, "ENABLES");

/* BCM2835 ARM Peripherals, 2.1, table of registers, from 0x7e215040 */
struct bcm2835_aux_mu_regs {
	__u32 io;		/* 0x00 Mini UART I/O data */
	__u32 ier;		/* 0x04 Mini UART interrupt enable */
	__u32 iir;		/* 0x08 Mini UART interrupt identify */
	__u32 lcr;		/* 0x0c Mini UART line control */
	__u32 mcr;		/* 0x10 Mini UART modem control */
	__u32 lsr;		/* 0x14 Mini UART line status */
	__u32 msr;		/* 0x18 Mini UART modem status */
	__u32 scratch;		/* 0x1c Mini UART scratch */
	__u32 cntl;		/* 0x20 Mini UART extra control */
	__u32 stat;		/* 0x24 Mini UART extra status */
	__u32 baud;		/* 0x28 Mini UART baudrate */
};
_Static_assert(offsetof(struct bcm2835_aux_mu_regs, lcr) == 0x0c, "LCR");
_Static_assert(offsetof(struct bcm2835_aux_mu_regs, lsr) == 0x14, "LSR");
_Static_assert(offsetof(struct bcm2835_aux_mu_regs, cntl) == 0x20, "CNTL");
_Static_assert(offsetof(struct bcm2835_aux_mu_regs, baud) == 0x28, "BAUD");

/* BCM2835 ARM Peripherals, 2.1.1: AUXIRQ and AUXENB, bit 0 */
#define BCM2835_AUX_IRQ_MU		(1U << 0)
#define BCM2835_AUX_ENABLES_MU		(1U << 0)

/*
 * AUX_MU_IER_REG. The document calls bit 1 receive and bits 3:2 unused; in
 * silicon bit 0 is receive, as in a 16550, and bits 3:2 must be set for it:
 * "BCM2835 datasheet errata", page 12, on eLinux.org.
 */
#define BCM2835_AUX_MU_IER_RX		(1U << 0)
#define BCM2835_AUX_MU_IER_NEEDED	(3U << 2)

/* BCM2835 ARM Peripherals, 2.2.2: AUX_MU_IIR_REG, written */
#define BCM2835_AUX_MU_IIR_CLEAR_RX	(1U << 1)
#define BCM2835_AUX_MU_IIR_CLEAR_TX	(1U << 2)

/*
 * AUX_MU_LCR_REG: 8 bits need both bits set, the document names only bit 0:
 * "BCM2835 datasheet errata", page 14.
 */
#define BCM2835_AUX_MU_LCR_8_BIT	(3U << 0)

/* BCM2835 ARM Peripherals, 2.2.2: AUX_MU_LSR_REG */
#define BCM2835_AUX_MU_LSR_RX_READY	(1U << 0)
#define BCM2835_AUX_MU_LSR_OVERRUN	(1U << 1)	/* cleared by reading */
#define BCM2835_AUX_MU_LSR_TX_SPACE	(1U << 5)
#define BCM2835_AUX_MU_LSR_TX_IDLE	(1U << 6)

/* BCM2835 ARM Peripherals, 2.2.2: AUX_MU_CNTL_REG */
#define BCM2835_AUX_MU_CNTL_RX		(1U << 0)
#define BCM2835_AUX_MU_CNTL_TX		(1U << 1)

/* BCM2835 ARM Peripherals, 2.2.1: baud rate = clock / (8 * (register + 1)) */
#define BCM2835_AUX_MU_BAUD_MAX		0xffffU

#endif /* __BCM2835_AUX_REGS_H__ */
