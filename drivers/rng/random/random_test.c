/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: models of both generators behind the register accesses.
 * The source behind them is good, stuck, or biased; compiled with
 * MMIO_RECORDED, as the drivers.
 */
#include <string.h>

#include "FreeRTOS.h"

#include "bcm2711_rng200.h"
#include "bcm2711_rng200_regs.h"
#include "bcm2835_rng.h"
#include "bcm2835_rng_regs.h"

static struct bcm2835_rng_regs old_regs;
static struct bcm2711_rng200_regs new_regs;

/* Set by the test */
struct rng_model {
	uint32_t stuck_after;	/* words, then always the same; ~0: never */
	uint32_t every;		/* so many words one is the same; 0: never */
	uint32_t silent_after;	/* words, then none; ~0: never */
	uint32_t looks;		/* in vain before each word */
	uint32_t lock_outs;	/* failures that the RNG200 reports */
};

static struct rng_model options;

static struct {
	uint32_t made, looks, state;
	uint32_t on, warm_up, resets;
} m;

static struct bcm2835_rng old_dev;
static struct bcm2711_rng200 new_dev;

struct rng_model *rng_model(void)
{
	return &options;
}

/* xorshift32 (Marsaglia 2003): no two of its numbers are the same */
static uint32_t next_word(void)
{
	m.looks = 0;
	m.made++;
	if (m.made > options.stuck_after
	    || (options.every && m.made % options.every == 0))
		return 0x5555aaaa;
	m.state ^= m.state << 13;
	m.state ^= m.state >> 17;
	m.state ^= m.state << 5;
	return m.state;
}

static uint32_t waiting(void)
{
	if (!m.on || m.made >= options.silent_after)
		return 0;
	return m.looks++ >= options.looks;
}

static uint32_t old_read(uint32_t offset)
{
	switch (offset) {
	case 0x04:
		return waiting() << 24;
	case 0x08:
		return next_word();
	default:
		return 0;
	}
}

static uint32_t new_read(uint32_t offset)
{
	switch (offset) {
	case 0x0c:
		return m.on ? 1024 : 0;
	case 0x18:
		return m.on && options.lock_outs ? RNG200_INT_NIST_FAIL : 0;
	case 0x20:
		return next_word();
	case 0x24:
		return waiting();
	default:
		return 0;
	}
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	uintptr_t offset = (uintptr_t)reg - (uintptr_t)&old_regs;

	if (offset < sizeof(old_regs))
		return old_read((uint32_t)offset);
	return new_read((uint32_t)((uintptr_t)reg - (uintptr_t)&new_regs));
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	if (reg == &old_regs.status)
		m.warm_up = value;
	else if (reg == &old_regs.ctrl || reg == &new_regs.ctrl)
		m.on = value & 1;
	else if (reg == &new_regs.soft_reset && value)
		m.resets++;
	else if (reg == &new_regs.int_status && options.lock_outs && m.resets)
		options.lock_outs--;
}

void mmio_barrier(void)
{
}

void model_reset(void)
{
	memset(&m, 0, sizeof(m));
	m.state = 0x12345678;
	options = (struct rng_model){ .stuck_after = ~0U,
				      .silent_after = ~0U };
	memset(&old_dev, 0, sizeof(old_dev));
	memset(&new_dev, 0, sizeof(new_dev));
	old_dev.base = (uintptr_t)&old_regs;
	new_dev.base = (uintptr_t)&new_regs;
}

int model_init(uint32_t is_new, uint32_t absent)
{
	old_dev.absent = new_dev.absent = absent;
	return is_new ? bcm2711_rng200_init(&new_dev)
		      : bcm2835_rng_init(&old_dev);
}

uint32_t model_made(void)
{
	return m.made;
}

uint32_t model_warm_up(void)
{
	return m.warm_up;
}

uint32_t model_words(void)
{
	return rng_source() ? rng_source()->words : 0;
}
