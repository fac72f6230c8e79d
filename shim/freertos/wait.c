/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting in priority order, waking, and the switch after it. */
#include "shim.h"

#include <uk/isr/thread.h>

void shim_block_critical(__snsec until)
{
	uint32_t critical = shim_critical;

	shim_critical = 0;
	uk_schedprio_block(until);
	shim_critical = critical;
}

void shim_yield(void)
{
	uint32_t critical = shim_critical;

	if (likely(!critical)) {
		uk_schedprio_yield();
		return;
	}
	shim_critical = 0;
	uk_schedprio_yield();
	shim_critical = critical;
}

static void wait_insert(struct shim_waiter *waiter)
{
	struct shim_list *pos = waiter->list->prev;

	while (pos != waiter->list
	       && ((struct shim_waiter *)pos)->level < waiter->level)
		pos = pos->prev;
	shim_list_insert_after(pos, &waiter->link);
}

enum shim_wake shim_wait_as(struct shim_waiter *waiter, struct shim_list *list,
			    __snsec until)
{
	struct uk_thread *thread = uk_thread_current();
	struct tskTaskControlBlock *task;

	if (likely(shim_is_task(thread)))
		task = __containerof(thread, struct tskTaskControlBlock, own);
	else
		task = shim_task_adopted(thread);
	waiter->thread = thread;
	waiter->list = list;
	waiter->level = task ? task->level
			     : uk_schedprio_thread_prio_get(thread);
	wait_insert(waiter);
	if (likely(task))
		task->waiter = waiter;
	shim_block(until);
	if (likely(task))
		task->waiter = NULL;
	if (likely(waiter->list == SHIM_LIST_WOKEN))
		return SHIM_WOKEN;
	if (waiter->list == SHIM_LIST_DELETED)
		return SHIM_DELETED;
	shim_unwait(waiter);
	return SHIM_TIMEOUT;
}

void shim_wake_deleted(struct shim_list *list)
{
	struct shim_waiter *waiter;

	while (!shim_list_empty(list)) {
		waiter = shim_first_waiter(list);
		shim_unwait(waiter);
		waiter->list = SHIM_LIST_DELETED;
		uk_schedprio_wake(waiter->thread);
	}
}

/*
 * One that is ready to run already has timed out and only has not yet done
 * so: it leaves the list too, but still sees its timeout.
 */
static __noinline bool wake_another(struct shim_list *list,
				    struct shim_waiter *late)
{
	late->list = list;
	shim_list_init(&late->link);
	return !shim_list_empty(list) && shim_wake_first(list);
}

static inline bool wake_first(struct shim_list *list)
{
	struct shim_waiter *waiter = shim_first_waiter(list);
	struct uk_thread *thread = waiter->thread;

	shim_unwait(waiter);
	if (unlikely(shim_is_runnable(thread)))
		return wake_another(list, waiter);
	return uk_schedprio_wake(thread);
}

bool shim_wake_first(struct shim_list *list)
{
	return wake_first(list);
}

BaseType_t shim_wake_and_restore(struct shim_list *list, unsigned long flags)
{
	wake_first(list);
	shim_restore_and_preempt(flags);
	return pdPASS;
}

void shim_task_set_level(struct tskTaskControlBlock *task, unsigned int level)
{
	struct shim_waiter *waiter = task->waiter;

	task->level = level;
	uk_schedprio_thread_prio_set(task->thread, level);
	if (waiter && shim_is_waiting(waiter)) {
		waiter->level = level;
		shim_list_remove(&waiter->link);
		wait_insert(waiter);
	}
}
