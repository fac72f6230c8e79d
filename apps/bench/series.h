/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Samples of one benchmark, and the lines that report them:
 *
 *   R,<row>,<samples>,<min>,<median>,<mean>,<p99>,<max>
 *   V,<name>,<value>
 *
 * The unit is a tick of CNTVCT_EL0. Under QEMU with -icount shift=4 a tick
 * of the 62.5 MHz counter is exactly one instruction.
 */
#ifndef __SERIES_H__
#define __SERIES_H__

#include <stdint.h>
#include <uk/essentials.h>

#define SERIES_SAMPLES	2000U
#define SERIES_WARM_UP	64U	/* first samples, left out */

struct series {
	uint32_t count;
	uint32_t values[SERIES_SAMPLES];
};

static inline __attribute__((always_inline)) uint64_t series_now(void)
{
	uint64_t ticks;

	__asm__ __volatile__("mrs %0, cntvct_el0" : "=r"(ticks) :: "memory");
	return ticks;
}

/* Keep sample number @p i, unless it belongs to the warm-up. */
static inline void series_add(struct series *s, uint32_t i, uint64_t ticks)
{
	if (i >= SERIES_WARM_UP && s->count < SERIES_SAMPLES)
		s->values[s->count++] = (uint32_t)MIN(ticks, 0xffffffffUL);
}

/* Measure the cost of a pair of series_now(); it is taken off all rows. */
void series_calibrate(struct series *s);

/*
 * Print one row and empty the series. Each sample is the time of @p divisor
 * events; @p paired says that it was taken with two series_now().
 */
void series_report(const char *row, struct series *s, uint32_t divisor,
		   bool paired);

void series_value(const char *name, uint64_t value);

#endif /* __SERIES_H__ */
