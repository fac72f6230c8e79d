/* SPDX-License-Identifier: BSD-3-Clause */
/* Tasks: creation, end, priority, suspension. */
#include "shim.h"

#include <string.h>
#include <uk/isr/thread.h>

_Static_assert(sizeof(StaticTask_t) >= sizeof(struct tskTaskControlBlock),
	       "StaticTask_t is too small for a task of this configuration");

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
		task = shim_adopted(item);
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

	task = shim_alloc(SHIM_ADOPTED_BYTES);
	if (!task)
		UK_CRASH("freertos: no memory to know thread %s by\n",
			 thread->name ? thread->name : "?");
	memset(task, 0, SHIM_ADOPTED_BYTES);
	task->thread = thread;
	shim_tag_set(&task->tag, SHIM_TASK);
	task->level = uk_schedprio_thread_prio_get(thread);
	task->base_level = task->level;
	name_set(task, thread->name);

	flags = ukplat_lcpu_save_irqf();
	shim_list_insert_after(adopted.prev, &task->adopted);
	ukplat_lcpu_restore_irqf(flags);
	return task;
}

/* ---- Memory of a task ---- */

#if SHIM_GUARDED_STACKS

static struct tskTaskControlBlock *task_alloc(size_t room, void **stack)
{
	struct uk_alloc *a_stack = uk_sched_current()->a_stack;
	struct tskTaskControlBlock *task;

	*stack = shim_alloc_from(a_stack, room);
	if (!*stack)
		return NULL;
	task = shim_alloc(sizeof(*task) + shim_ectx_room());
	if (!task)
		shim_free_to(a_stack, *stack);
	return task;
}

static void task_free(struct tskTaskControlBlock *task)
{
	void *stack = shim_task_stack(task);

	shim_free(task);
	shim_free_to(uk_sched_current()->a_stack, stack);
}

#else /* !SHIM_GUARDED_STACKS */

/* What overflows the stack leaves the task's record alone, which is above. */
static struct tskTaskControlBlock *task_alloc(size_t room, void **stack)
{
	*stack = shim_alloc(room + sizeof(struct tskTaskControlBlock)
			    + shim_ectx_room());
	return *stack ? (void *)((char *)*stack + room) : NULL;
}

static void task_free(struct tskTaskControlBlock *task)
{
	shim_free(shim_task_stack(task));
}

#endif /* !SHIM_GUARDED_STACKS */

/* Tasks that deleted themselves and whose memory is not free yet */
static unsigned int tasks_ended;

void shim_task_release(struct uk_thread *thread)
{
	struct tskTaskControlBlock *task;

	task = __containerof(thread, struct tskTaskControlBlock, own);
	if (unlikely(task->ended))
		tasks_ended--;
	shim_tag_clear(&task->tag);
	shim_fp_free(thread);
	if (!task->static_memory)
		task_free(task);
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

/* ---- Creation ---- */

static void __noreturn task_main(void *code, void *parameter)
{
	((TaskFunction_t)code)(parameter);
	SHIM_RULE(false, shim_task_current()->name,
		  "a task must not return; it ends with vTaskDelete(NULL)");
	shim_task_delete(NULL);
	UK_CRASH("freertos: a deleted task runs\n");
}

/* Give @p task a stack of @p room bytes and what is to run on it. */
static void task_init(struct tskTaskControlBlock *task, void *stack,
		      size_t room, TaskFunction_t code, void *parameter,
		      const char *name)
{
	uintptr_t sp, tls;

	memset(task, 0, __offsetof(struct tskTaskControlBlock, own));
	task->thread = &task->own;
	shim_tag_set(&task->tag, SHIM_TASK);
	name_set(task, name);
	if (SHIM_FILL_STACKS)
		shim_stack_fill(stack, room);
	sp = ukarch_gen_sp(stack, room);
	tls = shim_tls_carve(&sp);
	uk_thread_init_bare_fn2(&task->own, task_main, (void *)code, parameter,
				sp, 0, tls, tls != 0,
				shim_ectx_behind(task + 1), task->name, NULL,
				shim_task_release);
	shim_thread_stack_set(&task->own, stack);
}

/* Make it known, and let it run if tasks run already. */
static void task_publish(struct tskTaskControlBlock *task,
			 UBaseType_t priority)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

#if configUSE_TRACE_FACILITY
	task->number = ++tasks_made;
#endif
	task->level = shim_level(priority);
	task->base_level = task->level;
	uk_schedprio_thread_prio_init(&task->own, task->level);
	task_count++;
	if (unlikely(!shim_started)) {
		task->unstarted = true;
		uk_thread_block(&task->own);
	}
	uk_sched_thread_add(uk_sched_current(), &task->own);
	shim_restore_and_preempt(flags);
}

BaseType_t shim_task_create(TaskFunction_t code, const char *name,
			    configSTACK_DEPTH_TYPE depth, void *parameter,
			    UBaseType_t priority, TaskHandle_t *created)
{
	size_t room = SHIM_STACK_ROOM((size_t)depth * sizeof(StackType_t));
	struct tskTaskControlBlock *task;
	void *stack;

	task_free_ended();
	task = task_alloc(room, &stack);
	if (!task)
		return errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY;
	task_init(task, stack, room, code, parameter, name);
	if (created)
		*created = task;
	task_publish(task, priority);
	return pdPASS;
}

TaskHandle_t shim_task_create_static(TaskFunction_t code, const char *name,
				     configSTACK_DEPTH_TYPE depth,
				     void *parameter, UBaseType_t priority,
				     StackType_t *stack, StaticTask_t *memory)
{
	struct tskTaskControlBlock *task = (void *)memory;

	if (!stack || !memory)
		return NULL;
	task_free_ended();
	task_init(task, stack, (size_t)depth * sizeof(StackType_t), code,
		  parameter, name);
	task->static_memory = true;
	task_publish(task, priority);
	return task;
}

static void task_start(struct uk_thread *thread)
{
	struct tskTaskControlBlock *task = shim_task_of(thread);

	task->unstarted = false;
	if (!task->suspended)
		uk_thread_wake_isr(thread);
}

void shim_task_start_all(void)
{
	struct uk_thread *thread, *first = NULL;

	/* FreeRTOS starts with the last created of the highest priority. */
	shim_foreach_task(thread)
		if (shim_task_of(thread)->unstarted
		    && !shim_task_of(thread)->suspended
		    && (!first || shim_task_of(thread)->level
				  >= shim_task_of(first)->level))
			first = thread;
	if (first)
		task_start(first);
	shim_foreach_task(thread)
		if (shim_task_of(thread)->unstarted)
			task_start(thread);
}

/* ---- End ---- */

/* No longer a task, whatever it waits for. Interrupts masked. */
static void task_unlink(struct tskTaskControlBlock *task)
{
	if (task->thread == &task->own)
		task_count--;
	else
		shim_list_remove(&task->adopted);
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
	uk_sched_thread_terminate(thread);
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

struct shim_list *shim_adopted_list(void)
{
	return &adopted;
}
