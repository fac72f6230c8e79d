/* SPDX-License-Identifier: BSD-3-Clause */
/* What programs need of the host. */
#include "shim.h"
#include "../program/step.h"

void program_raise(unsigned long number)
{
	host_raise((unsigned int)number);
}

void program_work(TickType_t ticks)
{
	host_work((unsigned long)ticks * SHIM_TICK_NS);
}

int program_thread(const char *name, unsigned long priority,
		   void (*main)(void *), void *arg)
{
	struct uk_thread *thread = uk_malloc(uk_alloc_get_default(),
					     sizeof(*thread));

	if (uk_thread_init_fn1(thread, (uk_thread_fn1_t)main, arg,
			       uk_sched_current()->a_stack, 0, NULL, 0, NULL,
			       true, NULL, name, NULL, NULL) < 0)
		return -1;
	uk_schedprio_thread_prio_set(thread, (unsigned int)priority + 1);
	return uk_sched_thread_add(uk_sched_current(), thread);
}
