/* SPDX-License-Identifier: BSD-3-Clause */
/* Random number generator of the BCM2835 to BCM2837. */
#ifndef BCM2835_RNG_H
#define BCM2835_RNG_H

#include "../../mmio.h"
#include "../rng.h"

struct bcm2835_rng {
	/* From the board: */
	uintptr_t base;
	uint32_t absent;	/* this machine lacks it */
	/* The driver's own: */
	struct rng rng;
};

/* Start it, and rng_attach() it; from a task. RNG_*. */
int bcm2835_rng_init(struct bcm2835_rng *dev);

#endif /* BCM2835_RNG_H */
