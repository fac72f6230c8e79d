/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the memory of descriptors comes from, and goes to. */
#include "memory.h"

/* The address of the descriptor before a frame is aligned. */
#define ALIGNMENT	sizeof(void *)
_Static_assert(ipBUFFER_PADDING >= sizeof(void *)
	       && ipBUFFER_PADDING <= NET_BUFFER_HEADROOM,
	       "the descriptor's address has room before a frame");

/* Behind @p from, ipBUFFER_PADDING behind something aligned. */
static uint8_t *place(uint8_t *from)
{
	uintptr_t before = (uintptr_t)from - ipBUFFER_PADDING;

	return (uint8_t *)((before + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT
			   + ipBUFFER_PADDING);
}

static bool take_frame(struct memory *memory, struct port *port)
{
	struct net_frame *frame = port->net.user->frame_take(&port->net);

	if (!frame)
		return false;
	memory->home = MEMORY_FRAME;
	memory->port = port;
	memory->frame = frame;
	memory->start = place(frame->data);
	memory->room = frame->size - (size_t)(memory->start - frame->data);
	return true;
}

static bool take_heap(struct memory *memory, size_t size)
{
	uint8_t *block;

	if (size > SIZE_MAX / 2)
		return false;
	block = pvPortMalloc(size + ipBUFFER_PADDING);
	if (!block)
		return false;
	memory->home = MEMORY_HEAP;
	memory->start = block + ipBUFFER_PADDING;
	memory->room = size;
	return true;
}

bool memory_take(struct memory *memory, struct port *port, size_t size,
		 bool may_use_heap)
{
	/* Frames have all the same size, less what place() leaves out. */
	if (port && size <= NET_BUFFER_SIZE - ALIGNMENT
	    && take_frame(memory, port))
		return true;
	return may_use_heap && take_heap(memory, size);
}

void memory_give(struct memory *memory)
{
	switch (memory->home) {
	case MEMORY_DRIVER:
		return;
	case MEMORY_FRAME:
	case MEMORY_PACKET:
		memory->port->net.user->frame_give(&memory->port->net,
						   memory->frame);
		break;
	case MEMORY_HEAP:
		vPortFree(memory->start - ipBUFFER_PADDING);
		break;
	case MEMORY_NONE:
		break;
	}
	memory->home = MEMORY_NONE;
}

void memory_of_heap(struct memory *memory, uint8_t *start)
{
	memory->home = MEMORY_HEAP;
	memory->start = start;
	memory->room = 0;
}

void memory_of_frame(struct memory *memory, struct port *port,
		     struct net_frame *frame)
{
	memory->home = MEMORY_PACKET;
	memory->port = port;
	memory->frame = frame;
	memory->start = frame->data;
	memory->room = frame->size;
}

struct net_frame *memory_detach(struct memory *memory, uint8_t *start)
{
	memory->home = MEMORY_NONE;
	memory->frame->data = start;
	return memory->frame;
}
