/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Setting a virtio-net device up: Virtual I/O Device (VIRTIO) Version 1.2, 3.1
 * and 4.2, of today and legacy. Where it is, what it offers, its rings.
 */
#include <string.h>

#include "FreeRTOS.h"

#include "virtio_net_setup.h"

/* 2.7.2: where a legacy device looks for the used ring, at QueueAlign */
#define RING_ALIGN	64U
_Static_assert(offsetof(struct virtio_net_ring, used)
	       == ((offsetof(struct virtio_net_ring, avail) + 4
		    + 2 * VIRTIO_NET_QUEUE + 2 + RING_ALIGN - 1)
		   & ~(RING_ALIGN - 1)), "the used ring lies behind the other");

/* Reads of Status until a reset must have happened */
#define RESET_READS	100000U

/* ---- Finding it ---- */

int virtio_net_find(struct virtio_net *dev, uint32_t *place)
{
	for (*place = 0; *place < dev->count; ++*place) {
		volatile struct virtio_mmio_regs *regs;

		dev->regs = dev->base + *place * VIRTIO_MMIO_STRIDE;
		regs = regs_of(dev);
		if (mmio_read32(&regs->magic) != VIRTIO_MMIO_MAGIC
		    || mmio_read32(&regs->device_id) != VIRTIO_ID_NET)
			continue;
		dev->version = mmio_read32(&regs->version);
		if (dev->version == VIRTIO_MMIO_LEGACY
		    || dev->version == VIRTIO_MMIO_MODERN)
			return NET_OK;
	}
	return NET_ERR_NO_DEVICE;
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
		dev->net.address[i] = dev->features & VIRTIO_NET_F_MAC
				      ? mmio_read8(&regs_of(dev)->mac[i])
				      : own[i];
}

/* ---- Setting the device up ---- */

int virtio_net_reset(struct virtio_net *dev)
{
	uint32_t reads;

	mmio_write32(&regs_of(dev)->status, 0);
	for (reads = 0; reads < RESET_READS; reads++)
		if (!mmio_read32(&regs_of(dev)->status))
			return NET_OK;
	return NET_ERR_TIMEOUT;
}

static void add_status(struct virtio_net *dev, uint32_t bits)
{
	uint32_t status = mmio_read32(&regs_of(dev)->status);

	mmio_write32(&regs_of(dev)->status, status | bits);
}

static uint32_t offered(struct virtio_net *dev, uint32_t word)
{
	mmio_write32(&regs_of(dev)->device_features_sel, word);
	return mmio_read32(&regs_of(dev)->device_features);
}

static void accept(struct virtio_net *dev, uint32_t word, uint32_t features)
{
	mmio_write32(&regs_of(dev)->driver_features_sel, word);
	mmio_write32(&regs_of(dev)->driver_features, features);
}

/* A header in the same descriptor as the frame: new devices, or ANY_LAYOUT. */
static int negotiate(struct virtio_net *dev)
{
	uint32_t wanted = VIRTIO_NET_F_MAC | VIRTIO_NET_F_STATUS
			  | VIRTIO_F_EVENT_IDX;

	if (dev->version == VIRTIO_MMIO_LEGACY)
		wanted |= VIRTIO_F_ANY_LAYOUT;
	dev->features = offered(dev, 0) & wanted;
	accept(dev, 0, dev->features);
	if (dev->version == VIRTIO_MMIO_LEGACY) {
		dev->header_len = VIRTIO_NET_HDR_LEGACY;
		return dev->features & VIRTIO_F_ANY_LAYOUT ? NET_OK
							   : NET_ERR_NO_DEVICE;
	}
	dev->header_len = VIRTIO_NET_HDR_MODERN;
	if (!(offered(dev, 1) & VIRTIO_F_VERSION_1))
		return NET_ERR_NO_DEVICE;
	accept(dev, 1, VIRTIO_F_VERSION_1);
	add_status(dev, VIRTIO_STATUS_FEATURES_OK);
	return mmio_read32(&regs_of(dev)->status) & VIRTIO_STATUS_FEATURES_OK
	       ? NET_OK : NET_ERR_NO_DEVICE;
}

static void queue_clear(struct virtio_net_queue *queue)
{
	uint16_t i;

	memset(queue->ring, 0, sizeof(*queue->ring));
	queue->avail = 0;
	queue->used = 0;
	queue->announced = 0;
	queue->free_count = queue->size;
	for (i = 0; i < queue->size; i++)
		queue->free[i] = (uint8_t)(queue->size - 1 - i);
}

static void set_address(volatile uint32_t *low, volatile uint32_t *high,
			const void *where)
{
	mmio_write32(low, (uint32_t)(uintptr_t)where);
	mmio_write32(high, (uint32_t)((uint64_t)(uintptr_t)where >> 32));
}

static void place_modern(volatile struct virtio_mmio_regs *regs,
			 const struct virtio_net_ring *ring)
{
	set_address(&regs->queue_desc_low, &regs->queue_desc_high, ring->desc);
	set_address(&regs->queue_driver_low, &regs->queue_driver_high,
		    &ring->avail);
	set_address(&regs->queue_device_low, &regs->queue_device_high,
		    &ring->used);
	mmio_write32(&regs->queue_ready, 1);
}

static int queue_init(struct virtio_net *dev, struct virtio_net_queue *queue)
{
	volatile struct virtio_mmio_regs *regs = regs_of(dev);
	uint64_t page = (uintptr_t)queue->ring / VIRTIO_NET_RING_PAGE;
	uint32_t max;

	mmio_write32(&regs->queue_sel, queue->index);
	max = mmio_read32(&regs->queue_num_max);
	if (max < VIRTIO_NET_QUEUE)
		return NET_ERR_NO_DEVICE;
	queue->size = VIRTIO_NET_QUEUE;
	queue_clear(queue);
	mmio_barrier();
	mmio_write32(&regs->queue_num, queue->size);
	if (dev->version == VIRTIO_MMIO_MODERN) {
		place_modern(regs, queue->ring);
		return NET_OK;
	}
	mmio_write32(&regs->queue_align, RING_ALIGN);
	/* 2^32 pages are 4 TiB: all of memory. */
	mmio_write32(&regs->queue_pfn, (uint32_t)page);
	return NET_OK;
}

int virtio_net_set_up(struct virtio_net *dev)
{
	int rc = virtio_net_reset(dev);

	if (rc)
		return rc;
	add_status(dev, VIRTIO_STATUS_ACKNOWLEDGE);
	add_status(dev, VIRTIO_STATUS_DRIVER);
	rc = negotiate(dev);
	if (!rc && dev->version == VIRTIO_MMIO_LEGACY)
		mmio_write32(&regs_of(dev)->guest_page_size,
			     VIRTIO_NET_RING_PAGE);
	if (!rc)
		rc = queue_init(dev, &dev->rx);
	if (!rc)
		rc = queue_init(dev, &dev->tx);
	add_status(dev, rc ? VIRTIO_STATUS_FAILED : VIRTIO_STATUS_DRIVER_OK);
	return rc;
}
