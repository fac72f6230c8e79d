/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the TWI: Allwinner A64 User Manual V1.1, TWI. */
#ifndef SUN6I_TWI_REGS_H
#define SUN6I_TWI_REGS_H

#include <stddef.h>
#include <stdint.h>

/* A64 User Manual V1.1, TWI Controller Register List */
struct sun6i_twi_regs {
	uint32_t addr;		/* 0x00 Slave address */
	uint32_t xaddr;		/* 0x04 Extended slave address */
	uint32_t data;		/* 0x08 Data byte */
	uint32_t cntr;		/* 0x0c Control */
	uint32_t stat;		/* 0x10 Status */
	uint32_t ccr;		/* 0x14 Clock control */
	uint32_t srst;		/* 0x18 Software reset */
	uint32_t efr;		/* 0x1c Enhance feature */
	uint32_t lcr;		/* 0x20 Line control */
};
_Static_assert(offsetof(struct sun6i_twi_regs, addr) == 0x00, "ADDR");
_Static_assert(offsetof(struct sun6i_twi_regs, data) == 0x08, "DATA");
_Static_assert(offsetof(struct sun6i_twi_regs, cntr) == 0x0c, "CNTR");
_Static_assert(offsetof(struct sun6i_twi_regs, stat) == 0x10, "STAT");
_Static_assert(offsetof(struct sun6i_twi_regs, ccr) == 0x14, "CCR");
_Static_assert(offsetof(struct sun6i_twi_regs, srst) == 0x18, "SRST");
_Static_assert(offsetof(struct sun6i_twi_regs, lcr) == 0x20, "LCR");

/* A64 User Manual V1.1, TWI_CNTR */
#define SUN6I_TWI_CNTR_INT_EN	(1U << 7)	/* Interrupt enable */
#define SUN6I_TWI_CNTR_BUS_EN	(1U << 6)	/* Bus enable */
#define SUN6I_TWI_CNTR_M_STA	(1U << 5)	/* START; clears itself */
#define SUN6I_TWI_CNTR_M_STP	(1U << 4)	/* STOP; clears itself */
#define SUN6I_TWI_CNTR_INT_FLAG	(1U << 3)	/* 1 clears (since the A31) */
#define SUN6I_TWI_CNTR_A_ACK	(1U << 2)	/* Acknowledge what comes */

/* A64 User Manual V1.1, TWI_STAT */
#define SUN6I_TWI_STAT_BUS_ERROR	0x00
#define SUN6I_TWI_STAT_START		0x08
#define SUN6I_TWI_STAT_REPEATED_START	0x10
#define SUN6I_TWI_STAT_WRITE_ACK	0x18	/* address and write bit */
#define SUN6I_TWI_STAT_WRITE_NACK	0x20
#define SUN6I_TWI_STAT_SENT_ACK		0x28	/* data byte */
#define SUN6I_TWI_STAT_SENT_NACK	0x30
#define SUN6I_TWI_STAT_LOST		0x38	/* arbitration */
#define SUN6I_TWI_STAT_READ_ACK		0x40	/* address and read bit */
#define SUN6I_TWI_STAT_READ_NACK	0x48
#define SUN6I_TWI_STAT_GOT_ACK		0x50	/* data byte, acknowledged */
#define SUN6I_TWI_STAT_GOT_NACK		0x58	/* data byte, the last */
#define SUN6I_TWI_STAT_IDLE		0xf8

/* A64 User Manual V1.1, TWI_CCR: F / (2^N * (M + 1) * 10) */
#define SUN6I_TWI_CCR_M_SHIFT	3
#define SUN6I_TWI_CCR_M_MAX	15U
#define SUN6I_TWI_CCR_N_MAX	7U
#define SUN6I_TWI_CCR_FACTOR	10U

/* A64 User Manual V1.1, TWI_SRST: clears itself */
#define SUN6I_TWI_SRST_RESET	(1U << 0)

#endif /* SUN6I_TWI_REGS_H */
