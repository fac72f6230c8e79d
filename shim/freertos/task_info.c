/* SPDX-License-Identifier: BSD-3-Clause */
/* What is known of tasks: handles by name, states, tables of all. */
#include "shim.h"

#include <stdio.h>
#include <string.h>

/* ---- Handles ---- */

static bool is_named(const struct tskTaskControlBlock *task, const char *name)
{
	return !strncmp(task->name, name, sizeof(task->name));
}

static TaskHandle_t task_find(const char *name)
{
	struct shim_list *item, *adopted = shim_adopted_list();
	struct uk_thread *thread;

	shim_foreach_task(thread)
		if (is_named(shim_task_of(thread), name))
			return shim_task_of(thread);
	for (item = adopted->next; item != adopted; item = item->next)
		if (is_named(shim_adopted(item), name))
			return shim_adopted(item);
	return NULL;
}

TaskHandle_t shim_task_find(const char *name)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	TaskHandle_t task = task_find(name);

	ukplat_lcpu_restore_irqf(flags);
	return task;
}

TaskHandle_t shim_task_idle_of(BaseType_t core)
{
	(void)core;
	return shim_task_idle();
}

TaskHandle_t shim_task_self_of(BaseType_t core)
{
	(void)core;
	return shim_task_self();
}

BaseType_t shim_task_static_buffers(TaskHandle_t task, StackType_t **stack,
				    StaticTask_t **memory)
{
	task = shim_task_or_current(task);
	if (!task->static_memory)
		return pdFALSE;
	*stack = shim_task_stack(task);
	*memory = (StaticTask_t *)task;
	return pdTRUE;
}

/* ---- Affinity: there is one core ---- */

static void affinity_set(struct tskTaskControlBlock *task, UBaseType_t cores)
{
#if configUSE_CORE_AFFINITY
	task->cores_not = ~cores;
#else
	(void)task;
	(void)cores;
#endif
}

void shim_task_affinity_set(TaskHandle_t task, UBaseType_t cores)
{
	affinity_set(shim_task_or_current(task), cores);
}

UBaseType_t shim_task_affinity(ConstTaskHandle_t task)
{
#if configUSE_CORE_AFFINITY
	return ~(task ? task : shim_task_current())->cores_not;
#else
	(void)task;
	return tskNO_AFFINITY;
#endif
}

BaseType_t shim_task_create_on(TaskFunction_t code, const char *name,
			       configSTACK_DEPTH_TYPE depth, void *parameter,
			       UBaseType_t priority, UBaseType_t cores,
			       TaskHandle_t *created)
{
	TaskHandle_t task = NULL;
	BaseType_t done;

	/* It may run, and end, before it is returned: no switch meanwhile. */
	uk_schedprio_lock();
	done = shim_task_create(code, name, depth, parameter, priority, &task);
	if (task) {
		affinity_set(task, cores);
		if (created)
			*created = task;
	}
	uk_schedprio_unlock();
	return done;
}

TaskHandle_t shim_task_create_static_on(TaskFunction_t code, const char *name,
					configSTACK_DEPTH_TYPE depth,
					void *parameter, UBaseType_t priority,
					StackType_t *stack,
					StaticTask_t *memory,
					UBaseType_t cores)
{
	TaskHandle_t task;

	uk_schedprio_lock();
	task = shim_task_create_static(code, name, depth, parameter, priority,
				       stack, memory);
	if (task)
		affinity_set(task, cores);
	uk_schedprio_unlock();
	return task;
}

/* ---- States ---- */

void shim_task_info(TaskHandle_t task, TaskStatus_t *status,
		    BaseType_t with_stack, eTaskState state)
{
	task = shim_task_or_current(task);
	memset(status, 0, sizeof(*status));
	status->xHandle = task;
	status->pcTaskName = task->name;
#if configUSE_TRACE_FACILITY
	status->xTaskNumber = task->number;
#endif
	status->eCurrentState = state;
	if (state == eInvalid || task->thread == uk_thread_current())
		status->eCurrentState = shim_task_state(task);
	status->uxCurrentPriority = shim_priority(task->level);
	status->uxBasePriority = shim_priority(task->base_level);
	status->ulRunTimeCounter = shim_run_time(task);
	status->pxStackBase = shim_task_stack(task);
	/* It takes a while to look through a stack. */
	if (with_stack)
		status->usStackHighWaterMark = (configSTACK_DEPTH_TYPE)
			shim_task_stack_left(task);
}

UBaseType_t shim_task_system_state(TaskStatus_t *all, UBaseType_t size,
				   configRUN_TIME_COUNTER_TYPE *total)
{
	struct uk_thread *thread;
	UBaseType_t n = 0;

	/* No task begins or ends meanwhile; interrupts go on. */
	uk_schedprio_lock();
	if (size >= shim_task_count()) {
		shim_foreach_task(thread)
			shim_task_info(shim_task_of(thread), &all[n++],
				       pdTRUE, eInvalid);
		if (n < shim_task_count())
			shim_task_info(shim_task_idle(), &all[n++], pdTRUE,
				       eInvalid);
		if (total)
			*total = shim_run_time_total();
	}
	uk_schedprio_unlock();
	return n;
}

/* ---- Tables ---- */

/* The states of all tasks, in memory to be freed; NULL: none. */
static TaskStatus_t *states_of_all(UBaseType_t *n,
				   configRUN_TIME_COUNTER_TYPE *total)
{
	TaskStatus_t *all;

	*n = shim_task_count();
	all = shim_heap_alloc(*n * sizeof(*all));
	if (all)
		*n = shim_task_system_state(all, *n, total);
	return all;
}

/* A line of its own form, behind the name; what does not fit is left out. */
#define NAME_WIDTH	(configMAX_TASK_NAME_LEN - 1)

static size_t line_fits(int written, size_t room)
{
	if (written < 0)
		return 0;
	return (size_t)written < room ? (size_t)written : room - 1;
}

static char state_letter(eTaskState state)
{
	static const char letters[] = {
		[eRunning] = 'X', [eReady] = 'R', [eBlocked] = 'B',
		[eSuspended] = 'S', [eDeleted] = 'D', [eInvalid] = '?',
	};

	return letters[state];
}

void shim_task_table(char *text, size_t size)
{
	TaskStatus_t *all;
	UBaseType_t n, i;
	size_t used = 0;

	*text = '\0';
	all = states_of_all(&n, NULL);
	for (i = 0; all && i < n && size - used > NAME_WIDTH + 1; i++)
		used += line_fits(
			snprintf(text + used, size - used,
				 "%-*s\t%c\t%u\t%u\t%u\r\n", NAME_WIDTH,
				 all[i].pcTaskName,
				 state_letter(all[i].eCurrentState),
				 (unsigned int)all[i].uxCurrentPriority,
				 (unsigned int)all[i].usStackHighWaterMark,
				 (unsigned int)all[i].xTaskNumber),
			size - used);
	shim_heap_free(all);
}

static int run_time_line(char *text, size_t size, const TaskStatus_t *task,
			 configRUN_TIME_COUNTER_TYPE hundredth)
{
	unsigned long time = (unsigned long)task->ulRunTimeCounter;
	unsigned long percent = time / (unsigned long)hundredth;

	if (percent)
		return snprintf(text, size, "%-*s\t%lu\t\t%lu%%\r\n",
				NAME_WIDTH, task->pcTaskName, time, percent);
	return snprintf(text, size, "%-*s\t%lu\t\t<1%%\r\n", NAME_WIDTH,
			task->pcTaskName, time);
}

void shim_run_time_table(char *text, size_t size)
{
	configRUN_TIME_COUNTER_TYPE total = 0;
	TaskStatus_t *all;
	UBaseType_t n, i;
	size_t used = 0;

	*text = '\0';
	all = states_of_all(&n, &total);
	total /= 100;
	for (i = 0; all && total && i < n && size - used > NAME_WIDTH + 1; i++)
		used += line_fits(run_time_line(text + used, size - used,
						&all[i], total),
				  size - used);
	shim_heap_free(all);
}
