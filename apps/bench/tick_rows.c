/* SPDX-License-Identifier: BSD-3-Clause */
/* Delays of one tick. */
#include <uk/arch/lcpu.h>
#include <uk/plat/time.h>

#include "bench.h"

#define DELAYS		(1000 + SERIES_WARM_UP)
#define TICK_NS		(UKARCH_NSEC_PER_SEC / configTICK_RATE_HZ)

/* When tick 0 began: where each tick begins, no API tells. */
extern __nsec shim_epoch_ns;

void bench_tick(void)
{
	uint64_t ns_per_count = UKARCH_NSEC_PER_SEC
				/ SYSREG_READ64(cntfrq_el0);
	uint64_t last = series_now(), now, begin;
	uint32_t i;

	for (i = 0; i < DELAYS; i++) {
		vTaskDelay(1);
		now = series_now();
		begin = (shim_epoch_ns + xTaskGetTickCount() * TICK_NS)
			/ ns_per_count;
		series_add(bench_series, i, now - last);
		series_add(bench_series2, i, now - begin);
		last = now;
	}
	series_report("delay1.period", bench_series, 1, false);
	series_report("delay1.lateness_after_tick", bench_series2, 1, false);
}
