/* SPDX-License-Identifier: BSD-3-Clause */
/* FP registers: each thread has its own, though they share one set. */
#include <uk/sched_impl.h>

#include "selftest.h"

#define THREADS	3U
#define ROUNDS	30000U

static __u64 results[THREADS];
static volatile unsigned int running;

static __noreturn void compute(void *arg)
{
	long index = (long)arg;

	fp_work((__u64)index + 1, ROUNDS, &results[index]);
	running--;
	uk_sched_thread_exit();
}

/* The same sums, once alone and once with the others preempting. */
static void fp_survives_preemption(void)
{
	__u64 alone[THREADS];
	unsigned int i;

	for (i = 0; i < THREADS; i++)
		fp_work(i + 1, ROUNDS, &alone[i]);
	running = THREADS;
	for (i = 0; i < THREADS; i++)
		selftest_thread(compute, (void *)(long)i, SELFTEST_LOW,
				"compute");
	for (i = 0; running && i < 5000; i++)
		selftest_sleep_us(1000);
	CHECK(!running);
	for (i = 0; i < THREADS; i++)
		CHECK(results[i] == alone[i]);
	CHECK(alone[0] != alone[1]);
}

static __noreturn void no_fp(void *arg)
{
	*(bool *)arg = !(ukplat_fp_owner == uk_thread_current());
	uk_sched_thread_exit();
}

/* Who does not use them never owns them. */
static void fp_is_switched_only_for_its_users(void)
{
	bool untouched = false;

	selftest_thread(no_fp, &untouched, SELFTEST_HIGH, "integer");
	CHECK(untouched);
}

const struct selftest_case fp_cases[] = {
	{ "fp.survives_preemption", fp_survives_preemption },
	{ "fp.is_switched_only_for_its_users",
	  fp_is_switched_only_for_its_users },
	{ NULL, NULL }
};
