/* SPDX-License-Identifier: BSD-3-Clause */
/* Hooks of an application under test: they count, and make posted calls. */
#include "shim.h"

#include <stdio.h>
#include <string.h>

#include "puppet.h"

void puppet_isr(void *arg);

/* What a hook does beside counting, if anything */
struct puppet *tick_puppet, *idle_puppet;
unsigned long tick_calls, idle_calls;
unsigned long pre_sleeps, post_sleeps, slept_ticks;
bool app_sleeps;
char overflowed[configMAX_TASK_NAME_LEN];
unsigned long run_time_clock;

void vApplicationTickHook(void)
{
	tick_calls++;
	if (tick_puppet)
		puppet_isr(tick_puppet);
}

void vApplicationIdleHook(void)
{
	idle_calls++;
	if (idle_puppet)
		puppet_isr(idle_puppet);
}

void vApplicationStackOverflowHook(TaskHandle_t xTask, char *pcTaskName)
{
	(void)xTask;
	strcpy(overflowed, pcTaskName);
}

void test_move_clock(unsigned long by)
{
	run_time_clock += by;
}

void test_pre_sleep(TickType_t *ticks)
{
	pre_sleeps++;
	slept_ticks = *ticks;
	if (app_sleeps) {
		host_idle();
		*ticks = 0;
	}
}

/* Use the stack of the caller @p bytes deep. */
__attribute__((noinline)) void test_use_stack(size_t bytes)
{
	volatile char *deep = __builtin_alloca(bytes);
	size_t i;

	for (i = 0; i < bytes; i += 64)
		deep[i] = 1;
}

/* Spoil the last words of a stack, as an overflow does. */
void test_spoil_stack(TaskHandle_t task)
{
	*shim_task_stack(task) = 0;
}

void *test_fp_room(void)
{
	return uk_thread_current()->ectx;
}

/* With the eight parameters that are too many for a puppet */
TaskHandle_t test_create_static_on(TaskFunction_t code, void *arg,
				   UBaseType_t priority, StackType_t *stack,
				   StaticTask_t *memory, UBaseType_t cores)
{
	return xTaskCreateStaticAffinitySet(code, "static", 65536, arg,
					    priority, stack, memory, cores);
}

BaseType_t test_tag(void *arg)
{
	return (BaseType_t)arg + 1;
}

BaseType_t test_core_is_valid(BaseType_t core)
{
	return taskVALID_CORE_ID(core);
}

BaseType_t test_core(void)
{
	return portGET_CORE_ID();
}

portTASK_FUNCTION(macro_task, pvParameters)
{
	*(int *)pvParameters = 7;
}

void test_macro_task(void *arg)
{
	portTASK_FUNCTION_PROTO(macro_task, pvParameters);
	portTASK_FUNCTION((*entry), pvParameters) = macro_task;

	entry(arg);
	portNOP();
	portALLOCATE_SECURE_CONTEXT(configMINIMAL_SECURE_STACK_SIZE);
	portMEMORY_BARRIER();
	portASSERT_IF_INTERRUPT_PRIORITY_INVALID();
}

void test_list(char *text)
{
	vTaskList(text);
}

void test_run_time_stats(char *text)
{
	vTaskGetRunTimeStats(text);
}
