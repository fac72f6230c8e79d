/* SPDX-License-Identifier: BSD-3-Clause */
/* FP registers of threads that are preempted in the middle of their sums. */
#include "stress.h"

#define ROUNDS	100

static volatile uint32_t sums;

static void __noreturn add_up(void *arg)
{
	uint64_t seed = (uint64_t)arg, once, again;

	fp_work(seed, ROUNDS, &once);
	while (stress_goes_on()) {
		fp_work(seed, ROUNDS, &again);
		CHECK(again == once);
		sums++;
	}
	stress_exit();
}

static void add_up_urgently(void)
{
	uint64_t result;

	fp_work(77, ROUNDS / 10, &result);
}

static void start(void)
{
	sums = 0;
	stress_thread(add_up, (void *)1, LEVEL_WORKER);
	stress_thread(add_up, (void *)2, LEVEL_WORKER);
}

static void end(void)
{
	CHECK(sums > 100);
}

const struct stress_case fp_case = {
	"sums_are_right", start, add_up_urgently, end
};
