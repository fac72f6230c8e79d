/* SPDX-License-Identifier: BSD-3-Clause */
/* Tasks: creation, end, priority, suspension. */
#include "shim.h"

#include <string.h>
#include <uk/isr/thread.h>

_Static_assert(sizeof(StaticTask_t) >= sizeof(struct tskTaskControlBlock),
	       "StaticTask_t is too small for a task of this configuration");

/* Every task in the order of creation, and the adopted threads. */
static struct shim_list tasks = { &tasks, &tasks };
static struct shim_list adopted = { &adopted, &adopted };
static UBaseType_t task_count;
#if configUSE_TRACE_FACILITY
static UBaseType_t tasks_made;
#endif

/* ---- Unikraft threads that use the API ---- */

/* The name as far as there is room; the rest of it is 0 already. */
static void name_set(struct tskTaskControlBlock *task, const char *name)
{
	size_t i;

	for (i = 0; name && name[i] && i < sizeof(task->name) - 1; i++)
		task->name[i] = name[i];
}

struct tskTaskControlBlock *shim_task_adopted(struct uk_thread *thread)
{
	struct shim_list *item;
	struct tskTaskControlBlock *task;

	for (item = adopted.next; item != &adopted; item = item->next) {
		task = (struct tskTaskControlBlock *)item;
		if (task->thread != thread)
			continue;
		/* Unikraft code may have changed its level meanwhile. */
		if (!task->mutexes_held) {
			task->level = uk_schedprio_thread_prio_get(thread);
			task->base_level = task->level;
		}
		return task;
	}
	return NULL;
}

struct tskTaskControlBlock *shim_task_adopt(struct uk_thread *thread)
{
	struct tskTaskControlBlock *task;
	unsigned long flags = ukplat_lcpu_save_irqf();

	task = shim_task_adopted(thread);
	ukplat_lcpu_restore_irqf(flags);
	if (task)
		return task;

	task = shim_alloc(__offsetof(struct tskTaskControlBlock, own));
	if (!task)
		UK_CRASH("freertos: no memory to know thread %s by\n",
			 thread->name ? thread->name : "?");
	memset(task, 0, __offsetof(struct tskTaskControlBlock, own));
	task->thread = thread;
	shim_tag_set(&task->tag, SHIM_TASK);
	task->level = uk_schedprio_thread_prio_get(thread);
	task->base_level = task->level;
	name_set(task, thread->name);

	flags = ukplat_lcpu_save_irqf();
	shim_list_insert_after(adopted.prev, &task->link);
	ukplat_lcpu_restore_irqf(flags);
	return task;
}

/* ---- Creation ---- */

/* Tasks that deleted themselves and whose memory is not free yet */
static unsigned int tasks_ended;

void shim_task_release(struct uk_thread *thread)
{
	struct tskTaskControlBlock *task;

	task = __containerof(thread, struct tskTaskControlBlock, own);
	if (unlikely(task->ended))
		tasks_ended--;
	shim_tag_clear(&task->tag);
#if configUSE_TASK_FPU_SUPPORT == 1
	if (task->fp)
		shim_free(task->fp);
#endif
	if (!task->static_memory)
		shim_free(task);
}

/*
 * FreeRTOS's idle task takes turns with tasks of priority 0. The idle thread
 * here is below them, and if one never rests it frees nobody.
 */
static inline void task_free_ended(void)
{
	if (unlikely(tasks_ended))
		uk_schedprio_gc();
}

static void __noreturn task_main(void *arg)
{
	struct tskTaskControlBlock *task = arg;

	task->code(task->parameter);
	SHIM_RULE(false, task->name,
		  "a task must not return; it ends with vTaskDelete(NULL)");
	shim_task_delete(NULL);
	UK_CRASH("freertos: deleted task %s runs\n", task->name);
}

static void task_init(struct tskTaskControlBlock *task, TaskFunction_t code,
		      const char *name, void *parameter, UBaseType_t priority)
{
	memset(task, 0, __offsetof(struct tskTaskControlBlock, own));
	task->thread = &task->own;
	shim_tag_set(&task->tag, SHIM_TASK);
	task->code = code;
	task->parameter = parameter;
	task->level = shim_level(priority);
	task->base_level = task->level;
	name_set(task, name);
}

/* Make it known, and let it run if tasks run already. */
static void task_publish(struct tskTaskControlBlock *task)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

#if configUSE_TRACE_FACILITY
	task->number = ++tasks_made;
#endif
	uk_schedprio_thread_prio_init(task->thread, task->level);
	shim_list_insert_after(tasks.prev, &task->link);
	task_count++;
	if (shim_started)
		uk_sched_thread_add(uk_sched_current(), task->thread);
	shim_restore_and_preempt(flags);
}

BaseType_t shim_task_create(TaskFunction_t code, const char *name,
			    configSTACK_DEPTH_TYPE depth, void *parameter,
			    UBaseType_t priority, TaskHandle_t *created)
{
	struct uk_sched *sched = uk_sched_current();
	struct tskTaskControlBlock *task;
	size_t size = (size_t)depth * sizeof(StackType_t);
	int rc;

	task_free_ended();
	task = shim_alloc(sizeof(*task) + shim_ectx_room());
	if (!task)
		return errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY;
	task_init(task, code, name, parameter, priority);
	uk_schedprio_lock();
	rc = uk_thread_init_fn1(&task->own, task_main, task, sched->a_stack,
				size, NULL, 0, shim_tls_allocator(sched), true,
				shim_ectx_behind(task + 1), task->name, NULL,
				shim_task_release);
	uk_schedprio_unlock();
	if (rc < 0) {
		shim_free(task);
		return errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY;
	}
	if (SHIM_FILL_STACKS)
		shim_stack_fill(shim_thread_stack(&task->own), size);
	if (created)
		*created = task;
	task_publish(task);
	return pdPASS;
}

TaskHandle_t shim_task_create_static(TaskFunction_t code, const char *name,
				     configSTACK_DEPTH_TYPE depth,
				     void *parameter, UBaseType_t priority,
				     StackType_t *stack, StaticTask_t *memory)
{
	struct tskTaskControlBlock *task = (void *)memory;
	uintptr_t sp, tls;

	if (!stack || !memory)
		return NULL;
	task_free_ended();
	task_init(task, code, name, parameter, priority);
	task->static_memory = true;
	task->stack = stack;
	if (SHIM_FILL_STACKS)
		shim_stack_fill(stack, (size_t)depth * sizeof(StackType_t));
	sp = ukarch_gen_sp(stack, (size_t)depth * sizeof(StackType_t));
	tls = shim_tls_carve(&sp);
	uk_thread_init_bare_fn1(&task->own, task_main, task, sp, 0, tls,
				tls != 0, shim_ectx_behind(task + 1),
				task->name, NULL, shim_task_release);
	task_publish(task);
	return task;
}

void shim_task_start_all(struct uk_sched *sched)
{
	struct tskTaskControlBlock *first = NULL, *task;
	struct shim_list *item;

	/* FreeRTOS starts with the last created of the highest priority. */
	for (item = tasks.next; item != &tasks; item = item->next) {
		task = (struct tskTaskControlBlock *)item;
		if (!task->thread->sched && !task->suspended
		    && (!first || task->level >= first->level))
			first = task;
	}
	if (first)
		uk_sched_thread_add(sched, first->thread);
	for (item = tasks.next; item != &tasks; item = item->next) {
		task = (struct tskTaskControlBlock *)item;
		if (!task->thread->sched)
			uk_sched_thread_add(sched, task->thread);
	}
}

/* ---- End ---- */

/* No longer a task, whatever it waits for. Interrupts masked. */
static void task_unlink(struct tskTaskControlBlock *task)
{
	shim_list_remove(&task->link);
	if (task->thread == &task->own)
		task_count--;
	if (task->waiter && shim_is_waiting(task->waiter))
		shim_unwait(task->waiter);
}

static __noreturn void task_exit_current(struct tskTaskControlBlock *task)
{
	bool is_adopted = task->thread != &task->own;

	task_unlink(task);
	task->ended = true;
	tasks_ended += !is_adopted;
	shim_critical = 0;
	ukplat_lcpu_enable_irq();
	if (is_adopted) {
		shim_tag_clear(&task->tag);
		shim_free(task);
	}
	uk_sched_thread_exit();
}

void shim_task_delete(TaskHandle_t task)
{
	struct uk_thread *thread;
	unsigned long flags;

	task = shim_task_or_current(task);
	thread = task->thread;
	flags = ukplat_lcpu_save_irqf();
	if (thread == uk_thread_current())
		task_exit_current(task);

	task_unlink(task);
	uk_schedprio_lock();
	ukplat_lcpu_restore_irqf(flags);
	if (thread->sched)
		uk_sched_thread_terminate(thread);
	else
		uk_thread_release(thread);
	uk_schedprio_unlock();
}

TaskHandle_t shim_task_self(void)
{
	struct uk_thread *thread = uk_thread_current();

	/* An interrupt must not allocate to know a Unikraft thread. */
	if (!shim_is_task(thread) && shim_in_isr())
		return shim_task_adopted(thread);
	return shim_task_of(thread);
}

UBaseType_t shim_task_count(void)
{
	/* The idle thread of the core counts as a task, too. */
	return task_count + (shim_started && !SHIM_IDLE_TASK);
}

struct shim_list *shim_task_list(void)
{
	return &tasks;
}

struct shim_list *shim_adopted_list(void)
{
	return &adopted;
}
