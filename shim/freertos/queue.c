/* SPDX-License-Identifier: BSD-3-Clause */
/* Queues: a ring of items that are copied in and out. */
#include "queue_object.h"

#include <string.h>

_Static_assert(sizeof(StaticQueue_t) >= sizeof(struct QueueDefinition),
	       "StaticQueue_t is too small for a queue");

/* ---- The ring ---- */

/* What a pair of registers holds, wherever it lies */
struct pair {
	uint64_t low, high;
} __attribute__((packed, aligned(1), may_alias));

/* Items are mostly words, pointers or whole structures: no call for those. */
static inline void copy_item(void *to, const void *from, size_t size)
{
	const struct pair *source = from;
	struct pair *target = to;

	if (size == 4) {
		__builtin_memcpy(to, from, 4);
	} else if (size == 8) {
		__builtin_memcpy(to, from, 8);
	} else if (size % 16 == 0) {
		for (; size; size -= 16)
			*target++ = *source++;
	} else {
		memcpy(to, from, size);
	}
}

static inline uint8_t *ring_after(const struct QueueDefinition *q, uint8_t *p)
{
	p += q->item_size;
	return p == q->end ? q->storage : p;
}

static inline uint8_t *ring_before(const struct QueueDefinition *q, uint8_t *p)
{
	return (p == q->storage ? q->end : p) - q->item_size;
}

static inline void ring_put(struct QueueDefinition *q, const void *item)
{
	if (q->item_size) {
		copy_item(q->write, item, q->item_size);
		q->write = ring_after(q, q->write);
	}
	q->count++;
}

/* Anywhere but at the back of a ring that has room */
static __noinline void ring_put_at(struct QueueDefinition *q, const void *item,
				   BaseType_t position)
{
	if (position == queueOVERWRITE && q->count) {
		/* Only queues of one item are overwritten. */
		copy_item(q->read, item, q->item_size);
	} else if (position == queueSEND_TO_FRONT && q->item_size) {
		q->read = ring_before(q, q->read);
		copy_item(q->read, item, q->item_size);
		q->count++;
	} else {
		ring_put(q, item);
	}
}

static inline void ring_get(struct QueueDefinition *q, void *item)
{
	if (q->item_size) {
		copy_item(item, q->read, q->item_size);
		q->read = ring_after(q, q->read);
	}
	q->count--;
}

/* ---- Creation ---- */

static void queue_init(struct QueueDefinition *q, UBaseType_t length,
		       UBaseType_t item_size, uint8_t *storage, uint8_t type)
{
	q->storage = storage;
	q->end = storage + length * item_size;
	q->write = storage;
	q->read = storage;
	q->count = 0;
	q->length = (uint32_t)length;
	q->item_size = (uint32_t)item_size;
	q->type = type;
	q->static_memory = false;
	shim_list_init(&q->receivers);
	shim_list_init(&q->senders);
	q->holder = NULL;
	q->recursion = 0;
	shim_tag_set(&q->tag, SHIM_QUEUE);
}

QueueHandle_t shim_queue_create(UBaseType_t length, UBaseType_t item_size,
				uint8_t type)
{
	struct QueueDefinition *q;

	/* The fields are 32 bits wide, and no ring is larger than that. */
	if (length == 0 || length > UINT32_MAX || item_size > UINT32_MAX
	    || length * item_size > UINT32_MAX)
		return NULL;
	q = shim_alloc(sizeof(*q) + length * item_size);
	if (q)
		queue_init(q, length, item_size, (uint8_t *)(q + 1), type);
	return q;
}

QueueHandle_t shim_queue_create_static(UBaseType_t length,
				       UBaseType_t item_size,
				       uint8_t *storage, StaticQueue_t *memory,
				       uint8_t type)
{
	struct QueueDefinition *q = (void *)memory;

	if (!q || length == 0 || (item_size && !storage))
		return NULL;
	queue_init(q, length, item_size, storage, type);
	q->static_memory = true;
	return q;
}

void shim_queue_delete(QueueHandle_t q)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (configQUEUE_REGISTRY_SIZE > 0)
		shim_queue_unregister(q);
	shim_wake_deleted(&q->receivers);
	shim_wake_deleted(&q->senders);
	if (q->holder)
		shim_mutex_released(q);
	shim_tag_clear(&q->tag);
	shim_restore_and_preempt(flags);
	if (!q->static_memory)
		shim_free(q);
}

BaseType_t shim_queue_reset(QueueHandle_t q)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	q->count = 0;
	q->write = q->storage;
	q->read = q->storage;
	shim_wake_one(&q->senders);
	shim_restore_and_preempt(flags);
	return pdPASS;
}

/* ---- Sending ---- */

void shim_queue_put(struct QueueDefinition *q, const void *item)
{
	ring_put(q, item);
}

/* To a member of a set, which is told instead of who waits here; masked. */
static __noinline void put_in_set(struct QueueDefinition *q, const void *item,
				  BaseType_t position, BaseType_t *woken)
{
	bool more = position != queueOVERWRITE || q->count == 0;

	if (shim_is_mutex(q))
		shim_mutex_released(q);
	ring_put_at(q, item, position);
	if (more)
		shim_queue_set_post(q, woken);
}

/* There is room, or what is there may be overwritten; masked. */
static inline BaseType_t send_now(struct QueueDefinition *q, const void *item,
				  BaseType_t position, unsigned long flags)
{
	if (unlikely(q->type & SHIM_QUEUE_SPECIAL)) {
		if (q->type & SHIM_QUEUE_IN_SET) {
			put_in_set(q, item, position, NULL);
			shim_restore_and_preempt(flags);
			return pdPASS;
		}
		shim_mutex_released(q);
	}
	if (likely(position == queueSEND_TO_BACK))
		ring_put(q, item);
	else
		ring_put_at(q, item, position);
	return shim_pass(&q->receivers, flags);
}

static __noinline BaseType_t send_later(struct QueueDefinition *q,
					const void *item, TickType_t ticks,
					BaseType_t position,
					unsigned long flags)
{
	enum shim_wake how = ticks ? SHIM_WOKEN : SHIM_TIMEOUT;
	__snsec until = 0;

	while (how == SHIM_DELETED || q->count >= q->length) {
		if (how != SHIM_WOKEN) {
			ukplat_lcpu_restore_irqf(flags);
			return errQUEUE_FULL;
		}
		how = shim_time_is_left(&until, ticks)
		      ? shim_wait(&q->senders, until) : SHIM_TIMEOUT;
	}
	return send_now(q, item, position, flags);
}

BaseType_t shim_queue_send(QueueHandle_t q, const void *item,
			   TickType_t ticks, BaseType_t position)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (unlikely(q->count >= q->length) && position != queueOVERWRITE)
		return send_later(q, item, ticks, position, flags);
	return send_now(q, item, position, flags);
}

BaseType_t shim_queue_send_isr(QueueHandle_t q, const void *item,
			       BaseType_t *woken, BaseType_t position)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (q->count >= q->length && position != queueOVERWRITE) {
		ukplat_lcpu_restore_irqf(flags);
		return errQUEUE_FULL;
	}
	if (unlikely(q->type & SHIM_QUEUE_IN_SET)) {
		put_in_set(q, item, position, woken);
		ukplat_lcpu_restore_irqf(flags);
		return pdPASS;
	}
	if (likely(position == queueSEND_TO_BACK))
		ring_put(q, item);
	else
		ring_put_at(q, item, position);
	shim_wake_one_isr(&q->receivers, woken);
	ukplat_lcpu_restore_irqf(flags);
	return pdPASS;
}

BaseType_t shim_semaphore_give_isr(QueueHandle_t q, BaseType_t *woken)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (q->count >= q->length) {
		ukplat_lcpu_restore_irqf(flags);
		return errQUEUE_FULL;
	}
	q->count++;
	if (unlikely(q->type & SHIM_QUEUE_IN_SET))
		shim_queue_set_post(q, woken);
	else
		shim_wake_one_isr(&q->receivers, woken);
	ukplat_lcpu_restore_irqf(flags);
	return pdPASS;
}

/* ---- Receiving ---- */

/* Wait until there is an item; masked. False: none came in time. */
static bool await_item(struct QueueDefinition *q, TickType_t ticks)
{
	enum shim_wake how = ticks ? SHIM_WOKEN : SHIM_TIMEOUT;
	__snsec until = 0;

	while (how == SHIM_DELETED || q->count == 0) {
		if (how != SHIM_WOKEN)
			return false;
		how = shim_time_is_left(&until, ticks)
		      ? shim_wait(&q->receivers, until) : SHIM_TIMEOUT;
	}
	return true;
}

static inline BaseType_t receive_now(struct QueueDefinition *q, void *item,
				     unsigned long flags)
{
	ring_get(q, item);
	return shim_pass(&q->senders, flags);
}

static __noinline BaseType_t receive_later(struct QueueDefinition *q,
					   void *item, TickType_t ticks,
					   unsigned long flags)
{
	if (await_item(q, ticks))
		return receive_now(q, item, flags);
	ukplat_lcpu_restore_irqf(flags);
	return errQUEUE_EMPTY;
}

BaseType_t shim_queue_receive(QueueHandle_t q, void *item, TickType_t ticks)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (unlikely(q->count == 0))
		return receive_later(q, item, ticks, flags);
	return receive_now(q, item, flags);
}

BaseType_t shim_queue_peek(QueueHandle_t q, void *item, TickType_t ticks)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (q->count == 0 && !await_item(q, ticks)) {
		ukplat_lcpu_restore_irqf(flags);
		return errQUEUE_EMPTY;
	}
	copy_item(item, q->read, q->item_size);
	/* The item stays: the next waiter may have it. */
	return shim_pass(&q->receivers, flags);
}

BaseType_t shim_queue_receive_isr(QueueHandle_t q, void *item,
				  BaseType_t *woken)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (q->count == 0) {
		ukplat_lcpu_restore_irqf(flags);
		return pdFAIL;
	}
	ring_get(q, item);
	shim_wake_one_isr(&q->senders, woken);
	ukplat_lcpu_restore_irqf(flags);
	return pdPASS;
}

BaseType_t shim_queue_peek_isr(QueueHandle_t q, void *item)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	bool any = q->count != 0;

	if (any)
		copy_item(item, q->read, q->item_size);
	ukplat_lcpu_restore_irqf(flags);
	return any ? pdPASS : pdFAIL;
}

/* ---- State; one aligned load each ---- */

UBaseType_t shim_queue_waiting(QueueHandle_t q)
{
	return *(volatile uint32_t *)&q->count;
}

UBaseType_t shim_queue_spaces(QueueHandle_t q)
{
	return q->length - *(volatile uint32_t *)&q->count;
}

BaseType_t shim_queue_is_empty(QueueHandle_t q)
{
	return shim_queue_waiting(q) == 0;
}

BaseType_t shim_queue_is_full(QueueHandle_t q)
{
	return shim_queue_waiting(q) == q->length;
}

UBaseType_t shim_queue_length(QueueHandle_t q)
{
	return q->length;
}

UBaseType_t shim_queue_item_size(QueueHandle_t q)
{
	return q->item_size;
}
