/* SPDX-License-Identifier: BSD-3-Clause */
/* Virtual I/O Device (VIRTIO) Version 1.2, 3.1 and 4.2, of today and legacy. */
#include "virtio_mmio.h"

/* Reads of Status until a reset must have happened */
#define RESET_READS	100000U

int virtio_mmio_find(struct virtio_mmio *dev, uintptr_t base, uint32_t count,
		     uint32_t device_id, uint32_t *place)
{
	for (*place = 0; *place < count; ++*place) {
		volatile struct virtio_mmio_regs *regs;

		dev->regs = base + *place * VIRTIO_MMIO_STRIDE;
		regs = virtio_regs(dev);
		if (mmio_read32(&regs->magic) != VIRTIO_MMIO_MAGIC
		    || mmio_read32(&regs->device_id) != device_id)
			continue;
		dev->version = mmio_read32(&regs->version);
		if (dev->version == VIRTIO_MMIO_LEGACY
		    || dev->version == VIRTIO_MMIO_MODERN)
			return VIRTIO_OK;
	}
	return VIRTIO_ERR_NO_DEVICE;
}

int virtio_mmio_reset(struct virtio_mmio *dev)
{
	uint32_t reads;

	mmio_write32(&virtio_regs(dev)->status, 0);
	for (reads = 0; reads < RESET_READS; reads++)
		if (!mmio_read32(&virtio_regs(dev)->status))
			return VIRTIO_OK;
	return VIRTIO_ERR_TIMEOUT;
}

static void add_status(struct virtio_mmio *dev, uint32_t bits)
{
	uint32_t status = mmio_read32(&virtio_regs(dev)->status);

	mmio_write32(&virtio_regs(dev)->status, status | bits);
}

static uint32_t offered(struct virtio_mmio *dev, uint32_t word)
{
	mmio_write32(&virtio_regs(dev)->device_features_sel, word);
	return mmio_read32(&virtio_regs(dev)->device_features);
}

static void accept(struct virtio_mmio *dev, uint32_t word, uint32_t features)
{
	mmio_write32(&virtio_regs(dev)->driver_features_sel, word);
	mmio_write32(&virtio_regs(dev)->driver_features, features);
}

/* 6: without VERSION_1 a device that is not legacy is not to be used. */
static int agree_on_version(struct virtio_mmio *dev)
{
	if (!(offered(dev, 1) & VIRTIO_F_VERSION_1))
		return VIRTIO_ERR_NO_DEVICE;
	accept(dev, 1, VIRTIO_F_VERSION_1);
	add_status(dev, VIRTIO_STATUS_FEATURES_OK);
	return mmio_read32(&virtio_regs(dev)->status)
	       & VIRTIO_STATUS_FEATURES_OK ? VIRTIO_OK : VIRTIO_ERR_NO_DEVICE;
}

int virtio_mmio_begin(struct virtio_mmio *dev, uint32_t wanted,
		      uint32_t legacy_needs, uint32_t page_bytes)
{
	bool is_legacy = dev->version == VIRTIO_MMIO_LEGACY;
	int rc = virtio_mmio_reset(dev);

	if (rc)
		return rc;
	add_status(dev, VIRTIO_STATUS_ACKNOWLEDGE);
	add_status(dev, VIRTIO_STATUS_DRIVER);
	dev->features = offered(dev, 0)
			& (is_legacy ? wanted | legacy_needs : wanted);
	accept(dev, 0, dev->features);
	if (!is_legacy)
		return agree_on_version(dev);
	mmio_write32(&virtio_regs(dev)->guest_page_size, page_bytes);
	return (dev->features & legacy_needs) == legacy_needs
	       ? VIRTIO_OK : VIRTIO_ERR_NO_DEVICE;
}

static void set_address(volatile uint32_t *low, volatile uint32_t *high,
			const void *where)
{
	mmio_write32(low, (uint32_t)(uintptr_t)where);
	mmio_write32(high, (uint32_t)((uint64_t)(uintptr_t)where >> 32));
}

static void place_modern(volatile struct virtio_mmio_regs *regs,
			 const struct virtio_rings *rings)
{
	set_address(&regs->queue_desc_low, &regs->queue_desc_high, rings->desc);
	set_address(&regs->queue_driver_low, &regs->queue_driver_high,
		    rings->avail);
	set_address(&regs->queue_device_low, &regs->queue_device_high,
		    rings->used);
	mmio_write32(&regs->queue_ready, 1);
}

static void place_legacy(volatile struct virtio_mmio_regs *regs,
			 const struct virtio_rings *rings)
{
	uint64_t page = (uintptr_t)rings->desc / rings->page_bytes;

	mmio_write32(&regs->queue_align, rings->used_align);
	/* 2^32 pages are 4 TiB and more: all of memory. */
	mmio_write32(&regs->queue_pfn, (uint32_t)page);
}

int virtio_mmio_queue(struct virtio_mmio *dev, uint32_t index,
		      const struct virtio_rings *rings)
{
	volatile struct virtio_mmio_regs *regs = virtio_regs(dev);

	mmio_write32(&regs->queue_sel, index);
	if (mmio_read32(&regs->queue_num_max) < rings->size)
		return VIRTIO_ERR_NO_DEVICE;
	mmio_barrier();
	mmio_write32(&regs->queue_num, rings->size);
	if (dev->version == VIRTIO_MMIO_MODERN)
		place_modern(regs, rings);
	else
		place_legacy(regs, rings);
	return VIRTIO_OK;
}

void virtio_mmio_end(struct virtio_mmio *dev, bool good)
{
	add_status(dev, good ? VIRTIO_STATUS_DRIVER_OK : VIRTIO_STATUS_FAILED);
}
