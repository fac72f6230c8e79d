/* SPDX-License-Identifier: BSD-3-Clause */
/* Mutexes: free ones, and one that a higher task wants. */
#include "bench.h"

#include "semphr.h"

static SemaphoreHandle_t mutex;
/* The holder runs again, by inheritance; the holder is about to give. */
static volatile uint64_t holder_runs, giving;

/* Wants the mutex while the measuring task, which is lower, holds it. */
static void want(void *arg)
{
	uint64_t begin, got;
	uint32_t i;

	(void)arg;
	for (i = 0;; i++) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		begin = series_now();
		xSemaphoreTake(mutex, portMAX_DELAY);
		got = series_now();
		series_add(bench_series, i, holder_runs - begin);
		series_add(bench_series2, i, got - giving);
		series_add(bench_series3, i, got - begin);
		xSemaphoreGive(mutex);
	}
}

static void inheritance(void)
{
	uint32_t i;

	bench_start(want, BENCH_PRIORITY + 2);
	for (i = 0; i < ROUNDS; i++) {
		xSemaphoreTake(mutex, portMAX_DELAY);
		/* The partner runs until it waits for the mutex. */
		xTaskNotifyGive(bench_partner);
		holder_runs = series_now();
		giving = series_now();
		xSemaphoreGive(mutex);
	}
	bench_report("mutex.pi_block_inherit_switch", bench_series);
	bench_report("mutex.pi_give_disinherit_switch", bench_series2);
	bench_report("mutex.pi_contended_total", bench_series3);
	bench_stop();
}

void bench_mutex(void)
{
	mutex = xSemaphoreCreateMutex();
	BENCH_MEASURE(bench_series,
		      xSemaphoreTake(mutex, portMAX_DELAY);
		      xSemaphoreGive(mutex));
	bench_report("mutex.lock_unlock_uncontended", bench_series);
	inheritance();
	vSemaphoreDelete(mutex);
}
