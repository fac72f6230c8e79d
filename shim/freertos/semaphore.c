/* SPDX-License-Identifier: BSD-3-Clause */
/* Semaphores and mutexes: queues without items; mutexes pass priority on. */
#include "queue_object.h"

/* ---- Priority inheritance, by FreeRTOS's rules ---- */

/* The holder runs at least at @p level. True: it runs so because of us. */
static bool mutex_inherit(struct tskTaskControlBlock *holder,
			  unsigned int level)
{
	if (holder->level < level) {
		shim_task_set_level(holder, level);
		return true;
	}
	return holder->base_level < level;
}

void shim_mutex_released(struct QueueDefinition *mutex)
{
	struct tskTaskControlBlock *holder = mutex->holder;

	mutex->holder = NULL;
	if (!holder)
		return;
	holder->mutexes_held--;
	/* What is inherited lasts until the last mutex is given. */
	if (unlikely(holder->level != holder->base_level)
	    && holder->mutexes_held == 0)
		shim_task_set_level(holder, holder->base_level);
}

/* A waiter gave up: the holder needs no more than the ones left. */
static void mutex_disinherit_after_timeout(struct QueueDefinition *mutex)
{
	struct tskTaskControlBlock *holder = mutex->holder;
	unsigned int level;

	if (!holder || holder->mutexes_held != 1)
		return;
	level = holder->base_level;
	if (!shim_list_empty(&mutex->receivers))
		level = MAX(level, shim_first_waiter(&mutex->receivers)->level);
	if (holder->level != level)
		shim_task_set_level(holder, level);
}

/* ---- Taking ---- */

/* Wait for a token; masked. False: none came in time. */
static bool await_token(struct QueueDefinition *q, TickType_t ticks)
{
	__snsec until = shim_deadline(ticks);
	enum shim_wake how = ticks ? SHIM_WOKEN : SHIM_TIMEOUT;
	bool inherited = false;

	while (how == SHIM_DELETED || q->count == 0) {
		if (how != SHIM_WOKEN) {
			if (inherited && how == SHIM_TIMEOUT)
				mutex_disinherit_after_timeout(q);
			return false;
		}
		if (q->holder)
			inherited |= mutex_inherit(q->holder,
						   shim_task_current()->level);
		how = shim_wait(&q->receivers, until);
	}
	return true;
}

static inline BaseType_t mutex_take_now(struct QueueDefinition *mutex,
					struct tskTaskControlBlock *self,
					unsigned long flags)
{
	mutex->count = 0;
	mutex->holder = self;
	self->mutexes_held++;
	ukplat_lcpu_restore_irqf(flags);
	return pdPASS;
}

static __noinline BaseType_t mutex_take_later(struct QueueDefinition *mutex,
					      TickType_t ticks,
					      unsigned long flags)
{
	if (await_token(mutex, ticks))
		return mutex_take_now(mutex, shim_task_current(), flags);
	shim_restore_and_preempt(flags);
	return errQUEUE_EMPTY;
}

static BaseType_t mutex_take(struct QueueDefinition *mutex, TickType_t ticks)
{
	struct tskTaskControlBlock *self = shim_task_current();
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (unlikely(mutex->count == 0))
		return mutex_take_later(mutex, ticks, flags);
	return mutex_take_now(mutex, self, flags);
}

static inline BaseType_t token_take_now(struct QueueDefinition *q,
					unsigned long flags)
{
	q->count--;
	return shim_pass(&q->senders, flags);
}

static __noinline BaseType_t token_take_later(struct QueueDefinition *q,
					      TickType_t ticks,
					      unsigned long flags)
{
	if (await_token(q, ticks))
		return token_take_now(q, flags);
	ukplat_lcpu_restore_irqf(flags);
	return errQUEUE_EMPTY;
}

BaseType_t shim_semaphore_take(QueueHandle_t q, TickType_t ticks)
{
	unsigned long flags;

	if (unlikely(shim_is_mutex(q)))
		return mutex_take(q, ticks);
	flags = ukplat_lcpu_save_irqf();
	if (unlikely(q->count == 0))
		return token_take_later(q, ticks, flags);
	return token_take_now(q, flags);
}

BaseType_t shim_mutex_take_recursive(QueueHandle_t mutex, TickType_t ticks)
{
	/* Only the holder can find itself there: no need to mask. */
	if (mutex->holder != shim_task_current()
	    && mutex_take(mutex, ticks) != pdPASS)
		return pdFAIL;
	mutex->recursion++;
	return pdPASS;
}

BaseType_t shim_mutex_give_recursive(QueueHandle_t mutex)
{
	if (mutex->holder != shim_task_current())
		return pdFAIL;
	if (--mutex->recursion == 0)
		shim_queue_send(mutex, NULL, semGIVE_BLOCK_TIME,
				queueSEND_TO_BACK);
	return pdPASS;
}

bool shim_mutex_is_held(QueueHandle_t q)
{
	return shim_is_mutex(q) && q->holder;
}

bool shim_mutex_is_held_by_other(QueueHandle_t q)
{
	return shim_mutex_is_held(q) && q->holder != shim_task_current();
}

TaskHandle_t shim_mutex_holder(QueueHandle_t q)
{
	return shim_is_mutex(q) ? q->holder : NULL;
}

/* ---- Creation ---- */

static QueueHandle_t mutex_init(struct QueueDefinition *mutex)
{
	if (mutex) {
		mutex->type |= SHIM_QUEUE_MUTEX;
		mutex->count = 1;
	}
	return mutex;
}

QueueHandle_t shim_mutex_create(uint8_t type)
{
	return mutex_init(shim_queue_create(1, 0, type));
}

QueueHandle_t shim_mutex_create_static(uint8_t type, StaticQueue_t *memory)
{
	return mutex_init(shim_queue_create_static(1, 0, NULL, memory, type));
}

static QueueHandle_t counting_init(struct QueueDefinition *q,
				   UBaseType_t initial)
{
	if (q)
		q->count = (uint32_t)initial;
	return q;
}

QueueHandle_t shim_counting_create(UBaseType_t max, UBaseType_t initial)
{
	if (initial > max)
		return NULL;
	return counting_init(
		shim_queue_create(max, 0,
				  queueQUEUE_TYPE_COUNTING_SEMAPHORE),
		initial);
}

QueueHandle_t shim_counting_create_static(UBaseType_t max, UBaseType_t initial,
					  StaticQueue_t *memory)
{
	if (initial > max)
		return NULL;
	return counting_init(
		shim_queue_create_static(max, 0, NULL, memory,
					 queueQUEUE_TYPE_COUNTING_SEMAPHORE),
		initial);
}
