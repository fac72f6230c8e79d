/* SPDX-License-Identifier: BSD-3-Clause */
/* Binary semaphores. */
#include "bench.h"

#include "semphr.h"

static SemaphoreHandle_t there, back;
static volatile uint64_t begin;

static void answer(void *arg)
{
	(void)arg;
	for (;;) {
		xSemaphoreTake(there, portMAX_DELAY);
		xSemaphoreGive(back);
	}
}

static void wake(void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0;; i++) {
		xSemaphoreTake(there, portMAX_DELAY);
		series_add(bench_series2, i, series_now() - begin);
	}
}

void bench_semaphore(void)
{
	there = xSemaphoreCreateBinary();
	back = xSemaphoreCreateBinary();
	BENCH_MEASURE(bench_series,
		      xSemaphoreGive(there); xSemaphoreTake(there, 0));
	bench_report("sem.give_take_uncontended", bench_series);

	bench_start(answer, BENCH_PRIORITY);
	taskYIELD();
	BENCH_MEASURE(bench_series,
		      xSemaphoreGive(there);
		      xSemaphoreTake(back, portMAX_DELAY));
	series_report("sem.pingpong_per_switch", bench_series, 2, true);
	bench_stop();

	bench_start(wake, BENCH_PRIORITY + 1);
	BENCH_MEASURE_SHARED(begin, bench_series, xSemaphoreGive(there));
	bench_report("sem.give_to_highprio_running", bench_series2);
	bench_report("sem.give_highprio_roundtrip", bench_series);
	bench_stop();
	vSemaphoreDelete(there);
	vSemaphoreDelete(back);
}
