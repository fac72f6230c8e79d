/* SPDX-License-Identifier: BSD-3-Clause */
/* Semaphores, mutexes and wait queues of the core. */
#include <uk/mutex.h>
#include <uk/plat/time.h>
#include <uk/semaphore.h>

#include "selftest.h"

static struct uk_semaphore request, answer;

static __noreturn void answer_requests(void *arg)
{
	long rounds = (long)arg;

	while (rounds--) {
		uk_semaphore_down(&request);
		uk_semaphore_up(&answer);
	}
	uk_sched_thread_exit();
}

static void semaphore_pingpong(void)
{
	const long rounds = 1000;
	long i;

	uk_semaphore_init(&request, 0);
	uk_semaphore_init(&answer, 0);
	selftest_thread(answer_requests, (void *)rounds, SELFTEST_MAIN,
			"answerer");
	for (i = 0; i < rounds; i++) {
		uk_semaphore_up(&request);
		uk_semaphore_down(&answer);
	}
	CHECK(request.count == 0 && answer.count == 0);
	uk_sched_yield();
}

static void semaphore_times_out(void)
{
	__nsec before = ukplat_monotonic_clock();

	uk_semaphore_init(&request, 0);
	CHECK(uk_semaphore_down_to(&request, 2000000) == __NSEC_MAX);
	CHECK(ukplat_monotonic_clock() - before >= 2000000);
	uk_semaphore_up(&request);
	CHECK(uk_semaphore_down_to(&request, 2000000) != __NSEC_MAX);
	CHECK(!uk_semaphore_down_try(&request));
}

static struct uk_mutex mutex;
static unsigned int counter, workers;

/* A read, a switch in between, a write: without the mutex counts get lost. */
static __noreturn void count_up(void *arg)
{
	long rounds = (long)arg;

	while (rounds--) {
		unsigned int was;

		uk_mutex_lock(&mutex);
		was = counter;
		uk_sched_yield();
		counter = was + 1;
		uk_mutex_unlock(&mutex);
	}
	workers--;
	uk_sched_thread_exit();
}

static void mutex_excludes(void)
{
	unsigned int i;

	uk_mutex_init(&mutex);
	counter = 0;
	workers = 4;
	for (i = 0; i < 4; i++)
		selftest_thread(count_up, (void *)100, SELFTEST_MAIN,
				"counter");
	for (i = 0; workers && i < 1000; i++)
		selftest_sleep_us(1000);
	CHECK(!workers);
	CHECK(counter == 400);
}

const struct selftest_case sync_cases[] = {
	{ "sync.semaphore_pingpong", semaphore_pingpong },
	{ "sync.semaphore_times_out", semaphore_times_out },
	{ "sync.mutex_excludes", mutex_excludes },
	{ NULL, NULL }
};
