/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads that are born and end all the time, by themselves or not. */
#include <uk/alloc.h>

#include "stress.h"

static volatile uint32_t born, ended;

static void __noreturn live(void *arg)
{
	uint32_t random = (uint32_t)(uintptr_t)arg;

	if (stress_random(&random) % 2)
		uk_sched_yield();
	ended++;
	stress_exit();
}

static void __noreturn give_birth(void *arg)
{
	uint32_t random = (uint32_t)(uintptr_t)arg;

	while (stress_goes_on()) {
		born++;
		stress_thread(live, (void *)(uintptr_t)random,
			      stress_random(&random) % 2 ? LEVEL_WORKER
							 : LEVEL_ABOVE);
		/* Those that have ended are freed when nobody runs. */
		uk_sched_thread_sleep(1000 * (stress_random(&random) % 50));
	}
	stress_exit();
}

static void allocate_urgently(void)
{
	uk_free(uk_alloc_get_default(),
		uk_malloc(uk_alloc_get_default(), 100));
}

static void start(void)
{
	born = ended = 0;
	stress_thread(give_birth, (void *)3, LEVEL_WORKER);
}

static void end(void)
{
	CHECK(born == ended && born > 100);
}

const struct stress_case births_case = {
	"threads_leave_nothing", start, allocate_urgently, end
};
