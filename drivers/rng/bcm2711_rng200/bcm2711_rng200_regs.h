/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of the RNG200. Broadcom has not published the block; layout and
 * bits are those by which Linux drives it
 * (drivers/char/hw_random/iproc-rng200.c).
 */
#ifndef BCM2711_RNG200_REGS_H
#define BCM2711_RNG200_REGS_H

#include <stddef.h>
#include <stdint.h>

struct bcm2711_rng200_regs {
	uint32_t ctrl;		/* 0x00 Control */
	uint32_t soft_reset;	/* 0x04 Soft reset of the generator */
	uint32_t rbg_reset;	/* 0x08 Soft reset of the bit source */
	uint32_t total_bits;	/* 0x0c Bits made since the reset */
	uint32_t threshold;	/* 0x10 Bits until the interrupt */
	uint32_t reserved_14;
	uint32_t int_status;	/* 0x18 Interrupt status, 1 clears */
	uint32_t int_enable;	/* 0x1c Interrupt enable */
	uint32_t fifo_data;	/* 0x20 FIFO */
	uint32_t fifo_count;	/* 0x24 Words in the FIFO */
};
_Static_assert(offsetof(struct bcm2711_rng200_regs, int_status) == 0x18,
	       "INT_STATUS");
_Static_assert(offsetof(struct bcm2711_rng200_regs, fifo_data) == 0x20,
	       "FIFO_DATA");
_Static_assert(offsetof(struct bcm2711_rng200_regs, fifo_count) == 0x24,
	       "FIFO_COUNT");

#define RNG200_CTRL_ENABLE_MASK		0x1fffU
#define RNG200_CTRL_ENABLE		(1U << 0)
/* The block's own tests failed: it gives nothing until it is reset */
#define RNG200_INT_LOCKED_OUT		(1U << 31)
#define RNG200_INT_NIST_FAIL		(1U << 5)
#define RNG200_INT_ALL			0xffffffffU
#define RNG200_FIFO_COUNT_MASK		0xffU
/* Bits to be made before the first is taken */
#define RNG200_START_BITS		16U

#endif /* BCM2711_RNG200_REGS_H */
