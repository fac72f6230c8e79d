/* SPDX-License-Identifier: BSD-3-Clause */
/* The heap, as it is and when it is full of holes. */
#include "bench.h"

#define BLOCKS	200

static void holes(void)
{
	static void *blocks[BLOCKS];
	unsigned int i;

	for (i = 0; i < BLOCKS; i++)
		blocks[i] = pvPortMalloc(32);
	for (i = 0; i < BLOCKS; i += 2)
		vPortFree(blocks[i]);
	BENCH_MEASURE(bench_series, vPortFree(pvPortMalloc(64)));
	bench_report("heap4.malloc_free_64_100holes", bench_series);
	for (i = 1; i < BLOCKS; i += 2)
		vPortFree(blocks[i]);
}

void bench_heap(void)
{
	uint64_t from, middle, to;
	uint32_t i;
	void *p;

	for (i = 0; i < ROUNDS; i++) {
		from = series_now();
		p = pvPortMalloc(64);
		middle = series_now();
		vPortFree(p);
		to = series_now();
		series_add(bench_series, i, middle - from);
		series_add(bench_series2, i, to - middle);
	}
	bench_report("heap4.malloc_64", bench_series);
	bench_report("heap4.free_64", bench_series2);

	BENCH_MEASURE(bench_series, vPortFree(pvPortMalloc(64)));
	bench_report("heap4.malloc_free_64", bench_series);
	holes();
}
