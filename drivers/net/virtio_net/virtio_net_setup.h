/* SPDX-License-Identifier: BSD-3-Clause */
/* Between virtio_net.c, which moves frames, and the set-up it stands on. */
#ifndef VIRTIO_NET_SETUP_H
#define VIRTIO_NET_SETUP_H

#include "virtio_net.h"
#include "virtio_net_regs.h"

/*
 * A queue in memory. Everything of one queue fits into a page of this size,
 * which is what the legacy interface counts in (4.2.4).
 */
#define VIRTIO_NET_RING_PAGE	2048U

struct virtio_net_ring {
	struct virtq_desc desc[VIRTIO_NET_QUEUE];
	struct {
		uint16_t flags;
		uint16_t idx;
		uint16_t ring[VIRTIO_NET_QUEUE];
		uint16_t used_event;
	} avail;
	struct {
		uint16_t flags;
		uint16_t idx;
		struct virtq_used_elem ring[VIRTIO_NET_QUEUE];
		uint16_t avail_event;
	} used __attribute__((aligned(64)));
} __attribute__((aligned(VIRTIO_NET_RING_PAGE)));
_Static_assert(sizeof(struct virtio_net_ring) == VIRTIO_NET_RING_PAGE,
	       "one page");

static inline volatile struct virtio_mmio_regs *
regs_of(const struct virtio_net *dev)
{
	return virtio_regs(&dev->virtio);
}

static inline bool virtio_net_has(const struct virtio_net *dev,
				  uint32_t feature)
{
	return dev->virtio.features & feature;
}

/*
 * The first place with a network device, in @p place; the others are empty or
 * not for us. NET_ERR_NO_DEVICE when there is none.
 */
int virtio_net_find(struct virtio_net *dev, uint32_t *place);

/* Memory for both rings. NET_OK or NET_ERR_MEMORY. */
int virtio_net_make_rings(struct virtio_net *dev);

/* The device forgets everything, and touches no memory. NET_ERR_TIMEOUT. */
int virtio_net_reset(struct virtio_net *dev);

/* From whatever state to one in which frames can be given to it. NET_*. */
int virtio_net_set_up(struct virtio_net *dev);

/* The device's own, or one made up for a device that has none. */
void virtio_net_read_address(struct virtio_net *dev, uint32_t place);

#endif /* VIRTIO_NET_SETUP_H */
