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

#define TICKS		200
/* A turn of the loop below without an interrupt takes less. */
#define GAP		60

/*
 * How much longer the turns of a tight loop are into which an interrupt
 * falls, for so many ticks. Returns how many there were.
 */
static uint32_t gaps(void)
{
	uint64_t last = series_now(), now, turn = 0;
	uint64_t end = last + TICKS * SYSREG_READ64(cntfrq_el0)
			      / configTICK_RATE_HZ;
	uint32_t found = 0;

	while (last < end) {
		now = series_now();
		if (now - last < GAP) {
			turn = now - last;
			last = now;
			continue;
		}
		series_add(bench_series, SERIES_WARM_UP, now - last - turn);
		found++;
		last = series_now();
	}
	return found;
}

/* As the one behind the tick hook: set from the one before. */
static void tick(struct uk_schedprio_alarm *alarm, __nsec deadline)
{
	uk_schedprio_alarm_set(alarm, deadline + TICK_NS);
}

/* What ticks take from a task that computes: where nobody asks for them... */
static void bench_no_ticks(void)
{
	if (gaps())
		series_report("tick.isr_cost", bench_series, 1, false);
	else
		series_value("tick.isr_cost", 0);
}

/* ... and with the alarm behind configUSE_TICK_HOOK. */
static void bench_tick_hook(void)
{
	static struct uk_schedprio_alarm alarm = { .fire = tick };

	uk_schedprio_alarm_set(&alarm, ukplat_monotonic_clock() + TICK_NS);
	gaps();
	uk_schedprio_alarm_clear(&alarm);
	series_report("tick.hook_isr_cost", bench_series, 1, false);
}

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
	bench_no_ticks();
	bench_tick_hook();
	delays();
}
