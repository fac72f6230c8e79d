/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that a descriptor has, and whose it is. */
#ifndef FREERTOS_TCP_MEMORY_H
#define FREERTOS_TCP_MEMORY_H

#include "port.h"

enum memory_home {
	MEMORY_NONE,
	MEMORY_FRAME,	/* an empty frame of `port` */
	MEMORY_PACKET,	/* a frame that `port` is to send */
	MEMORY_HEAP,
	MEMORY_DRIVER,	/* stays where it is */
};

struct memory {
	enum memory_home home;
	uint8_t *start;		/* where a frame may begin */
	size_t room;		/* from there on; 0: who took it knows */
	struct port *port;
	struct net_frame *frame;
};

/*
 * Memory for @p size bytes: a frame of @p port, or of the heap when there is
 * no port, or no frame, or frames are too small. False: there is none now.
 */
bool memory_take(struct memory *memory, struct port *port, size_t size,
		 bool may_use_heap);

/* Give it back to where it came from; the driver's stays. */
void memory_give(struct memory *memory);

/* What is known of memory of the heap whose frame begins at @p start. */
void memory_of_heap(struct memory *memory, uint8_t *start);

/* The frame itself, to be sent. */
void memory_of_frame(struct memory *memory, struct port *port,
		     struct net_frame *frame);

/* An empty frame that is filled from @p start on: not the memory's any more. */
struct net_frame *memory_detach(struct memory *memory, uint8_t *start);

static inline bool memory_is_frame_for(const struct memory *memory,
				       const struct port *port)
{
	return memory->home == MEMORY_FRAME && memory->port == port;
}

/* Whether @p at lies in it. */
static inline bool memory_has(const struct memory *memory, const uint8_t *at)
{
	uintptr_t offset = (uintptr_t)at - (uintptr_t)memory->start;

	return memory->home != MEMORY_NONE
	       && (offset == 0 || offset < memory->room);
}

/* Whether it had room for so many bytes, as far as that is known. */
static inline bool memory_spans(const struct memory *memory, const uint8_t *at,
				size_t len)
{
	uintptr_t offset = (uintptr_t)at - (uintptr_t)memory->start;

	return memory->room == 0
	       || (offset <= memory->room && len <= memory->room - offset);
}

#endif /* FREERTOS_TCP_MEMORY_H */
