/* SPDX-License-Identifier: BSD-3-Clause */
/* The host's random numbers in a virtual machine. */
#ifndef VIRTIO_RNG_H
#define VIRTIO_RNG_H

#include "../rng.h"
#include "virtio_mmio.h"

struct virtio_rng_memory;

struct virtio_rng {
	/* From the board: */
	uintptr_t base;		/* of the first place a device may be at */
	uint32_t absent;	/* this machine lacks it */
	uint32_t count;		/* places */
	/* The driver's own: */
	struct virtio_mmio virtio;
	struct virtio_rng_memory *memory;
	uint32_t at, words;	/* of those that the host gave last */
	uint16_t asked;		/* how often */
	bool waiting;		/* for an answer */
	bool broken;
	struct rng rng;
};

/* Look for one, and rng_attach() it; from a task. RNG_*. */
int virtio_rng_init(struct virtio_rng *dev);

#endif /* VIRTIO_RNG_H */
