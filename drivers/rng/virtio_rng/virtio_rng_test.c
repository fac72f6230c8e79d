/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of virtio-rng behind virtio-mmio, old or new, that
 * may answer late, little, or what no device should.
 */
#include <string.h>

#include "FreeRTOS.h"

#include "virtio_rng.h"

#define PLACES	4U
#define QUEUE	2U

struct virtio_rng_model {
	uint32_t version, place, num_max, refuses;
	uint32_t silent;	/* keeps what it is asked for */
	uint32_t answer;	/* bytes of an answer, if there is room */
	uint32_t wrong_id, wrong_len, jump;
};

struct avail {
	uint16_t flags, idx, ring[QUEUE];
};

struct used {
	uint16_t flags, idx;
	struct virtq_used_elem ring[QUEUE];
};

static struct virtio_rng_model m;
static uint32_t regs[VIRTIO_MMIO_STRIDE / 4], asked, seen, resets;
static uint64_t state;
static _Alignas(16) uint8_t stride[PLACES][VIRTIO_MMIO_STRIDE];
static struct virtio_rng rng;

/* S. Vigna: the generator splitmix64; only as good as the tests need */
static uint64_t made(void)
{
	uint64_t z = (state += 0x9e3779b97f4a7c15U);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return z ^ (z >> 31);
}

/* The ring at this register; a legacy device's are all behind its page. */
static void *ring(uint32_t offset, uint32_t behind)
{
	uint64_t page = (uint64_t)regs[0x040 / 4] * regs[0x028 / 4];
	uint64_t above = (uint64_t)rng.memory;

	if (m.version == VIRTIO_MMIO_MODERN)
		return (void *)((uint64_t)regs[offset / 4 + 1] << 32
				| regs[offset / 4]);
	/* On the host, memory lies above what a page number holds. */
	page |= above & ~(((uint64_t)1 << 32) * regs[0x028 / 4] - 1);
	return (void *)(page + behind);
}

static void answer_one(void)
{
	struct virtq_desc *desc = ring(0x080, 0);
	struct used *used = ring(0x0a0, regs[0x03c / 4]);
	uint32_t len = desc->len < m.answer ? desc->len : m.answer, n;

	for (n = 0; n < len; n++)
		((uint8_t *)desc->addr)[n] = (uint8_t)(made() >> 32);
	used->ring[used->idx % QUEUE] = (struct virtq_used_elem){
		m.wrong_id, m.wrong_len ? m.wrong_len : len
	};
	used->idx = (uint16_t)(used->idx + 1 + m.jump);
}

/* What was asked for since the last time, unless it keeps that. */
void model_answer(void)
{
	const struct avail *avail = ring(0x090, 16 * QUEUE);

	for (; !m.silent && (uint16_t)seen != avail->idx; seen++) {
		asked++;
		answer_one();
	}
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	uintptr_t at = (uintptr_t)reg - (uintptr_t)stride;
	uint32_t offset = at % VIRTIO_MMIO_STRIDE;

	switch (offset) {
	case 0x000:
		return VIRTIO_MMIO_MAGIC;
	case 0x004:
		return m.version;
	case 0x008:
		return at / VIRTIO_MMIO_STRIDE == m.place ? VIRTIO_ID_ENTROPY
							  : 0;
	case 0x010:
		return regs[0x014 / 4];
	case 0x034:
		return m.num_max;
	case 0x070:
		return regs[0x070 / 4]
		       & ~(m.refuses ? VIRTIO_STATUS_FEATURES_OK : 0);
	default:
		return 0;
	}
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	uint32_t offset = ((uintptr_t)reg - (uintptr_t)stride)
			  % VIRTIO_MMIO_STRIDE;

	regs[offset / 4] = value;
	if (offset == 0x070 && !value)
		resets++;
	if (offset == 0x050)
		model_answer();
}

void mmio_barrier(void)
{
}

/* ---- For the tests ---- */

struct virtio_rng_model *model(void)
{
	return &m;
}

void model_begin(uint32_t version)
{
	memset(&m, 0, sizeof(m));
	memset(regs, 0, sizeof(regs));
	memset(&rng, 0, sizeof(rng));
	asked = seen = resets = 0;
	state = 1;
	m = (struct virtio_rng_model){
		.version = version, .place = 2, .num_max = 8, .answer = 4096,
	};
	rng.base = (uintptr_t)stride;
	rng.count = PLACES;
}

int model_init(uint32_t absent)
{
	rng.absent = absent;
	return virtio_rng_init(&rng);
}

uint32_t model_asked(void)
{
	return asked;
}

uint32_t model_resets(void)
{
	return resets;
}

uint32_t model_status(void)
{
	return regs[0x070 / 4];
}
