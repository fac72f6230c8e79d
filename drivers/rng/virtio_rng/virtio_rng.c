/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * virtio-rng behind virtio-mmio: Virtual I/O Device (VIRTIO) Version 1.2, 5.4.
 * A buffer is given to the host, which fills it, as far as it likes. Nothing
 * it says of that is used before it is checked.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "virtio_rng.h"

/* 5.4.2: the only queue */
#define REQUESTS	0U
/* Ours: one buffer is under way at most, and two are the least of a ring. */
#define QUEUE		2U
#define WORDS		256U
/* 2.7.2: where a legacy device looks for the used ring, at QueueAlign */
#define RING_ALIGN	64U
#define RING_PAGE	256U
/* Ours: the host may have to collect them first. */
#define ANSWER_MS	10000U

struct virtio_rng_memory {
	struct virtq_desc desc[QUEUE];
	struct {
		uint16_t flags, idx, ring[QUEUE], used_event;
	} avail;
	struct {
		uint16_t flags, idx;
		struct virtq_used_elem ring[QUEUE];
	} used __attribute__((aligned(RING_ALIGN)));
	uint32_t word[WORDS] __attribute__((aligned(RING_ALIGN)));
} __attribute__((aligned(RING_PAGE)));
_Static_assert(offsetof(struct virtio_rng_memory, used) == RING_ALIGN,
	       "the used ring lies behind the other");

static void ask(struct virtio_rng *dev)
{
	struct virtio_rng_memory *memory = dev->memory;

	memory->desc[0] = (struct virtq_desc){
		.addr = (uintptr_t)memory->word,
		.len = sizeof(memory->word),
		.flags = VIRTQ_DESC_F_WRITE,
	};
	memory->avail.flags = VIRTQ_AVAIL_F_NO_INTERRUPT;
	memory->avail.ring[dev->asked++ % QUEUE] = 0;
	mmio_barrier();
	*(volatile uint16_t *)&memory->avail.idx = dev->asked;
	mmio_barrier();
	mmio_write32(&virtio_regs(&dev->virtio)->queue_notify, REQUESTS);
	dev->waiting = true;
}

/* What it says of its answer is possible, or it is not used again. */
static int take(struct virtio_rng *dev, uint16_t done)
{
	const volatile struct virtq_used_elem *used =
		&dev->memory->used.ring[(uint16_t)(done - 1) % QUEUE];
	uint32_t len;

	mmio_barrier();
	len = used->len;
	if (done != dev->asked || used->id || len > sizeof(dev->memory->word)) {
		virtio_mmio_reset(&dev->virtio);
		dev->broken = true;
		return RNG_ERR_TIMEOUT;
	}
	dev->waiting = false;
	dev->at = 0;
	dev->words = len / sizeof(uint32_t);
	return RNG_OK;
}

/* An answer that was given up stays asked for. */
static int fill(struct virtio_rng *dev)
{
	TickType_t left = pdMS_TO_TICKS(ANSWER_MS);
	TimeOut_t since;
	uint16_t done;

	vTaskSetTimeOutState(&since);
	if (!dev->waiting)
		ask(dev);
	for (;;) {
		done = *(volatile uint16_t *)&dev->memory->used.idx;
		if (done != (uint16_t)(dev->asked - 1))
			return take(dev, done);
		if (xTaskCheckForTimeOut(&since, &left))
			return RNG_ERR_TIMEOUT;
		vTaskDelay(1);
	}
}

static int rng_word(struct rng *rng, uint32_t *word)
{
	struct virtio_rng *dev = (struct virtio_rng *)
		((uintptr_t)rng - offsetof(struct virtio_rng, rng));
	int rc = RNG_OK;

	if (dev->broken)
		return RNG_ERR_TIMEOUT;
	if (dev->at == dev->words)
		rc = fill(dev);
	/* It may answer with less than a word. */
	if (!rc && dev->at == dev->words)
		rc = RNG_ERR_TIMEOUT;
	if (rc)
		return rc;
	*word = dev->memory->word[dev->at];
	/* It is the caller's alone. */
	dev->memory->word[dev->at++] = 0;
	return RNG_OK;
}

static const struct rng_ops rng_ops = { .word = rng_word };

static int set_up(struct virtio_rng *dev)
{
	const struct virtio_rings rings = {
		.desc = dev->memory->desc,
		.avail = &dev->memory->avail,
		.used = &dev->memory->used,
		.size = QUEUE,
		.page_bytes = RING_PAGE,
		.used_align = RING_ALIGN,
	};
	int rc = virtio_mmio_begin(&dev->virtio, 0, 0, RING_PAGE);

	if (!rc)
		rc = virtio_mmio_queue(&dev->virtio, REQUESTS, &rings);
	if (rc != VIRTIO_ERR_TIMEOUT)
		virtio_mmio_end(&dev->virtio, !rc);
	return rc ? RNG_ERR_NO_DEVICE : RNG_OK;
}

int virtio_rng_init(struct virtio_rng *dev)
{
	uintptr_t memory;
	uint32_t place;
	int rc;

	if (dev->absent
	    || virtio_mmio_find(&dev->virtio, dev->base, dev->count,
				VIRTIO_ID_ENTROPY, &place))
		return RNG_ERR_NO_DEVICE;
	memory = (uintptr_t)pvPortMalloc(sizeof(*dev->memory) + RING_PAGE);
	if (!memory)
		return RNG_ERR_NO_DEVICE;
	/* For good: the device may write to it as long as the machine runs. */
	memory = (memory + RING_PAGE - 1) & ~(uintptr_t)(RING_PAGE - 1);
	dev->memory = (struct virtio_rng_memory *)memory;
	memset(dev->memory, 0, sizeof(*dev->memory));
	dev->rng = (struct rng){ .name = "virtio_rng", .ops = &rng_ops };
	rc = set_up(dev);
	return rc ? rc : rng_attach(&dev->rng);
}
