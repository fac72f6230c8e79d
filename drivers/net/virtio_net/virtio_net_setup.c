/* SPDX-License-Identifier: BSD-3-Clause */
/* Setting a virtio-net device up: where it is, what it offers, its rings. */
#include <string.h>

#include "FreeRTOS.h"

#include "virtio_net_setup.h"

/* 2.7.2: where a legacy device looks for the used ring, at QueueAlign */
#define RING_ALIGN	64U
_Static_assert(offsetof(struct virtio_net_ring, used)
	       == ((offsetof(struct virtio_net_ring, avail) + 4
		    + 2 * VIRTIO_NET_QUEUE + 2 + RING_ALIGN - 1)
		   & ~(RING_ALIGN - 1)), "the used ring lies behind the other");

static int net_error(int error)
{
	switch (error) {
	case VIRTIO_OK:
		return NET_OK;
	case VIRTIO_ERR_TIMEOUT:
		return NET_ERR_TIMEOUT;
	default:
		return NET_ERR_NO_DEVICE;
	}
}

/* ---- Finding it ---- */

int virtio_net_find(struct virtio_net *dev, uint32_t *place)
{
	return net_error(virtio_mmio_find(&dev->virtio, dev->base, dev->count,
					  VIRTIO_ID_NET, place));
}

int virtio_net_make_rings(struct virtio_net *dev)
{
	uintptr_t rings;

	dev->ring_memory = pvPortMalloc(3 * VIRTIO_NET_RING_PAGE);
	if (!dev->ring_memory)
		return NET_ERR_MEMORY;
	rings = ((uintptr_t)dev->ring_memory + VIRTIO_NET_RING_PAGE - 1)
		& ~(uintptr_t)(VIRTIO_NET_RING_PAGE - 1);
	dev->rx.ring = (struct virtio_net_ring *)rings;
	dev->rx.index = VIRTIO_NET_RX;
	dev->tx.ring = dev->rx.ring + 1;
	dev->tx.index = VIRTIO_NET_TX;
	return NET_OK;
}

void virtio_net_read_address(struct virtio_net *dev, uint32_t place)
{
	/* IEEE 802-2014, 8.4: locally administered, for one that has none */
	const uint8_t own[NET_ADDRESS_LEN] = { 2, 0, 0, 0, 0, (uint8_t)place };
	uint32_t i;

	for (i = 0; i < NET_ADDRESS_LEN; i++)
		dev->net.address[i] = virtio_net_has(dev, VIRTIO_NET_F_MAC)
				      ? mmio_read8(&regs_of(dev)->mac[i])
				      : own[i];
}

/* ---- Setting the device up ---- */

int virtio_net_reset(struct virtio_net *dev)
{
	return net_error(virtio_mmio_reset(&dev->virtio));
}

static void queue_clear(struct virtio_net_queue *queue)
{
	uint16_t i;

	memset(queue->ring, 0, sizeof(*queue->ring));
	queue->size = VIRTIO_NET_QUEUE;
	queue->avail = 0;
	queue->used = 0;
	queue->announced = 0;
	queue->free_count = queue->size;
	for (i = 0; i < queue->size; i++)
		queue->free[i] = (uint8_t)(queue->size - 1 - i);
}

static int queue_init(struct virtio_net *dev, struct virtio_net_queue *queue)
{
	const struct virtio_rings rings = {
		.desc = queue->ring->desc,
		.avail = &queue->ring->avail,
		.used = &queue->ring->used,
		.size = VIRTIO_NET_QUEUE,
		.page_bytes = VIRTIO_NET_RING_PAGE,
		.used_align = RING_ALIGN,
	};

	queue_clear(queue);
	return virtio_mmio_queue(&dev->virtio, queue->index, &rings);
}

int virtio_net_set_up(struct virtio_net *dev)
{
	/* Header and frame in one descriptor: the legacy need says it can. */
	int rc = virtio_mmio_begin(&dev->virtio,
				   VIRTIO_NET_F_MAC | VIRTIO_NET_F_STATUS
				   | VIRTIO_F_EVENT_IDX,
				   VIRTIO_F_ANY_LAYOUT, VIRTIO_NET_RING_PAGE);

	if (rc == VIRTIO_ERR_TIMEOUT)
		return NET_ERR_TIMEOUT;
	dev->header_len = dev->virtio.version == VIRTIO_MMIO_LEGACY
			  ? VIRTIO_NET_HDR_LEGACY : VIRTIO_NET_HDR_MODERN;
	if (!rc)
		rc = queue_init(dev, &dev->rx);
	if (!rc)
		rc = queue_init(dev, &dev->tx);
	virtio_mmio_end(&dev->virtio, !rc);
	return net_error(rc);
}
