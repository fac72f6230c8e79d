/* SPDX-License-Identifier: BSD-3-Clause */
/* Critical sections, the suspended scheduler, yields. */
#include "bench.h"

static void yield(void *arg)
{
	(void)arg;
	for (;;)
		taskYIELD();
}

void bench_switch(void)
{
	BENCH_MEASURE(bench_series, taskENTER_CRITICAL(); taskEXIT_CRITICAL());
	bench_report("critical.enter_exit", bench_series);

	BENCH_MEASURE(bench_series, vTaskSuspendAll(); xTaskResumeAll());
	bench_report("sched.suspend_resume", bench_series);

	bench_start(yield, BENCH_PRIORITY);
	BENCH_MEASURE(bench_series, taskYIELD());
	series_report("yield.switch", bench_series, 2, true);
	bench_stop();

	BENCH_MEASURE(bench_series, taskYIELD());
	bench_report("yield.noswitch", bench_series);
}
