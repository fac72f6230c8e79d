/* SPDX-License-Identifier: BSD-3-Clause */
/* Tasks and interrupt handlers whose bodies are lists of calls from outside. */
#include <stdlib.h>

#include "shim.h"
#include "puppet.h"

typedef uint64_t (*call_t)(uint64_t, uint64_t, uint64_t, uint64_t, uint64_t,
			   uint64_t, uint64_t);

static void puppet_step(struct puppet *puppet)
{
	struct puppet_call *call = &puppet->calls[puppet->done % PUPPET_CALLS];

	call->result = ((call_t)call->function)(
		call->args[0], call->args[1], call->args[2], call->args[3],
		call->args[4], call->args[5], call->args[6]);
	puppet->done++;
}

void puppet_main(void *arg)
{
	struct puppet *puppet = arg;

	for (;;) {
		while (puppet->done != puppet->posted)
			puppet_step(puppet);
		puppet->parked = true;
		uk_thread_block(uk_thread_current());
		uk_sched_yield();
		puppet->parked = false;
	}
}

static void puppet_thread(void *arg)
{
	puppet_main(arg);
	abort();
}

void puppet_post(struct puppet *puppet, uint64_t function,
		 const uint64_t *args)
{
	struct puppet_call *call = &puppet->calls[puppet->posted
						  % PUPPET_CALLS];
	int i;

	if (puppet->posted - puppet->done >= PUPPET_CALLS)
		abort();
	call->function = function;
	for (i = 0; i < PUPPET_ARGS; i++)
		call->args[i] = args[i];
	puppet->posted++;
	if (puppet->parked
	    && (!puppet->task || !puppet->task->suspended))
		uk_thread_wake_isr(puppet->thread);
}

int puppet_thread_create(struct puppet *puppet, const char *name,
			 unsigned int level)
{
	struct uk_thread *thread = uk_malloc(uk_alloc_get_default(),
					     sizeof(*thread));

	if (uk_thread_init_fn1(thread, (uk_thread_fn1_t)puppet_thread, puppet,
			       uk_sched_current()->a_stack, 0, NULL, 0, NULL,
			       true, NULL, name, NULL, NULL) < 0)
		return -1;
	uk_schedprio_thread_prio_set(thread, level);
	puppet->thread = thread;
	return uk_sched_thread_add(uk_sched_current(), thread);
}

void puppet_bind(struct puppet *puppet, TaskHandle_t task)
{
	puppet->task = task;
	puppet->thread = task->thread;
}

void puppet_isr(void *arg)
{
	struct puppet *puppet = arg;

	while (puppet->done != puppet->posted)
		puppet_step(puppet);
}
