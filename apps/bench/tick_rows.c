/* SPDX-License-Identifier: BSD-3-Clause */
/* Ticks: what one costs, and delays of one. */
#include <uk/arch/lcpu.h>
#include <uk/plat/time.h>
#include <uk/schedprio.h>

#include "bench.h"

#define DELAYS		(1000 + SERIES_WARM_UP)
#define TICK_NS		(UKARCH_NSEC_PER_SEC / configTICK_RATE_HZ)

/* When tick 0 began: where each tick begins, no API tells. */
extern __nsec shim_epoch_ns;

#ifdef UK_SCHEDPRIO_NEVER
#define TICKS		200
/* A turn of the loop below without an interrupt takes less. */
#define GAP		60

/* As the one behind the tick hook: set from the one before. */
static void tick(struct uk_schedprio_alarm *alarm)
{
	uk_schedprio_alarm_set(alarm, alarm->deadline + TICK_NS);
}

/* How much longer the turns of a tight loop are into which a tick falls. */
static void gaps(void)
{
	static struct uk_schedprio_alarm alarm = { .fire = tick };
	uint64_t last, now, turn = 0;
	uint32_t ticks = 0;

	uk_schedprio_alarm_set(&alarm, ukplat_monotonic_clock() + TICK_NS);
	last = series_now();
	while (ticks < TICKS) {
		now = series_now();
		if (now - last < GAP) {
			turn = now - last;
			last = now;
			continue;
		}
		series_add(bench_series, SERIES_WARM_UP, now - last - turn);
		ticks++;
		last = series_now();
	}
	uk_schedprio_alarm_clear(&alarm);
	series_report("tick.isr_cost", bench_series, 1, false);
}
#else
static void gaps(void)
{
}
#endif

static void delays(void)
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

void bench_tick(void)
{
	gaps();
	delays();
}
