/* SPDX-License-Identifier: BSD-3-Clause */
/* Waits cut short, and a tick count that is moved by hand. */
#include "shim.h"

#include <uk/isr/thread.h>

/* ---- Waits cut short ---- */

/*
 * Whoever is woken while it still lies in a list of waiters takes that for
 * its timeout, and the list passes over it meanwhile: so that is all.
 */
BaseType_t shim_task_abort_delay(TaskHandle_t task)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	bool blocked = shim_task_state(task) == eBlocked;

	if (blocked)
		uk_thread_wake_isr(task->thread);
	shim_restore_and_preempt(flags);
	return blocked ? pdPASS : pdFAIL;
}

/* ---- A tick count that is moved ---- */

/* What a thread sleeps for comes @p ns sooner. True: it is awake now. */
static bool sleeps_less(struct uk_thread *thread, __nsec ns, __nsec now)
{
	__snsec until = thread->wakeup_time;

	if (until <= 0 || shim_is_runnable(thread) || !thread->sched)
		return false;
	/* Its place among the sleepers is another: wake it, and lay it down. */
	uk_thread_wake_isr(thread);
	if ((__nsec)until <= now + ns)
		return true;
	uk_thread_block_until(thread, until - (__snsec)ns);
	return false;
}

/* The same for all in @p list; true when one outranks the caller. */
static bool list_sleeps_less(struct shim_list *list, __nsec ns)
{
	unsigned int level = shim_task_current()->level;
	__nsec now = ukplat_monotonic_clock();
	struct tskTaskControlBlock *task;
	struct shim_list *item;
	bool outranked = false;

	for (item = list->next; item != list; item = item->next) {
		task = (struct tskTaskControlBlock *)item;
		if (sleeps_less(task->thread, ns, now))
			outranked |= task->level > level;
	}
	return outranked;
}

/* Move the tick count on; masked. True: somebody above the caller woke. */
static bool ticks_move(TickType_t ticks)
{
	__nsec ns = (__nsec)ticks * SHIM_TICK_NS;
	bool outranked;

	shim_epoch_ns -= ns;
	outranked = list_sleeps_less(shim_task_list(), ns);
	return list_sleeps_less(shim_adopted_list(), ns) || outranked;
}

BaseType_t shim_ticks_catch_up(TickType_t ticks)
{
	unsigned long flags;
	bool switches;

	shim_task_current();	/* may allocate: before the mask */
	flags = ukplat_lcpu_save_irqf();
	switches = ticks_move(ticks);
	shim_restore_and_preempt(flags);
	return switches;
}

void shim_ticks_step(TickType_t ticks)
{
	unsigned long flags;

	shim_task_current();
	flags = ukplat_lcpu_save_irqf();
	ticks_move(ticks);
	shim_restore_and_preempt(flags);
}

/* ---- Sleep of the processor ---- */

eSleepModeStatus shim_sleep_mode(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	eSleepModeStatus status = eStandardSleep;
	__nsec until = uk_schedprio_idle_until();

	if (until == 0 || uk_schedprio_preempt_pending())
		status = eAbortSleep;
	else if (until == UK_SCHEDPRIO_NEVER)
		status = eNoTasksWaitingTimeout;
	ukplat_lcpu_restore_irqf(flags);
	return status;
}
