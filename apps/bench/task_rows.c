/* SPDX-License-Identifier: BSD-3-Clause */
/* Birth and death of tasks. */
#include "bench.h"

static volatile uint64_t first_statement;

static void nothing(void *arg)
{
	(void)arg;
	for (;;)
		vTaskSuspend(NULL);
}

static void say_when(void *arg)
{
	first_statement = series_now();
	nothing(arg);
}

static void create_and_delete(void)
{
	uint64_t from, middle, to;
	uint32_t i;

	for (i = 0; i < ROUNDS; i++) {
		from = series_now();
		bench_start(nothing, BENCH_PRIORITY - 1);
		middle = series_now();
		bench_stop();
		to = series_now();
		series_add(bench_series, i, middle - from);
		series_add(bench_series2, i, to - middle);
		series_add(bench_series3, i, to - from);
	}
	bench_report("task.create_2K_stack", bench_series);
	bench_report("task.delete", bench_series2);
	bench_report("task.create_delete", bench_series3);
}

void bench_create(void)
{
	uint64_t from;
	uint32_t i;

	create_and_delete();
	for (i = 0; i < ROUNDS; i++) {
		from = series_now();
		bench_start(say_when, BENCH_PRIORITY + 1);
		series_add(bench_series, i, first_statement - from);
		bench_stop();
	}
	bench_report("task.create_to_first_insn", bench_series);
}
