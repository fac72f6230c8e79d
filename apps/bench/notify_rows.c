/* SPDX-License-Identifier: BSD-3-Clause */
/* Task notifications: there and back among equals, and to a higher task. */
#include "bench.h"

static volatile uint64_t begin;

static void answer(void *arg)
{
	(void)arg;
	for (;;) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		xTaskNotifyGive(bench_task);
	}
}

static void wake(void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0;; i++) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		series_add(bench_series2, i, series_now() - begin);
	}
}

void bench_notify(void)
{
	bench_start(answer, BENCH_PRIORITY);
	taskYIELD();
	BENCH_MEASURE(bench_series,
		      xTaskNotifyGive(bench_partner);
		      ulTaskNotifyTake(pdTRUE, portMAX_DELAY));
	series_report("notify.pingpong_per_switch", bench_series, 2, true);
	bench_stop();

	bench_start(wake, BENCH_PRIORITY + 1);
	BENCH_MEASURE_SHARED(begin, bench_series,
			     xTaskNotifyGive(bench_partner));
	bench_report("notify.give_to_highprio_running", bench_series2);
	bench_report("notify.give_highprio_roundtrip", bench_series);
	bench_stop();
}
