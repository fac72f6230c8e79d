/* SPDX-License-Identifier: BSD-3-Clause */
/* Statistics of samples: see series.h for the format. */
#include <stdio.h>

#include "series.h"

static uint32_t pair_cost;

static void sort(uint32_t *values, uint32_t count)
{
	uint32_t gap, i;

	for (gap = count / 2; gap; gap /= 2) {
		for (i = gap; i < count; i++) {
			uint32_t value = values[i], j = i;

			for (; j >= gap && values[j - gap] > value; j -= gap)
				values[j] = values[j - gap];
			values[j] = value;
		}
	}
}

static uint32_t adjusted(uint32_t value, uint32_t divisor, bool paired)
{
	uint32_t cost = paired ? pair_cost : 0;

	return (value > cost ? value - cost : 0) / divisor;
}

void series_report(const char *row, struct series *s, uint32_t divisor,
		   bool paired)
{
	uint32_t *v = s->values, n = s->count, i;
	uint64_t sum = 0;

	if (!n) {
		printf("R,%s,0\n", row);
		return;
	}
	sort(v, n);
	for (i = 0; i < n; i++)
		sum += v[i];
	printf("R,%s,%u,%u,%u,%u,%u,%u\n", row, n,
	       adjusted(v[0], divisor, paired),
	       adjusted(v[n / 2], divisor, paired),
	       adjusted((uint32_t)(sum / n), divisor, paired),
	       adjusted(v[n * 99 / 100], divisor, paired),
	       adjusted(v[n - 1], divisor, paired));
	s->count = 0;
}

void series_value(const char *name, uint64_t value)
{
	printf("V,%s,%lu\n", name, value);
}

void series_calibrate(struct series *s)
{
	uint32_t i;

	for (i = 0; i < SERIES_SAMPLES + SERIES_WARM_UP; i++) {
		uint64_t a = series_now(), b = series_now();

		series_add(s, i, b - a);
	}
	sort(s->values, s->count);
	pair_cost = s->values[s->count / 2];
	series_report("cal.now_pair", s, 1, false);
	for (i = 0; i < SERIES_SAMPLES + SERIES_WARM_UP; i++) {
		uint64_t a = series_now(), b;

		__asm__ __volatile__(".rept 100\n\tnop\n\t.endr");
		b = series_now();
		series_add(s, i, b - a);
	}
	series_report("cal.100_nops", s, 1, true);
}
