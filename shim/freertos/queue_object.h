/* SPDX-License-Identifier: BSD-3-Clause */
/* The one object behind queues, semaphores and mutexes. */
#ifndef SHIM_QUEUE_OBJECT_H
#define SHIM_QUEUE_OBJECT_H

#include "shim.h"

/* Bit of QueueDefinition.type: a holder, and priority inheritance. */
#define SHIM_QUEUE_MUTEX	0x80
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
	struct shim_tag tag;
};

static inline bool shim_is_mutex(const struct QueueDefinition *q)
{
	return (q->type & SHIM_QUEUE_MUTEX) != 0;
}

/* The holder gives @p mutex: what it inherited goes. Interrupts masked. */
void shim_mutex_released(struct QueueDefinition *mutex);

#endif /* SHIM_QUEUE_OBJECT_H */
