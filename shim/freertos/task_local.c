/* SPDX-License-Identifier: BSD-3-Clause */
/* What an application hangs on a task: pointers, a tag, a number. */
#include "shim.h"

/* ---- Pointers ---- */

#if configNUM_THREAD_LOCAL_STORAGE_POINTERS

/* Where pointer @p index of @p task lies; NULL: there is none. */
static void **local_of(TaskHandle_t task, BaseType_t index)
{
	if (index < 0 || index >= configNUM_THREAD_LOCAL_STORAGE_POINTERS)
		return NULL;
	return &shim_task_or_current(task)->local[index];
}

void shim_task_local_set(TaskHandle_t task, BaseType_t index, void *value)
{
	void **local = local_of(task, index);

	if (local)
		*local = value;
}

void *shim_task_local(TaskHandle_t task, BaseType_t index)
{
	void **local = local_of(task, index);

	return local ? *local : NULL;
}

#else

void shim_task_local_set(TaskHandle_t task, BaseType_t index, void *value)
{
	(void)task, (void)index, (void)value;
}

void *shim_task_local(TaskHandle_t task, BaseType_t index)
{
	(void)task, (void)index;
	return NULL;
}

#endif /* configNUM_THREAD_LOCAL_STORAGE_POINTERS */

/* ---- Tag: a function that may be called for the task ---- */

#if configUSE_APPLICATION_TASK_TAG

void shim_task_tag_set(TaskHandle_t task, TaskHookFunction_t tag)
{
	shim_task_or_current(task)->hook = tag;
}

TaskHookFunction_t shim_task_tag(TaskHandle_t task)
{
	return shim_task_or_current(task)->hook;
}

#else

void shim_task_tag_set(TaskHandle_t task, TaskHookFunction_t tag)
{
	(void)task, (void)tag;
}

TaskHookFunction_t shim_task_tag(TaskHandle_t task)
{
	(void)task;
	return NULL;
}

#endif /* configUSE_APPLICATION_TASK_TAG */

BaseType_t shim_task_tag_call(TaskHandle_t task, void *parameter)
{
	TaskHookFunction_t tag = shim_task_tag(task);

	return tag ? tag(parameter) : pdFAIL;
}

/* ---- Number: for tracers ---- */

void shim_task_number_set(TaskHandle_t task, UBaseType_t number)
{
#if configUSE_TRACE_FACILITY
	if (task)
		task->task_number = number;
#else
	(void)task, (void)number;
#endif
}

UBaseType_t shim_task_number(TaskHandle_t task)
{
#if configUSE_TRACE_FACILITY
	return task ? task->task_number : 0;
#else
	(void)task;
	return 0;
#endif
}
