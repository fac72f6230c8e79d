/* SPDX-License-Identifier: BSD-3-Clause */
/* What the core costs, seen through Unikraft's API. */
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/schedprio.h>

#include "bench.h"

#define HIGH_PRIO	10

static volatile bool stop;

static struct uk_thread *start(uk_thread_fn1_t fn, unsigned int prio)
{
	struct uk_thread *t;

	t = uk_sched_thread_create(uk_sched_current(), fn, NULL, "peer");
	if (!t)
		UK_CRASH("bench: no memory for a thread\n");
	uk_schedprio_thread_prio_set(t, prio);
	return t;
}

static __noreturn void yielding_peer(void *arg __unused)
{
	while (!stop)
		uk_sched_yield();
	uk_sched_thread_exit();
}

/* A voluntary switch between two threads of equal priority. */
static void bench_yield(void)
{
	unsigned int prio = uk_schedprio_thread_prio_get(uk_thread_current());
	uint32_t i;

	for (i = 0; i < ROUNDS; i++) {
		uint64_t a = series_now();

		uk_sched_yield();
		series_add(bench_series, i, series_now() - a);
	}
	series_report("thread.yield_alone", bench_series, 1, true);

	stop = false;
	start(yielding_peer, prio);
	uk_sched_yield();
	for (i = 0; i < ROUNDS; i++) {
		uint64_t a = series_now();

		uk_sched_yield();
		series_add(bench_series, i, series_now() - a);
	}
	stop = true;
	uk_sched_yield();
	series_report("thread.yield_switch", bench_series, 2, true);
}

static __noreturn void spinning_peer(void *arg __unused)
{
	while (!stop)
		barrier();
	uk_sched_thread_exit();
}

/* Sleep until counter value @p ticks and return how late the thread ran. */
static uint64_t lateness(uint64_t ticks, uint64_t ns_per_tick)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	uk_thread_block_until(uk_thread_current(), ticks * ns_per_tick);
	uk_sched_yield();
	ukplat_lcpu_restore_irqf(flags);
	return series_now() - ticks;
}

/* From the timer's compare value to the first statement of the thread. */
static void bench_timeout(void)
{
	uint64_t ns_per_tick = UKARCH_NSEC_PER_SEC / SYSREG_READ64(cntfrq_el0);
	unsigned int prio = uk_schedprio_thread_prio_get(uk_thread_current());
	uint32_t i;

	for (i = 0; i < ROUNDS; i++)
		series_add(bench_series, i, lateness(series_now() + 5000,
						ns_per_tick));
	series_report("thread.timer_to_thread_idle", bench_series, 1, false);

	stop = false;
	start(spinning_peer, prio);
	uk_schedprio_thread_prio_set(uk_thread_current(), HIGH_PRIO);
	for (i = 0; i < ROUNDS; i++)
		series_add(bench_series, i, lateness(series_now() + 5000 + i % 7,
						ns_per_tick));
	stop = true;
	uk_schedprio_thread_prio_set(uk_thread_current(), prio);
	uk_sched_yield();
	series_report("thread.timer_to_thread_busy", bench_series, 1, false);
}

static void bench_alloc(void)
{
	struct uk_alloc *a = uk_alloc_get_default();
	uint32_t i;

	for (i = 0; i < ROUNDS; i++) {
		uint64_t start = series_now(), middle;
		void *p = uk_malloc(a, 64);

		middle = series_now();
		uk_free(a, p);
		series_add(bench_series2, i, series_now() - middle);
		series_add(bench_series, i, middle - start);
	}
	series_report("heap.malloc_64", bench_series, 1, true);
	series_report("heap.free_64", bench_series2, 1, true);
}

static __noreturn void ending_peer(void *arg __unused)
{
	uk_sched_thread_exit();
}

static void bench_thread(void)
{
	uint32_t i;

	for (i = 0; i < 256; i++) {
		uint64_t a = series_now();

		start(ending_peer, HIGH_PRIO);
		series_add(bench_series, i, series_now() - a);
		/* Let the idle thread free it. */
		uk_sched_thread_sleep(100000);
	}
	series_report("thread.create", bench_series, 1, true);
}

void bench_core(void)
{
	bench_yield();
	bench_timeout();
	bench_alloc();
	bench_thread();
}
