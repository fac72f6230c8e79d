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

/* Move the tick count on; masked. True: somebody above the caller woke. */
static bool ticks_move(TickType_t ticks)
{
	struct shim_list *item, *adopted = shim_adopted_list();
	unsigned int level = shim_task_current()->level;
	__nsec now = ukplat_monotonic_clock();
	__nsec ns = (__nsec)ticks * SHIM_TICK_NS;
	struct uk_thread *thread;
	bool outranked = false;

	shim_epoch_ns -= ns;
	shim_foreach_task(thread)
		if (sleeps_less(thread, ns, now))
			outranked |= shim_task_of(thread)->level > level;
	for (item = adopted->next; item != adopted; item = item->next)
		if (sleeps_less(shim_adopted(item)->thread, ns, now))
			outranked |= shim_adopted(item)->level > level;
	return outranked;
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
