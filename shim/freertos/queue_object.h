/* SPDX-License-Identifier: BSD-3-Clause */
/* The one object behind queues, semaphores and mutexes. */
#ifndef SHIM_QUEUE_OBJECT_H
#define SHIM_QUEUE_OBJECT_H

#include "shim.h"

/* Bit of QueueDefinition.type: a holder, and priority inheritance. */
#define SHIM_QUEUE_MUTEX	0x80
/* Another: it is in a set, which is told of what comes. */
#define SHIM_QUEUE_IN_SET	0x40
/* Any of them: sending is more than to store and to wake. */
#define SHIM_QUEUE_SPECIAL	(SHIM_QUEUE_MUTEX | SHIM_QUEUE_IN_SET)
/* The others say for what it was created: queueQUEUE_TYPE_*. */
#define SHIM_QUEUE_TYPE		0x0f

struct QueueDefinition {
	uint8_t *storage;		/* the ring; item_size 0: none */
	uint8_t *end;
	uint8_t *write;			/* where the next item goes */
	uint8_t *read;			/* where the oldest item is */
	uint32_t count;
	uint32_t length;
	uint32_t item_size;
	uint8_t type;			/* queueQUEUE_TYPE_*, with flags */
	bool static_memory;
	struct shim_list receivers;
	struct shim_list senders;
	struct tskTaskControlBlock *holder;	/* of a mutex */
	uint32_t recursion;
	struct QueueDefinition *set;		/* with SHIM_QUEUE_IN_SET */
	struct shim_tag tag;
};

static inline bool shim_is_mutex(const struct QueueDefinition *q)
{
	return (q->type & SHIM_QUEUE_MUTEX) != 0;
}

/* The holder gives @p mutex: what it inherited goes. Interrupts masked. */
void shim_mutex_released(struct QueueDefinition *mutex);

/* Store an item in a queue that has room. Interrupts masked. */
void shim_queue_put(struct QueueDefinition *queue, const void *item);

/* Tell the set of @p member that something came. Interrupts masked. */
void shim_queue_set_post(struct QueueDefinition *member, BaseType_t *woken);

#endif /* SHIM_QUEUE_OBJECT_H */
