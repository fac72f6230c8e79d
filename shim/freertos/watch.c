/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is done at each switch, if the configuration or a call asks for it:
 * run times are counted, stacks are checked, a task may not be preempted.
 */
#include "shim.h"

#include <string.h>

/* ---- Stacks ---- */

#define FILL		0xa5
#define FILL_WORD	0xa5a5a5a5a5a5a5a5UL
/* As FreeRTOS checks */
#define LAST_WORDS	2

void shim_stack_fill(void *stack, size_t size)
{
	memset(stack, FILL, size);
}

bool shim_stack_is_spent(const StackType_t *stack)
{
	unsigned int i;

	for (i = 0; i < LAST_WORDS; i++)
		if (stack[i] != FILL_WORD)
			return true;
	return false;
}

UBaseType_t shim_task_stack_left(TaskHandle_t task)
{
	const uint8_t *stack, *byte;

	task = shim_task_or_current(task);
	stack = (const uint8_t *)shim_task_stack(task);
	/* Only a task's own stack was filled; it ends at a byte in use. */
	if (!SHIM_FILL_STACKS || !stack || task->thread != &task->own)
		return 0;
	for (byte = stack; *byte == FILL; byte++)
		;
	return (UBaseType_t)(byte - stack) / sizeof(StackType_t);
}

configSTACK_DEPTH_TYPE shim_task_stack_left2(TaskHandle_t task)
{
	return (configSTACK_DEPTH_TYPE)shim_task_stack_left(task);
}

#if configCHECK_FOR_STACK_OVERFLOW

/* An application need not have it: then only the page below looks. */
__weak void vApplicationStackOverflowHook(TaskHandle_t xTask, char *pcTaskName);

/* On the stack of @p task, which is about to leave the processor. */
static void stack_check(struct tskTaskControlBlock *task)
{
	const StackType_t *stack = shim_task_stack(task);
	const void *here = __builtin_frame_address(0);
	bool spent;

	if (!stack || task->thread != &task->own)
		return;
	spent = here <= (const void *)stack;
	if (configCHECK_FOR_STACK_OVERFLOW > 1)
		spent |= shim_stack_is_spent(stack);
	if (unlikely(spent))
		vApplicationStackOverflowHook(task, task->name);
}

#endif /* configCHECK_FOR_STACK_OVERFLOW */

/* ---- Run time ---- */

#if configGENERATE_RUN_TIME_STATS

static configRUN_TIME_COUNTER_TYPE running_since;

/* The clock of the run times: the application's, or microseconds. */
static configRUN_TIME_COUNTER_TYPE run_time_now(void)
{
#if defined(portALT_GET_RUN_TIME_COUNTER_VALUE)
	configRUN_TIME_COUNTER_TYPE now;

	portALT_GET_RUN_TIME_COUNTER_VALUE(now);
	return now;
#elif defined(portGET_RUN_TIME_COUNTER_VALUE)
	return (configRUN_TIME_COUNTER_TYPE)portGET_RUN_TIME_COUNTER_VALUE();
#else
	return (configRUN_TIME_COUNTER_TYPE)(ukplat_monotonic_clock() / 1000);
#endif
}

static void run_time_count(struct tskTaskControlBlock *task)
{
	configRUN_TIME_COUNTER_TYPE now = run_time_now();

	/* A clock that went back, as FreeRTOS has it, counts nothing. */
	if (task && now > running_since)
		task->run_time += now - running_since;
	running_since = now;
}

configRUN_TIME_COUNTER_TYPE shim_run_time_total(void)
{
	return run_time_now();
}

configRUN_TIME_COUNTER_TYPE shim_run_time(TaskHandle_t task)
{
	configRUN_TIME_COUNTER_TYPE time;
	unsigned long flags;

	task = shim_task_or_current(task);
	flags = ukplat_lcpu_save_irqf();
	time = task->run_time;
	if (task->thread == uk_thread_current())
		time += run_time_now() - running_since;
	ukplat_lcpu_restore_irqf(flags);
	return time;
}

#else /* !configGENERATE_RUN_TIME_STATS */

configRUN_TIME_COUNTER_TYPE shim_run_time_total(void)
{
	return 0;
}

configRUN_TIME_COUNTER_TYPE shim_run_time(TaskHandle_t task)
{
	(void)task;
	return 0;
}

#endif /* !configGENERATE_RUN_TIME_STATS */

configRUN_TIME_COUNTER_TYPE shim_run_time_percent(TaskHandle_t task)
{
	configRUN_TIME_COUNTER_TYPE hundredth = shim_run_time_total() / 100;

	return hundredth ? shim_run_time(task) / hundredth : 0;
}

configRUN_TIME_COUNTER_TYPE shim_idle_run_time(void)
{
	return shim_run_time(shim_task_idle());
}

configRUN_TIME_COUNTER_TYPE shim_idle_run_time_percent(void)
{
	return shim_run_time_percent(shim_task_idle());
}

/* ---- The switch ---- */

/*
 * A task that must not be preempted is held for as long as it has the
 * processor. Masked; still on the stack of @p prev.
 */
static void switching(struct uk_thread *prev, struct uk_thread *next)
{
	struct tskTaskControlBlock *from = shim_task_known(prev);
	struct tskTaskControlBlock *to = shim_task_known(next);

	(void)from;
#if configGENERATE_RUN_TIME_STATS
	run_time_count(from);
#endif
#if configCHECK_FOR_STACK_OVERFLOW
	if (from && vApplicationStackOverflowHook)
		stack_check(from);
#endif
	uk_schedprio_hold(to && to->unpreempted);
}

void shim_watch_start(void)
{
#if configGENERATE_RUN_TIME_STATS
#ifdef portCONFIGURE_TIMER_FOR_RUN_TIME_STATS
	portCONFIGURE_TIMER_FOR_RUN_TIME_STATS();
#endif
	running_since = run_time_now();
	uk_schedprio_watch(switching);
#elif configCHECK_FOR_STACK_OVERFLOW
	if (vApplicationStackOverflowHook)
		uk_schedprio_watch(switching);
#endif
}

static void unpreempted_set(TaskHandle_t task, bool on)
{
	unsigned long flags;

	task = shim_task_or_current(task);
	flags = ukplat_lcpu_save_irqf();
	task->unpreempted = on;
	if (on)
		uk_schedprio_watch(switching);
	if (task->thread == uk_thread_current())
		uk_schedprio_hold(on);
	shim_restore_and_preempt(flags);
}

void shim_task_preemption_disable(TaskHandle_t task)
{
	unpreempted_set(task, true);
}

void shim_task_preemption_enable(TaskHandle_t task)
{
	unpreempted_set(task, false);
}
