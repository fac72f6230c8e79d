/* SPDX-License-Identifier: BSD-3-Clause */
/* Cases: they are run, what fails is told, and they may have threads. */
#include <stdio.h>
#include <string.h>
#include <uk/schedprio.h>

#include "selftest.h"

static bool case_failed;

void selftest_check(bool holds, const char *condition, const char *file,
		    int line)
{
	const char *name = strrchr(file, '/');

	if (holds || case_failed)
		return;
	case_failed = true;
	printf("FAIL %s:%d %s\n", name ? name + 1 : file, line, condition);
}

struct uk_thread *selftest_thread(uk_thread_fn1_t fn, void *arg,
				  unsigned int prio, const char *name)
{
	struct uk_sched *s = uk_sched_current();
	struct uk_thread *t;

	/* A priority first: it must not run before it has the right one. */
	uk_schedprio_lock();
	t = uk_sched_thread_create(s, fn, arg, name);
	if (!t)
		UK_CRASH("no memory for thread \"%s\"\n", name);
	uk_schedprio_thread_prio_set(t, prio);
	uk_schedprio_unlock();
	return t;
}

void selftest_sleep_us(__nsec us)
{
	uk_sched_thread_sleep(ukarch_time_usec_to_nsec(us));
}

unsigned int selftest_run(const struct selftest_case *c, unsigned int *failed)
{
	unsigned int count = 0;

	for (; c->name; c++, count++) {
		case_failed = false;
		printf("CASE %s ", c->name);
		c->run();
		if (case_failed)
			(*failed)++;
		else
			printf("PASS\n");
	}
	return count;
}
