/* SPDX-License-Identifier: BSD-3-Clause */
/* Scheduler control: start, end, suspension, ticks, timeouts. */
#include "shim.h"

#include <uk/isr/thread.h>

bool shim_started;
/* Below 0 in the unsigned sense where the count does not begin at 0. */
__nsec shim_epoch_ns = -((__nsec)configINITIAL_TICK_COUNT * SHIM_TICK_NS);

/* The thread that called vTaskStartScheduler. */
static struct uk_thread *starter;

void shim_scheduler_start(void)
{
	unsigned long flags;

	if (shim_started)
		return;
	/* In FreeRTOS's order: the timers' task is created last. */
	shim_idle_create();
	if (!shim_timers_start())
		return;
	flags = ukplat_lcpu_save_irqf();
	starter = uk_thread_current();
	shim_epoch_ns = ukplat_monotonic_clock()
			- (__nsec)configINITIAL_TICK_COUNT * SHIM_TICK_NS;
	/* Calls before are over: the wait at the end is none of theirs. */
	SHIM_MAY_WAIT(NULL);
	shim_started = true;
	shim_hooks_start();
	shim_task_start_all();
	shim_block(0);
	ukplat_lcpu_restore_irqf(flags);
}

void shim_scheduler_end(void)
{
	unsigned long flags;

	if (!shim_started)
		return;
	flags = ukplat_lcpu_save_irqf();
	shim_started = false;
	shim_hooks_stop();
	uk_schedprio_thread_prio_set(starter, UK_SCHEDPRIO_LEVELS - 1);
	uk_thread_wake_isr(starter);
	shim_block(0);
	ukplat_lcpu_restore_irqf(flags);
}

BaseType_t shim_scheduler_state(void)
{
	if (!shim_started)
		return taskSCHEDULER_NOT_STARTED;
	return shim_suspended ? taskSCHEDULER_SUSPENDED
			      : taskSCHEDULER_RUNNING;
}

BaseType_t shim_resume_all(void)
{
	bool switches = uk_schedprio_preempt_pending()
			&& uk_schedprio_locked() == 1;

	uk_schedprio_unlock();
	return switches;
}

/* ---- Timeouts that a caller keeps himself ---- */

/* The 64-bit tick count, so that no wrap of 32 bits is ever missed. */
void shim_timeout_set(TimeOut_t *timeout)
{
	uint64_t now = shim_ticks64(ukplat_monotonic_clock());

	timeout->xOverflowCount = (BaseType_t)(now >> 32);
	timeout->xTimeOnEntering = (TickType_t)now;
}

BaseType_t shim_timeout_check(TimeOut_t *timeout, TickType_t *ticks)
{
	uint64_t start = (uint64_t)timeout->xOverflowCount << 32
			 | timeout->xTimeOnEntering;
	uint64_t elapsed = shim_ticks64(ukplat_monotonic_clock()) - start;

	if (*ticks == portMAX_DELAY)
		return pdFALSE;
	if (elapsed >= *ticks) {
		*ticks = 0;
		return pdTRUE;
	}
	*ticks -= (TickType_t)elapsed;
	shim_timeout_set(timeout);
	return pdFALSE;
}
