/* SPDX-License-Identifier: BSD-3-Clause */
/* Semaphores and mutexes of Unikraft, with their queues of waiters. */
#include <uk/mutex.h>
#include <uk/schedprio.h>
#include <uk/semaphore.h>

#include "stress.h"

static struct uk_semaphore full, empty;
static struct uk_mutex mutex;
static volatile uint32_t sent, received, urgent_rounds;
static volatile uint32_t guarded[2];	/* equal outside of the mutex */

static void count_guarded(void)
{
	uk_mutex_lock(&mutex);
	CHECK(guarded[0] == guarded[1]);
	guarded[0]++;
	guarded[1]++;
	uk_mutex_unlock(&mutex);
}

static void __noreturn send(void *arg __unused)
{
	while (stress_goes_on()) {
		uk_semaphore_down(&empty);
		sent++;
		uk_semaphore_up(&full);
		/* Slices may always end in the receiver's time. */
		if (sent % 16 == 0)
			uk_sched_yield();
	}
	stress_exit();
}

/* Above the sender: it runs as soon as there is something. */
static void __noreturn receive(void *arg __unused)
{
	while (stress_goes_on()) {
		if (uk_semaphore_down_to(&full, 1000000) == __NSEC_MAX)
			continue;
		received++;
		uk_semaphore_up(&empty);
		CHECK(sent == received);
	}
	/* A sender may be waiting still. */
	uk_semaphore_up(&empty);
	stress_exit();
}

static void __noreturn lock(void *arg __unused)
{
	while (stress_goes_on())
		count_guarded();
	stress_exit();
}

static void lock_urgently(void)
{
	count_guarded();
	urgent_rounds++;
}

static void start(void)
{
	uk_semaphore_init(&full, 0);
	uk_semaphore_init(&empty, 1);
	uk_mutex_init(&mutex);
	sent = received = urgent_rounds = 0;
	guarded[0] = guarded[1] = 0;
	stress_thread(send, NULL, LEVEL_WORKER);
	stress_thread(receive, NULL, LEVEL_ABOVE);
	stress_thread(lock, NULL, LEVEL_WORKER);
	stress_thread(lock, NULL, LEVEL_WORKER);
}

static void end(void)
{
	CHECK(received > 100);
	CHECK(guarded[0] > urgent_rounds && urgent_rounds > 100);
}

const struct stress_case waiting_case = {
	"nobody_waits_for_ever", start, lock_urgently, end
};
