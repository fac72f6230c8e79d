/* SPDX-License-Identifier: BSD-3-Clause */
/* Event groups. */
#include "bench.h"

#include "event_groups.h"

static EventGroupHandle_t group;
static volatile uint64_t begin;

static void wake(void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0;; i++) {
		xEventGroupWaitBits(group, 1, pdTRUE, pdFALSE, portMAX_DELAY);
		series_add(bench_series2, i, series_now() - begin);
	}
}

void bench_event_group(void)
{
	group = xEventGroupCreate();
	BENCH_MEASURE(bench_series,
		      xEventGroupSetBits(group, 1);
		      xEventGroupWaitBits(group, 1, pdTRUE, pdFALSE, 0));
	bench_report("eventgroup.set_wait_uncontended", bench_series);

	bench_start(wake, BENCH_PRIORITY + 1);
	BENCH_MEASURE_SHARED(begin, bench_series,
			     xEventGroupSetBits(group, 1));
	bench_report("eventgroup.set_to_highprio_running", bench_series2);
	bench_report("eventgroup.set_highprio_roundtrip", bench_series);
	bench_stop();
	vEventGroupDelete(group);
}
