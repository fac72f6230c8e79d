/* SPDX-License-Identifier: BSD-3-Clause */
/* Timer, preemption, round robin, and the lives of threads. */
#include <string.h>
#include <uk/alloc.h>
#include <uk/plat/time.h>
#include <uk/schedprio.h>

#include "selftest.h"

static char trace[16];
static volatile unsigned int trace_len;

static void note(char c)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (trace_len + 1 < sizeof(trace))
		trace[trace_len++] = c;
	trace[trace_len] = '\0';
	ukplat_lcpu_restore_irqf(flags);
}

static void trace_reset(void)
{
	trace_len = 0;
	trace[0] = '\0';
}

/* A sleep ends when its time has come, and not before. */
static void timer_sleeps_long_enough(void)
{
	unsigned int i;

	for (i = 1; i <= 5; i++) {
		__nsec ns = i * 700000UL;
		__nsec before = ukplat_monotonic_clock();

		uk_sched_thread_sleep(ns);
		CHECK(ukplat_monotonic_clock() - before >= ns);
	}
}

static __noreturn void note_after(void *arg)
{
	__u64 tens_of_ms = (__u64)arg & 0xf;

	selftest_sleep_us(10000 * tens_of_ms);
	note((char)('0' + tens_of_ms));
	uk_sched_thread_exit();
}

/* Sleepers wake by time, in whatever order they went to sleep. */
static void timer_wakes_in_order(void)
{
	static const __u64 delays[] = { 3, 1, 4, 2 };
	unsigned int i;

	trace_reset();
	for (i = 0; i < ARRAY_SIZE(delays); i++)
		selftest_thread(note_after, (void *)delays[i], SELFTEST_HIGH,
				"sleeper");
	selftest_sleep_us(100000);
	CHECK(!strcmp(trace, "1234"));
}

static __noreturn void wait_then_note(void *arg)
{
	uk_thread_block(uk_thread_current());
	uk_sched_yield();
	note((char)(long)arg);
	uk_sched_thread_exit();
}

/* Whoever wakes a thread of higher priority does not go on before it. */
static void wake_preempts_at_once(void)
{
	struct uk_thread *high;

	trace_reset();
	high = selftest_thread(wait_then_note, (void *)'h', SELFTEST_HIGH,
			       "high");
	note('a');
	uk_thread_wake(high);
	note('b');
	CHECK(!strcmp(trace, "ahb"));
}

static void wake_of_lower_does_not_preempt(void)
{
	struct uk_thread *low;

	trace_reset();
	low = selftest_thread(wait_then_note, (void *)'l', SELFTEST_LOW,
			      "low");
	selftest_sleep_us(2000);
	uk_thread_wake(low);
	note('m');
	selftest_sleep_us(2000);
	CHECK(!strcmp(trace, "ml"));
}

static __noreturn void note_and_exit(void *arg)
{
	note((char)(long)arg);
	uk_sched_thread_exit();
}

static void highest_of_several_runs_first(void)
{
	trace_reset();
	uk_schedprio_lock();
	selftest_thread(note_and_exit, (void *)'a', SELFTEST_HIGH, "first");
	selftest_thread(note_and_exit, (void *)'b', SELFTEST_HIGH, "second");
	selftest_thread(note_and_exit, (void *)'c', SELFTEST_HIGHER, "third");
	note('m');
	uk_schedprio_unlock();
	CHECK(!strcmp(trace, "mcab"));
}

static volatile bool interrupted;

static __noreturn void interrupt_spinner(void *arg __unused)
{
	selftest_sleep_us(3000);
	interrupted = true;
	uk_sched_thread_exit();
}

/* A thread that never gives way is preempted by the timer's interrupt. */
static void interrupt_preempts_a_spinning_thread(void)
{
	__nsec deadline = ukplat_monotonic_clock() + 5 * UKARCH_NSEC_PER_SEC;

	interrupted = false;
	selftest_thread(interrupt_spinner, NULL, SELFTEST_HIGH, "high");
	while (!interrupted && ukplat_monotonic_clock() < deadline)
		barrier();
	CHECK(interrupted);
}

static volatile bool spin_stop;
static volatile __u64 spins[2];

static __noreturn void spin(void *arg)
{
	volatile __u64 *count = &spins[(long)arg];

	while (!spin_stop)
		(*count)++;
	uk_sched_thread_exit();
}

/* Two that spin at one priority both get on, and about alike. */
static void equals_share_the_processor(void)
{
	spin_stop = false;
	spins[0] = spins[1] = 0;
	selftest_thread(spin, (void *)0, SELFTEST_LOW, "spin0");
	selftest_thread(spin, (void *)1, SELFTEST_LOW, "spin1");
	selftest_sleep_us(60000);
	spin_stop = true;
	CHECK(spins[0] && spins[1]);
	CHECK(spins[0] < 8 * spins[1] && spins[1] < 8 * spins[0]);
	selftest_sleep_us(5000);
}

/* Their slices end while a higher thread runs, each time. */
static void equals_share_below_a_periodic_thread(void)
{
	__nsec until;
	int i;

	spin_stop = false;
	spins[0] = spins[1] = 0;
	selftest_thread(spin, (void *)0, SELFTEST_LOW, "spin0");
	selftest_thread(spin, (void *)1, SELFTEST_LOW, "spin1");
	for (i = 0; i < 40; i++) {
		selftest_sleep_us(CONFIG_LIBUKSCHEDPRIO_SLICE_US - 50);
		until = ukplat_monotonic_clock() + 100000;
		while (ukplat_monotonic_clock() < until)
			barrier();
	}
	spin_stop = true;
	CHECK(spins[0] && spins[1]);
	CHECK(spins[0] < 8 * spins[1] && spins[1] < 8 * spins[0]);
	selftest_sleep_us(5000);
}

static void lock_holds_preemption_off(void)
{
	struct uk_thread *high;

	trace_reset();
	high = selftest_thread(wait_then_note, (void *)'h', SELFTEST_HIGH,
			       "high");
	uk_schedprio_lock();
	uk_schedprio_lock();
	uk_thread_wake(high);
	note('a');
	uk_schedprio_unlock();
	note('b');
	uk_schedprio_unlock();
	note('c');
	CHECK(!strcmp(trace, "abhc"));
}

static void raising_a_ready_thread_makes_it_run(void)
{
	struct uk_thread *low;

	trace_reset();
	low = selftest_thread(note_and_exit, (void *)'l', SELFTEST_LOW, "low");
	note('a');
	uk_schedprio_thread_prio_set(low, SELFTEST_HIGH);
	uk_schedprio_preempt();
	note('b');
	CHECK(!strcmp(trace, "alb"));
}

static __noreturn void exit_at_once(void *arg __unused)
{
	uk_sched_thread_exit();
}

/* What is free once nobody frees anything more. */
static __ssz settled_availmem(struct uk_alloc *a)
{
	__ssz last, now = uk_alloc_availmem(a);

	do {
		last = now;
		selftest_sleep_us(2000);
		now = uk_alloc_availmem(a);
	} while (now != last);
	return now;
}

/* Threads that end give all their memory back. */
static void exited_threads_are_freed(void)
{
	struct uk_alloc *a = uk_alloc_get_default();
	__ssz before;
	unsigned int i;

	/* The first round fills the cache of stacks. */
	for (i = 0; i < 16; i++)
		selftest_thread(exit_at_once, NULL, SELFTEST_HIGH, "brief");
	before = settled_availmem(a);
	for (i = 0; i < 200; i++) {
		selftest_thread(exit_at_once, NULL, SELFTEST_HIGH, "brief");
		selftest_sleep_us(200);
	}
	CHECK(settled_availmem(a) == before);
}

const struct selftest_case sched_cases[] = {
	{ "timer.sleeps_long_enough", timer_sleeps_long_enough },
	{ "timer.wakes_in_order", timer_wakes_in_order },
	{ "sched.wake_preempts_at_once", wake_preempts_at_once },
	{ "sched.wake_of_lower_does_not_preempt",
	  wake_of_lower_does_not_preempt },
	{ "sched.highest_of_several_runs_first",
	  highest_of_several_runs_first },
	{ "sched.interrupt_preempts_a_spinning_thread",
	  interrupt_preempts_a_spinning_thread },
	{ "sched.equals_share_the_processor", equals_share_the_processor },
	{ "sched.equals_share_below_a_periodic_thread",
	  equals_share_below_a_periodic_thread },
	{ "sched.lock_holds_preemption_off", lock_holds_preemption_off },
	{ "sched.raising_a_ready_thread_makes_it_run",
	  raising_a_ready_thread_makes_it_run },
	{ "sched.exited_threads_are_freed", exited_threads_are_freed },
	{ NULL, NULL }
};
