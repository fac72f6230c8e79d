/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The only way to a device's registers: one pair of functions per width. A
 * host test defines MMIO_RECORDED and provides them, so that it sees every
 * access in order.
 */
#ifndef DRIVERS_MMIO_H
#define DRIVERS_MMIO_H

#include <stdint.h>

/* The value of an `.irq` whose interrupt does not come: the driver polls. */
#define DRIVER_IRQ_NONE		0xffffffffU

#ifdef MMIO_RECORDED
uint8_t mmio_read8(const volatile uint8_t *reg);
uint16_t mmio_read16(const volatile uint16_t *reg);
uint32_t mmio_read32(const volatile uint32_t *reg);
void mmio_write32(volatile uint32_t *reg, uint32_t value);
void mmio_barrier(void);
uint64_t mmio_clock(void);
uint32_t mmio_clock_hz(void);
#else
static inline uint8_t mmio_read8(const volatile uint8_t *reg)
{
	return *reg;
}

static inline uint16_t mmio_read16(const volatile uint16_t *reg)
{
	return *reg;
}

static inline uint32_t mmio_read32(const volatile uint32_t *reg)
{
	return *reg;
}

static inline void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	*reg = value;
}

/* Between accesses to two devices, and between a device and memory. */
static inline void mmio_barrier(void)
{
	__asm__ __volatile__("dmb sy" ::: "memory");
}

/* For waits that are shorter than a tick: a counter that never stops. */
static inline uint64_t mmio_clock(void)
{
	uint64_t now;

	__asm__ __volatile__("isb\n\tmrs %0, cntvct_el0" : "=r"(now));
	return now;
}

/* Counts of mmio_clock() in a second; firmware has set it. */
static inline uint32_t mmio_clock_hz(void)
{
	uint64_t hz;

	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));
	return (uint32_t)hz;
}
#endif

#endif /* DRIVERS_MMIO_H */
