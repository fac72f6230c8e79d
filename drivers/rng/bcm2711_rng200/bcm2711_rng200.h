/* SPDX-License-Identifier: BSD-3-Clause */
/* Random number generator of the BCM2711 (RNG200). */
#ifndef BCM2711_RNG200_H
#define BCM2711_RNG200_H

#include "../../mmio.h"
#include "../rng.h"

struct bcm2711_rng200 {
	/* From the board: */
	uintptr_t base;
	uint32_t absent;	/* this machine lacks it */
	/* The driver's own: */
	struct rng rng;
};

/* Start it, and rng_attach() it; from a task. RNG_*. */
int bcm2711_rng200_init(struct bcm2711_rng200 *dev);

#endif /* BCM2711_RNG200_H */
