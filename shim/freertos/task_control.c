/* SPDX-License-Identifier: BSD-3-Clause */
/* Tasks: priority, suspension, state, delays. */
#include "shim.h"

#include <uk/isr/thread.h>

/* ---- Priority ---- */

UBaseType_t shim_task_priority(TaskHandle_t task)
{
	return shim_priority(shim_task_or_current(task)->level);
}

UBaseType_t shim_task_base_priority(TaskHandle_t task)
{
	return shim_priority(shim_task_or_current(task)->base_level);
}

/* As in FreeRTOS, setting the priority that it has costs no turn. */
static void task_change_base(struct tskTaskControlBlock *task,
			     unsigned int level)
{
	bool down = level < task->base_level;

	/* An inherited level stays until the mutex is given. */
	if (task->base_level == task->level || level > task->level)
		shim_task_set_level(task, level);
	else if (down || task->thread != uk_thread_current())
		shim_task_set_level(task, task->level);
	task->base_level = level;
}

void shim_task_priority_set(TaskHandle_t task, unsigned int level)
{
	unsigned long flags;

	task = shim_task_or_current(task);
	flags = ukplat_lcpu_save_irqf();
	if (level != task->base_level)
		task_change_base(task, level);
	shim_restore_and_preempt(flags);
}

/* ---- Suspension ---- */

/* Whatever it waits for, it no longer does. Interrupts masked. */
static void task_stop_waiting(struct tskTaskControlBlock *task)
{
	unsigned int i;

	if (task->waiter && shim_is_waiting(task->waiter))
		shim_unwait(task->waiter);
	for (i = 0; i < SHIM_NOTIFY_ENTRIES; i++)
		if (task->notify_state[i] == SHIM_NOTIFY_WAITING)
			task->notify_state[i] = SHIM_NOTIFY_IDLE;
}

void shim_task_suspend(TaskHandle_t task)
{
	unsigned long flags;

	task = shim_task_or_current(task);
	flags = ukplat_lcpu_save_irqf();
	task_stop_waiting(task);
	task->suspended = true;
	if (task->thread == uk_thread_current()) {
		shim_block(0);
	} else if (!task->unstarted) {
		/* A sleeper forgets its deadline by waking up first. */
		uk_thread_wake_isr(task->thread);
		uk_thread_block(task->thread);
	}
	ukplat_lcpu_restore_irqf(flags);
}

void shim_task_resume(TaskHandle_t task)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (task->suspended) {
		task->suspended = false;
		if (!task->unstarted)
			uk_thread_wake_isr(task->thread);
	}
	shim_restore_and_preempt(flags);
}

BaseType_t shim_task_resume_isr(TaskHandle_t task)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	BaseType_t woken = pdFALSE;

	if (task->suspended) {
		task->suspended = false;
		if (!task->unstarted)
			woken = uk_schedprio_wake(task->thread);
	}
	ukplat_lcpu_restore_irqf(flags);
	return woken;
}

eTaskState shim_task_state(TaskHandle_t task)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	eTaskState state = eReady;

	if (task->thread == uk_thread_current())
		state = eRunning;
	else if (task->thread->flags & UK_THREADF_EXITED)
		state = eDeleted;
	else if (task->suspended)
		state = eSuspended;
	else if (!shim_is_runnable(task->thread) && !task->unstarted)
		state = eBlocked;
	ukplat_lcpu_restore_irqf(flags);
	return state;
}

/* ---- Identity ---- */

char *shim_task_name(TaskHandle_t task)
{
	return shim_task_or_current(task)->name;
}

/* ---- Delays ---- */

void shim_task_delay(TickType_t ticks)
{
	unsigned long flags;

	if (ticks == 0) {
		shim_yield();
		return;
	}
	flags = ukplat_lcpu_save_irqf();
	shim_block(shim_deadline_after(
		shim_ticks64(ukplat_monotonic_clock()), ticks));
	ukplat_lcpu_restore_irqf(flags);
}

BaseType_t shim_task_delay_until(TickType_t *previous, TickType_t increment)
{
	uint64_t now = shim_ticks64(ukplat_monotonic_clock());
	TickType_t elapsed = (TickType_t)now - *previous;
	unsigned long flags;

	*previous += increment;
	if (elapsed >= increment) {
		shim_yield();
		return pdFALSE;
	}
	flags = ukplat_lcpu_save_irqf();
	shim_block(shim_deadline_after(now, increment - elapsed));
	ukplat_lcpu_restore_irqf(flags);
	return pdTRUE;
}
