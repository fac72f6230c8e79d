/* SPDX-License-Identifier: BSD-3-Clause */
/* Software timers: the command, with and without the timer task's part. */
#include "bench.h"

#include "timers.h"

#define ABOVE_THE_TIMER_TASK	(configTIMER_TASK_PRIORITY + 5)

static void expire(TimerHandle_t timer)
{
	(void)timer;
}

void bench_timer(void)
{
	TimerHandle_t timer = xTimerCreate("t", pdMS_TO_TICKS(5000), pdFALSE,
					   NULL, expire);
	uint64_t from, to;
	uint32_t i;

	BENCH_MEASURE(bench_series, xTimerStart(timer, 0));
	bench_report("timer.start_incl_daemon", bench_series);

	for (i = 0; i < ROUNDS; i++) {
		vTaskPrioritySet(NULL, ABOVE_THE_TIMER_TASK);
		from = series_now();
		xTimerStart(timer, 0);
		to = series_now();
		series_add(bench_series, i, to - from);
		vTaskPrioritySet(NULL, BENCH_PRIORITY);
	}
	bench_report("timer.start_enqueue_only", bench_series);
	xTimerStop(timer, 0);
	xTimerDelete(timer, 0);
}
