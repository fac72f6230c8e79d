/* SPDX-License-Identifier: BSD-3-Clause */
/* Hooks of the application: at each tick, and while nothing is to be done. */
#include "shim.h"

#include <string.h>

/* ---- Tick ---- */

#if configUSE_TICK_HOOK

/*
 * Nothing here needs a tick; this one is there for the hook. Each is set
 * from the one before, so that none is left out, however late one comes.
 */
static void tick(struct uk_schedprio_alarm *alarm, __nsec deadline)
{
	uk_schedprio_alarm_set(alarm, deadline + SHIM_TICK_NS);
	vApplicationTickHook();
}

static struct uk_schedprio_alarm ticking = { .fire = tick };

#endif /* configUSE_TICK_HOOK */

/* ---- Idle task ---- */

#if SHIM_IDLE_TASK

#ifndef configPRE_SLEEP_PROCESSING
#define configPRE_SLEEP_PROCESSING(xExpectedIdleTime)	((void)0)
#endif
#ifndef configPOST_SLEEP_PROCESSING
#define configPOST_SLEEP_PROCESSING(xExpectedIdleTime)	((void)0)
#endif

static TaskHandle_t idle_task;

/* The idle task is at rest: until an interrupt, if it may sleep. */
static void idle_rest(void)
{
#if configUSE_TICKLESS_IDLE
	unsigned long flags = ukplat_lcpu_save_irqf();
	__nsec now = ukplat_monotonic_clock();
	__nsec until = uk_schedprio_idle_until();
	TickType_t ticks = portMAX_DELAY;

	/* Begun ticks count: 0 would say that it has slept already. */
	if (until != UK_SCHEDPRIO_NEVER)
		ticks = until > now ? (TickType_t)((until - now - 1)
						   / SHIM_TICK_NS) + 1 : 1;
	if (until) {
		configPRE_SLEEP_PROCESSING(ticks);
		/* The application may have slept itself: it says 0 then. */
		if (ticks)
			ukplat_lcpu_halt_irq();
		configPOST_SLEEP_PROCESSING(ticks);
	}
	ukplat_lcpu_restore_irqf(flags);
#else
	shim_idle_spin();
#endif
}

static void idle_main(void *arg)
{
	(void)arg;
	for (;;) {
		uk_schedprio_gc();
#if configIDLE_SHOULD_YIELD
		shim_yield();
#endif
#if configUSE_IDLE_HOOK
		vApplicationIdleHook();
#endif
		idle_rest();
	}
}

/* In memory of the application's where it offers some. */
__weak void vApplicationGetIdleTaskMemory(StaticTask_t **task,
					  StackType_t **stack,
					  configSTACK_DEPTH_TYPE *depth);

void shim_idle_create(void)
{
	StaticTask_t *memory = NULL;
	StackType_t *stack = NULL;
	configSTACK_DEPTH_TYPE depth = configMINIMAL_STACK_SIZE;

	if (idle_task)
		return;
	if (vApplicationGetIdleTaskMemory)
		vApplicationGetIdleTaskMemory(&memory, &stack, &depth);
	if (memory && stack)
		idle_task = shim_task_create_static(
			idle_main, configIDLE_TASK_NAME, depth, NULL,
			tskIDLE_PRIORITY, stack, memory);
	else
		shim_task_create(idle_main, configIDLE_TASK_NAME, depth, NULL,
				 tskIDLE_PRIORITY, &idle_task);
	SHIM_RULE(idle_task, "vTaskStartScheduler",
		  "no memory for the idle task");
}

TaskHandle_t shim_task_idle(void)
{
	return idle_task;
}

#else /* !SHIM_IDLE_TASK */

/* The scheduler's own idle thread has a handle; its memory is this. */
static struct tskTaskControlBlock idle_task;

void shim_idle_create(void)
{
	struct uk_sched *sched = uk_sched_current();

	if (idle_task.thread)
		return;
	idle_task.thread = (struct uk_thread *)uk_sched_idle_thread(sched, 0);
	shim_tag_set(&idle_task.tag, SHIM_TASK);
	strncpy(idle_task.name, configIDLE_TASK_NAME,
		sizeof(idle_task.name) - 1);
	shim_list_insert_after(shim_adopted_list()->prev, &idle_task.adopted);
}

TaskHandle_t shim_task_idle(void)
{
	return &idle_task;
}

#endif /* !SHIM_IDLE_TASK */

/* ---- With the scheduler ---- */

void shim_hooks_start(void)
{
	uk_schedprio_slicing(configUSE_TIME_SLICING);
	if (SHIM_WATCHES)
		shim_watch_start();
#if configUSE_TICK_HOOK
	uk_schedprio_alarm_set(&ticking, shim_epoch_ns
			       + (shim_ticks64(ukplat_monotonic_clock()) + 1)
				 * SHIM_TICK_NS);
#endif
}

void shim_hooks_stop(void)
{
#if configUSE_TICK_HOOK
	uk_schedprio_alarm_clear(&ticking);
#endif
}
