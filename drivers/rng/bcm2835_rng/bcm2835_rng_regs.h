/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of the BCM2835's random number generator. Broadcom has not
 * published the block; layout and bits are those by which Linux drives it
 * (drivers/char/hw_random/bcm2835-rng.c).
 */
#ifndef BCM2835_RNG_REGS_H
#define BCM2835_RNG_REGS_H

#include <stddef.h>
#include <stdint.h>

struct bcm2835_rng_regs {
	uint32_t ctrl;		/* 0x00 Control */
	uint32_t status;	/* 0x04 Status */
	uint32_t data;		/* 0x08 Data */
	uint32_t int_mask;	/* 0x0c Interrupt mask */
};
_Static_assert(offsetof(struct bcm2835_rng_regs, status) == 0x4, "STATUS");
_Static_assert(offsetof(struct bcm2835_rng_regs, data) == 0x8, "DATA");

#define BCM2835_RNG_CTRL_ENABLE		(1U << 0)
/* Words that wait in the FIFO */
#define BCM2835_RNG_STATUS_WORDS(s)	((s) >> 24)
#define BCM2835_RNG_INT_OFF		(1U << 0)
/* Numbers that the hardware throws away at first: written to STATUS */
#define BCM2835_RNG_WARM_UP		0x40000U

#endif /* BCM2835_RNG_REGS_H */
