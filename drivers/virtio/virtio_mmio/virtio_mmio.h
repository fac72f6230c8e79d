/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A device behind virtio-mmio, of today and legacy, until it can be given
 * buffers: Virtual I/O Device (VIRTIO) Version 1.2, 3.1 and 4.2.
 */
#ifndef VIRTIO_MMIO_H
#define VIRTIO_MMIO_H

#include <stdbool.h>

#include "../../mmio.h"
#include "virtio_mmio_regs.h"

#define VIRTIO_OK		0
#define VIRTIO_ERR_NO_DEVICE	(-1)	/* or it lacks what is needed */
#define VIRTIO_ERR_TIMEOUT	(-2)	/* it does not reset */

struct virtio_mmio {
	uintptr_t regs;		/* of the place where it is */
	uint32_t version;	/* VIRTIO_MMIO_LEGACY or ..._MODERN */
	uint32_t features;	/* of the first 32, those in use */
};

/* Where the rings of a queue lie; together in one page for a legacy device. */
struct virtio_rings {
	const void *desc, *avail, *used;
	uint16_t size;
	uint32_t page_bytes;
	uint32_t used_align;
};

static inline volatile struct virtio_mmio_regs *
virtio_regs(const struct virtio_mmio *dev)
{
	return (volatile struct virtio_mmio_regs *)dev->regs;
}

/*
 * The first of @p count places from @p base on with a device of this kind:
 * its number in @p place. The others are empty or not for us.
 */
int virtio_mmio_find(struct virtio_mmio *dev, uintptr_t base, uint32_t count,
		     uint32_t device_id, uint32_t *place);

/* The device forgets everything, and touches no memory. */
int virtio_mmio_reset(struct virtio_mmio *dev);

/*
 * Reset it and agree on what it offers of @p wanted; a legacy device has to
 * offer all of @p legacy_needs. Queues come next, then virtio_mmio_end().
 */
int virtio_mmio_begin(struct virtio_mmio *dev, uint32_t wanted,
		      uint32_t legacy_needs, uint32_t page_bytes);
int virtio_mmio_queue(struct virtio_mmio *dev, uint32_t index,
		      const struct virtio_rings *rings);
/* Whether all of it was good: it is in use, or it is given up. */
void virtio_mmio_end(struct virtio_mmio *dev, bool good);

#endif /* VIRTIO_MMIO_H */
