/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the shim: tasks, wait lists, ticks, and what asserts check. */
#ifndef SHIM_H
#define SHIM_H

#include "FreeRTOS.h"
#include "task.h"
#include "queue.h"
#include "semphr.h"
#include "stream_buffer.h"
#include "message_buffer.h"
#include "list.h"
#include "atomic.h"
#include "timers.h"
#include "event_groups.h"

#include <uk/alloc.h>
#include <uk/essentials.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/schedprio.h>
#include <uk/thread.h>

/* How this core tells an interrupt handler from a thread; one line a core. */
#ifndef SHIM_PORT_H
#define SHIM_PORT_H "port_core.h"
#endif
#include SHIM_PORT_H

#include "shim_by_hand.h"
#include "rules.h"

#define SHIM_TICK_NS	(1000000000 / configTICK_RATE_HZ)

/* ---- Lists ---- */

/* A circular list; its head is an element without an owner. */
struct shim_list {
	struct shim_list *next;
	struct shim_list *prev;
};

static inline void shim_list_init(struct shim_list *head)
{
	head->next = head;
	head->prev = head;
}

static inline bool shim_list_empty(const struct shim_list *head)
{
	return head->next == head;
}

static inline void shim_list_insert_after(struct shim_list *pos,
					  struct shim_list *item)
{
	item->next = pos->next;
	item->prev = pos;
	pos->next->prev = item;
	pos->next = item;
}

static inline void shim_list_remove(struct shim_list *item)
{
	item->next->prev = item->prev;
	item->prev->next = item->next;
}

/* ---- Waiting ---- */

/*
 * A thread that waits for an object; lies on that thread's stack. The list
 * is ordered: highest level first, first come first among equals.
 */
struct shim_waiter {
	struct shim_list link;		/* must be first */
	struct uk_thread *thread;
	unsigned int level;
	struct shim_list *list;		/* or one of the two below */
};

/* Why a waiter is in no list: woken, or its object is deleted. */
#define SHIM_LIST_WOKEN		((struct shim_list *)0)
#define SHIM_LIST_DELETED	((struct shim_list *)1)

/* How a wait ended; after SHIM_DELETED the object is gone: keep off it. */
enum shim_wake {
	SHIM_TIMEOUT,
	SHIM_WOKEN,
	SHIM_DELETED,
};

static inline struct shim_waiter *shim_first_waiter(struct shim_list *list)
{
	return (struct shim_waiter *)list->next;
}

/* ---- Tasks ---- */

enum shim_notify_state {
	SHIM_NOTIFY_IDLE,
	SHIM_NOTIFY_WAITING,
	SHIM_NOTIFY_RECEIVED,
};

#define SHIM_NOTIFY_ENTRIES	configTASK_NOTIFICATION_ARRAY_ENTRIES

struct tskTaskControlBlock {
	struct uk_thread *thread;	/* &own, or a Unikraft thread */
	struct shim_waiter *waiter;	/* what it waits with, or NULL */
	uint8_t level;			/* in force, may be inherited */
	uint8_t base_level;		/* its own */
	bool suspended;
	bool static_memory;
	bool unstarted;			/* until vTaskStartScheduler */
	bool ended;			/* deleted by itself */
	bool unpreempted;		/* vTaskPreemptionDisable */
	uint8_t notify_state[SHIM_NOTIFY_ENTRIES];
	uint32_t notify_value[SHIM_NOTIFY_ENTRIES];
	uint32_t mutexes_held;
	struct shim_tag tag;
#if configUSE_CORE_AFFINITY
	UBaseType_t cores_not;		/* the complement of its affinity */
#endif
#if configUSE_TRACE_FACILITY
	UBaseType_t number;		/* by order of creation */
	UBaseType_t task_number;	/* vTaskSetTaskNumber */
#endif
#if configGENERATE_RUN_TIME_STATS
	configRUN_TIME_COUNTER_TYPE run_time;
#endif
#if configUSE_APPLICATION_TASK_TAG
	TaskHookFunction_t hook;		/* vTaskSetApplicationTaskTag */
#endif
#if configNUM_THREAD_LOCAL_STORAGE_POINTERS
	void *local[configNUM_THREAD_LOCAL_STORAGE_POINTERS];
#endif
	char name[configMAX_TASK_NAME_LEN];
	union {				/* must be last */
		struct uk_thread own;
		struct shim_list adopted;	/* all such */
	};
};

/* What one that stands for a Unikraft thread needs of it. */
#define SHIM_ADOPTED_BYTES						\
	(__offsetof(struct tskTaskControlBlock, adopted)		\
	 + sizeof(struct shim_list))

/* Destructor of every task's thread; also what tells a task from a thread. */
void shim_task_release(struct uk_thread *thread);

/*
 * Return the task that stands for the Unikraft thread @p thread, made on the
 * first call. It allocates: neither from an interrupt nor masked.
 */
struct tskTaskControlBlock *shim_task_adopt(struct uk_thread *thread);

/* The same without making one: NULL. */
struct tskTaskControlBlock *shim_task_adopted(struct uk_thread *thread);

static inline bool shim_is_task(const struct uk_thread *thread)
{
	return thread->dtor == shim_task_release;
}

static inline struct tskTaskControlBlock *shim_task_of(struct uk_thread *t)
{
	if (likely(shim_is_task(t)))
		return __containerof(t, struct tskTaskControlBlock, own);
	return shim_task_adopt(t);
}

static inline struct tskTaskControlBlock *shim_task_current(void)
{
	return shim_task_of(uk_thread_current());
}

/* FreeRTOS's "NULL means the calling task". */
static inline struct tskTaskControlBlock *shim_task_or_current(TaskHandle_t t)
{
	return t ? t : shim_task_current();
}

static inline bool shim_is_runnable(const struct uk_thread *thread)
{
	return (thread->flags & UK_THREADF_RUNNABLE) != 0;
}

/*
 * FreeRTOS priority p runs at scheduler level p + 1. Level 0 is left to
 * Unikraft threads that yield to all tasks; a Unikraft thread that asked for
 * nothing has level 1, as a task of priority 0. Too high is cut to the
 * highest, as FreeRTOS does.
 */
static inline unsigned int shim_level(UBaseType_t priority)
{
	if (priority >= configMAX_PRIORITIES)
		priority = configMAX_PRIORITIES - 1;
	return (unsigned int)priority + 1;
}

/* The reverse; a Unikraft thread at level 0 counts as priority 0. */
static inline UBaseType_t shim_priority(unsigned int level)
{
	return level ? level - 1 : 0;
}

/* vTaskStartScheduler was called, and vTaskEndScheduler was not. */
extern bool shim_started;

/*
 * Make the task of the software timers, unless it is there already; it runs
 * with the others. False: no memory.
 */
bool shim_timers_start(void);

/* Let every task that exists run. Interrupts masked. */
void shim_task_start_all(void);

/*
 * Go through all tasks in the order of creation. Masked, or with the
 * scheduler locked; @p thread is each one's, see shim_task_listed().
 */
#define shim_foreach_task(thread)					\
	uk_sched_foreach_thread(uk_sched_current(), thread)		\
		if (shim_task_listed(thread))

/* Of the scheduler's threads, those that are tasks and not deleted. */
static inline bool shim_task_listed(struct uk_thread *thread)
{
	return shim_is_task(thread) && !shim_task_of(thread)->ended;
}

/* All Unikraft threads with a handle. */
struct shim_list *shim_adopted_list(void);

static inline struct tskTaskControlBlock *shim_adopted(struct shim_list *item)
{
	return __containerof(item, struct tskTaskControlBlock, adopted);
}

/* Bring a task's level in force to @p level. Interrupts masked. */
void shim_task_set_level(struct tskTaskControlBlock *task, unsigned int level);

/* ---- Hooks ---- */

/* What is done while nothing else is: by a task of our own, or the core's. */
#if configUSE_IDLE_HOOK							\
    || (configUSE_TICKLESS_IDLE && defined(configPRE_SLEEP_PROCESSING))	\
    || (configUSE_TICKLESS_IDLE && defined(configPOST_SLEEP_PROCESSING))
#define SHIM_IDLE_TASK	1
#else
#define SHIM_IDLE_TASK	0
#endif

/* Make the idle task, or a handle for the idle thread. Unmasked. */
void shim_idle_create(void);

/* The scheduler starts, or ends: begin, or end, what the hooks need. */
void shim_hooks_start(void);
void shim_hooks_stop(void);

/* Every switch is looked at: for run times, and for stacks that overflow. */
#define SHIM_WATCHES	(configGENERATE_RUN_TIME_STATS			\
			 || configCHECK_FOR_STACK_OVERFLOW)
void shim_watch_start(void);

/* What the clock of run times says; 0 where none are counted. */
configRUN_TIME_COUNTER_TYPE shim_run_time_total(void);

/* The thread's task if there is one: else NULL, and none is made. */
static inline struct tskTaskControlBlock *shim_task_known(struct uk_thread *t)
{
	if (shim_is_task(t))
		return __containerof(t, struct tskTaskControlBlock, own);
	return shim_task_adopted(t);
}

/*
 * With a check for overflows a stack comes from where Unikraft takes stacks
 * from, which puts a page that faults below it. Without, it lies below the
 * task's record in one block of the heap: a task takes no more than its depth
 * says and what FreeRTOS takes.
 */
#define SHIM_GUARDED_STACKS	(configCHECK_FOR_STACK_OVERFLOW != 0)

/* A new stack is filled, so that it can be seen how far it was used. */
#define SHIM_FILL_STACKS (configCHECK_FOR_STACK_OVERFLOW > 1		\
			  || configUSE_TRACE_FACILITY			\
			  || INCLUDE_uxTaskGetStackHighWaterMark	\
			  || INCLUDE_uxTaskGetStackHighWaterMark2)
void shim_stack_fill(void *stack, size_t size);

/* The lowest word of a task's stack; NULL: not known. */
static inline StackType_t *shim_task_stack(struct tskTaskControlBlock *task)
{
	return shim_thread_stack(task->thread);
}

/* Something was written to the last words of a stack that was filled. */
bool shim_stack_is_spent(const StackType_t *stack);

/* ---- Memory ---- */

/*
 * Unikraft's allocators do not expect to be preempted: no other thread runs
 * meanwhile.
 */
void *shim_alloc_from(struct uk_alloc *a, size_t size);
void shim_free_to(struct uk_alloc *a, void *memory);

/* The same with the default allocator. */
void *shim_alloc(size_t size);
void shim_free(void *memory);

/* Where a task's FP state lies: behind it, in the same block. */
static inline struct ukarch_ectx *shim_ectx_behind(void *end)
{
#if configUSE_TASK_FPU_SUPPORT == 2
	return (struct ukarch_ectx *)ALIGN_UP((__uptr)end,
					      ukarch_ectx_align());
#else
	(void)end;
	return NULL;
#endif
}

static inline size_t shim_ectx_room(void)
{
#if configUSE_TASK_FPU_SUPPORT == 2
	return ukarch_ectx_size() + ukarch_ectx_align();
#else
	return 0;
#endif
}

/* Free the room for FP registers that a thread asked for, if any. */
void shim_fp_free(struct uk_thread *thread);

/* ---- Time ---- */

/* When the tick count was 0, in ns of the monotonic clock. */
extern __nsec shim_epoch_ns;

static inline uint64_t shim_ticks64(__nsec now_ns)
{
	return (now_ns - shim_epoch_ns) / SHIM_TICK_NS;
}

static inline TickType_t shim_ticks(__nsec now_ns)
{
	return (TickType_t)shim_ticks64(now_ns);
}

/* The begin of the tick that is @p ticks after the current one. */
static inline __snsec shim_deadline_after(uint64_t now_ticks, TickType_t ticks)
{
	return (__snsec)(shim_epoch_ns + (now_ticks + ticks) * SHIM_TICK_NS);
}

/* The same from now; 0, Unikraft's "never", for portMAX_DELAY. */
static inline __snsec shim_deadline(TickType_t ticks)
{
	if (ticks == portMAX_DELAY)
		return 0;
	return shim_deadline_after(shim_ticks64(ukplat_monotonic_clock()),
				   ticks);
}

/*
 * Whether a wait may go on. @p until is its deadline and 0 before the first
 * look: whoever is woken and finds nothing waits for what is left of it.
 */
static inline bool shim_time_is_left(__snsec *until, TickType_t ticks)
{
	if (likely(!*until)) {
		*until = shim_deadline(ticks);
		return true;
	}
	return (__snsec)ukplat_monotonic_clock() < *until;
}

/* ---- Blocking and waking: interrupts masked ---- */

/*
 * Nesting of taskENTER_CRITICAL; a task that leaves the processor takes its
 * own along. SHIM_CRITICAL_MASKED: interrupts were masked before the first.
 */
#define SHIM_CRITICAL_MASKED	0x80000000U
extern uint32_t shim_critical;

/* Nesting of vTaskSuspendAll */
#define shim_suspended	uk_schedprio_locked()

/* The same for who is in a critical section. */
void shim_block_critical(__snsec until);

/* Leave the processor until woken or @p until; returns masked as it came. */
static inline void shim_block(__snsec until)
{
	SHIM_WAITS();
	if (unlikely(shim_critical))
		shim_block_critical(until);
	else
		uk_schedprio_block(until);
}

/* Let the equals run; also from within a critical section. */
void shim_yield(void);

/*
 * Wait in @p list until woken or @p until (0: no deadline). @p waiter is what
 * lies in the list meanwhile; it may be the head of something larger.
 */
enum shim_wake shim_wait_as(struct shim_waiter *waiter, struct shim_list *list,
			    __snsec until);

static inline enum shim_wake shim_wait(struct shim_list *list, __snsec until)
{
	struct shim_waiter waiter;

	return shim_wait_as(&waiter, list, until);
}

static inline bool shim_is_waiting(const struct shim_waiter *waiter)
{
	return waiter->list > SHIM_LIST_DELETED;
}

/* Take a waiter out of its list, so that it retries when it runs. */
static inline void shim_unwait(struct shim_waiter *waiter)
{
	shim_list_remove(&waiter->link);
	waiter->list = SHIM_LIST_WOKEN;
}

/* The object is deleted: all who wait in @p list learn it. */
void shim_wake_deleted(struct shim_list *list);

/*
 * Wake the first of a list that is not empty. True: a switch to it is
 * pending.
 */
bool shim_wake_first(struct shim_list *list);

static inline void shim_wake_one(struct shim_list *list)
{
	if (unlikely(!shim_list_empty(list)))
		shim_wake_first(list);
}

/*
 * The end of a masked section that may have woken somebody. In a handler, or
 * under another mask, the switch is made when that ends.
 */
static inline void shim_restore_and_preempt(unsigned long flags)
{
	uk_schedprio_restore_irqf(flags);
}

/* The end of a call that may have something for who waits in @p list. */
BaseType_t shim_wake_and_restore(struct shim_list *list, unsigned long flags);

static inline BaseType_t shim_pass(struct shim_list *list, unsigned long flags)
{
	if (!shim_list_empty(list))
		return shim_wake_and_restore(list, flags);
	shim_restore_and_preempt(flags);
	return pdPASS;
}

static inline void shim_wake_one_isr(struct shim_list *list, BaseType_t *woken)
{
	if (!shim_list_empty(list) && shim_wake_first(list) && woken)
		*woken = pdTRUE;
}

/* ---- Rules of the API, checked when configASSERT is on ---- */

void shim_rule_broken(const char *api, const char *rule, const void *caller);

#if configASSERT_DEFINED
#define SHIM_RULE(holds, api, rule) do {				\
	if (unlikely(!(holds))) {					\
		shim_rule_broken((api), (rule),				\
				 __builtin_return_address(0));		\
		configASSERT(0);					\
	}								\
} while (0)
#else
#define SHIM_RULE(holds, api, rule)	do { } while (0)
#endif

/* @p queue is a mutex that somebody holds, or somebody else than the caller. */
bool shim_mutex_is_held(QueueHandle_t queue);
bool shim_mutex_is_held_by_other(QueueHandle_t queue);

/* Somebody waits for @p stream. */
bool shim_stream_is_awaited(StreamBufferHandle_t stream);

/* Unless it is a message whose length the length word cannot say. */
bool shim_stream_length_fits(StreamBufferHandle_t stream, size_t size);

/* A call with @p ticks to wait may block here and now. */
static inline bool shim_may_wait(TickType_t ticks)
{
	return ticks == 0 || !shim_suspended;
}

#endif /* SHIM_H */
