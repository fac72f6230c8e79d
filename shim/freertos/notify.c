/* SPDX-License-Identifier: BSD-3-Clause */
/* Task notifications. */
#include "shim.h"

#include <uk/isr/thread.h>

/* Apply @p action; false when a pending value must not be overwritten. */
static bool notify_apply(struct tskTaskControlBlock *task, UBaseType_t index,
			 uint8_t before, uint32_t value, eNotifyAction action)
{
	switch (action) {
	case eSetBits:
		task->notify_value[index] |= value;
		break;
	case eIncrement:
		task->notify_value[index]++;
		break;
	case eSetValueWithOverwrite:
		task->notify_value[index] = value;
		break;
	case eSetValueWithoutOverwrite:
		if (before == SHIM_NOTIFY_RECEIVED)
			return false;
		task->notify_value[index] = value;
		break;
	case eNoAction:
		break;
	}
	return true;
}

BaseType_t shim_notify(TaskHandle_t task, UBaseType_t index, uint32_t value,
		       eNotifyAction action, uint32_t *previous)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	uint8_t before = task->notify_state[index];
	bool applied;

	if (previous)
		*previous = task->notify_value[index];
	task->notify_state[index] = SHIM_NOTIFY_RECEIVED;
	applied = notify_apply(task, index, before, value, action);
	if (before == SHIM_NOTIFY_WAITING)
		uk_schedprio_wake(task->thread);
	shim_restore_and_preempt(flags);
	return applied ? pdPASS : pdFAIL;
}

BaseType_t shim_notify_isr(TaskHandle_t task, UBaseType_t index,
			   uint32_t value, eNotifyAction action,
			   uint32_t *previous, BaseType_t *woken)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	uint8_t before = task->notify_state[index];
	bool applied;

	if (previous)
		*previous = task->notify_value[index];
	task->notify_state[index] = SHIM_NOTIFY_RECEIVED;
	applied = notify_apply(task, index, before, value, action);
	if (before == SHIM_NOTIFY_WAITING && uk_schedprio_wake(task->thread)
	    && woken)
		*woken = pdTRUE;
	ukplat_lcpu_restore_irqf(flags);
	return applied ? pdPASS : pdFAIL;
}

void shim_notify_give_isr(TaskHandle_t task, UBaseType_t index,
			  BaseType_t *woken)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	uint8_t before = task->notify_state[index];

	task->notify_state[index] = SHIM_NOTIFY_RECEIVED;
	task->notify_value[index]++;
	if (before == SHIM_NOTIFY_WAITING && uk_schedprio_wake(task->thread)
	    && woken)
		*woken = pdTRUE;
	ukplat_lcpu_restore_irqf(flags);
}

/* Block once, as FreeRTOS does, until notified or @p ticks have gone. */
static void notify_block(struct tskTaskControlBlock *task, UBaseType_t index,
			 TickType_t ticks)
{
	task->notify_state[index] = SHIM_NOTIFY_WAITING;
	shim_block(shim_deadline(ticks));
}

uint32_t shim_notify_take(UBaseType_t index, BaseType_t clear,
			  TickType_t ticks)
{
	struct tskTaskControlBlock *task = shim_task_current();
	unsigned long flags = ukplat_lcpu_save_irqf();
	uint32_t value;

	if (task->notify_value[index] == 0 && ticks)
		notify_block(task, index, ticks);
	value = task->notify_value[index];
	if (value)
		task->notify_value[index] = clear ? 0 : value - 1;
	task->notify_state[index] = SHIM_NOTIFY_IDLE;
	ukplat_lcpu_restore_irqf(flags);
	return value;
}

BaseType_t shim_notify_wait(UBaseType_t index, uint32_t clear_on_entry,
			    uint32_t clear_on_exit, uint32_t *value,
			    TickType_t ticks)
{
	struct tskTaskControlBlock *task = shim_task_current();
	unsigned long flags = ukplat_lcpu_save_irqf();
	BaseType_t received;

	/* Whoever only looks has not entered: his bits stay. */
	if (ticks && task->notify_state[index] != SHIM_NOTIFY_RECEIVED) {
		task->notify_value[index] &= ~clear_on_entry;
		notify_block(task, index, ticks);
	}
	if (value)
		*value = task->notify_value[index];
	received = task->notify_state[index] == SHIM_NOTIFY_RECEIVED;
	if (received)
		task->notify_value[index] &= ~clear_on_exit;
	task->notify_state[index] = SHIM_NOTIFY_IDLE;
	ukplat_lcpu_restore_irqf(flags);
	return received;
}

BaseType_t shim_notify_state_clear(TaskHandle_t task, UBaseType_t index)
{
	unsigned long flags;
	BaseType_t cleared;

	task = shim_task_or_current(task);
	flags = ukplat_lcpu_save_irqf();
	cleared = task->notify_state[index] == SHIM_NOTIFY_RECEIVED;
	if (cleared)
		task->notify_state[index] = SHIM_NOTIFY_IDLE;
	ukplat_lcpu_restore_irqf(flags);
	return cleared;
}

uint32_t shim_notify_value_clear(TaskHandle_t task, UBaseType_t index,
				 uint32_t bits)
{
	unsigned long flags;
	uint32_t value;

	task = shim_task_or_current(task);
	flags = ukplat_lcpu_save_irqf();
	value = task->notify_value[index];
	task->notify_value[index] = value & ~bits;
	ukplat_lcpu_restore_irqf(flags);
	return value;
}
