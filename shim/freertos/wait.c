/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting in priority order, waking, and the switch after it. */
#include "shim.h"

#include <uk/isr/thread.h>

unsigned int shim_suspended;

void shim_preempt(void)
{
	/* Masked: the switch is made when the mask is lifted, by
	 * vPortExitCritical() or by the next interrupt. In a handler, the
	 * core makes it when the handler is done.
	 */
	if (!ukplat_lcpu_irqs_disabled() && !shim_in_isr())
		uk_schedprio_preempt();
}

void shim_block(__snsec until)
{
	struct shim_critical critical = shim_critical;

	SHIM_WAITS();
	shim_critical.nesting = 0;
	uk_thread_block_until(uk_thread_current(), until);
	uk_sched_yield();
	shim_critical = critical;
}

void shim_yield(void)
{
	struct shim_critical critical = shim_critical;

	if (likely(!critical.nesting)) {
		uk_sched_yield();
		return;
	}
	shim_critical.nesting = 0;
	uk_sched_yield();
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
	waiter->deleted = false;
	waiter->level = task ? task->level
			     : uk_schedprio_thread_prio_get(thread);
	wait_insert(waiter);
	if (likely(task))
		task->waiter = waiter;
	shim_block(until);
	if (likely(task))
		task->waiter = NULL;
	if (unlikely(waiter->deleted))
		return SHIM_DELETED;
	if (likely(!waiter->list))
		return SHIM_WOKEN;
	shim_unwait(waiter);
	return SHIM_TIMEOUT;
}

/*
 * Take out the first waiter that has not timed out already: one whose
 * deadline has passed is ready to run and only has not yet done so. It
 * leaves the list too, but still sees its timeout.
 */
static struct shim_waiter *wait_pop(struct shim_list *list)
{
	struct shim_waiter *waiter;

	while (!shim_list_empty(list)) {
		waiter = shim_first_waiter(list);
		if (likely(!shim_is_runnable(waiter->thread))) {
			shim_unwait(waiter);
			return waiter;
		}
		shim_list_remove(&waiter->link);
		shim_list_init(&waiter->link);
	}
	return NULL;
}

/*
 * Masked, so the form for interrupts serves as well: whoever lifts the mask
 * looks whether a switch is due.
 */
void shim_wake_first(struct shim_list *list)
{
	struct shim_waiter *waiter = wait_pop(list);

	if (waiter)
		uk_thread_wake_isr(waiter->thread);
}

void shim_wake_deleted(struct shim_list *list)
{
	struct shim_waiter *waiter;

	while (!shim_list_empty(list)) {
		waiter = shim_first_waiter(list);
		shim_unwait(waiter);
		waiter->deleted = true;
		uk_thread_wake_isr(waiter->thread);
	}
}

bool shim_wake_first_isr(struct shim_list *list)
{
	struct shim_waiter *waiter = wait_pop(list);

	if (!waiter)
		return false;
	uk_thread_wake_isr(waiter->thread);
	return shim_outranks_current(waiter->level);
}

void shim_task_set_level(struct tskTaskControlBlock *task, unsigned int level)
{
	struct shim_waiter *waiter = task->waiter;

	task->level = level;
	uk_schedprio_thread_prio_set(task->thread, level);
	if (waiter && waiter->list) {
		waiter->level = level;
		shim_list_remove(&waiter->link);
		wait_insert(waiter);
	}
}
