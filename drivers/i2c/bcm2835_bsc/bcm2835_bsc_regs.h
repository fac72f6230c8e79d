/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the BSC: BCM2835 ARM Peripherals (2012-02-06), section 3.2. */
#ifndef BCM2835_BSC_REGS_H
#define BCM2835_BSC_REGS_H

#include <stddef.h>
#include <stdint.h>

/* BCM2835 ARM Peripherals, 3.2: I2C address map */
struct bcm2835_bsc_regs {
	uint32_t c;		/* 0x00 Control */
	uint32_t s;		/* 0x04 Status */
	uint32_t dlen;		/* 0x08 Data length */
	uint32_t a;		/* 0x0c Slave address */
	uint32_t fifo;		/* 0x10 Data FIFO */
	uint32_t div;		/* 0x14 Clock divider */
	uint32_t del;		/* 0x18 Data delay */
	uint32_t clkt;		/* 0x1c Clock stretch timeout */
};
_Static_assert(offsetof(struct bcm2835_bsc_regs, c) == 0x00, "C");
_Static_assert(offsetof(struct bcm2835_bsc_regs, s) == 0x04, "S");
_Static_assert(offsetof(struct bcm2835_bsc_regs, dlen) == 0x08, "DLEN");
_Static_assert(offsetof(struct bcm2835_bsc_regs, a) == 0x0c, "A");
_Static_assert(offsetof(struct bcm2835_bsc_regs, fifo) == 0x10, "FIFO");
_Static_assert(offsetof(struct bcm2835_bsc_regs, div) == 0x14, "DIV");
_Static_assert(offsetof(struct bcm2835_bsc_regs, del) == 0x18, "DEL");
_Static_assert(offsetof(struct bcm2835_bsc_regs, clkt) == 0x1c, "CLKT");

/* BCM2835 ARM Peripherals, 3.2: C register */
#define BSC_C_READ		(1U << 0)	/* Read transfer */
#define BSC_C_CLEAR		(1U << 4)	/* Clear FIFO (bits 5:4) */
#define BSC_C_ST		(1U << 7)	/* Start transfer */
#define BSC_C_INTD		(1U << 8)	/* Interrupt on DONE */
#define BSC_C_INTT		(1U << 9)	/* Interrupt on TXW */
#define BSC_C_INTR		(1U << 10)	/* Interrupt on RXR */
#define BSC_C_I2CEN		(1U << 15)	/* I2C enable */

/* BCM2835 ARM Peripherals, 3.2: S register; DONE, ERR, CLKT: 1 clears */
#define BSC_S_TA		(1U << 0)	/* Transfer active */
#define BSC_S_DONE		(1U << 1)	/* Transfer done */
#define BSC_S_TXW		(1U << 2)	/* FIFO needs writing */
#define BSC_S_RXR		(1U << 3)	/* FIFO needs reading */
#define BSC_S_TXD		(1U << 4)	/* FIFO can accept data */
#define BSC_S_RXD		(1U << 5)	/* FIFO contains data */
#define BSC_S_ERR		(1U << 8)	/* ACK error */
#define BSC_S_CLKT		(1U << 9)	/* Clock stretch timeout */

/* BCM2835 ARM Peripherals, 3.2: DLEN register, 16 bits */
#define BSC_DLEN_MAX		0xffffU

/* BCM2835 ARM Peripherals, 3.2: CDIV, 16 bits, even; 0 means 32768 */
#define BSC_DIV_MIN		2U
#define BSC_DIV_MAX		0xfffeU

/* BCM2835 ARM Peripherals, 3.2: TOUT, 16 bits, in SCL cycles */
#define BSC_CLKT_MAX		0xffffU

#endif /* BCM2835_BSC_REGS_H */
