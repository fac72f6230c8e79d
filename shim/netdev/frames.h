/* SPDX-License-Identifier: BSD-3-Clause */
/* A packet as the driver sees it, in the packet's own headroom. */
#ifndef NETDEV_FRAMES_H
#define NETDEV_FRAMES_H

#include <uk/netbuf.h>
#include <uk/plat/lcpu.h>

#include "net.h"

struct carrier {
	struct net_frame frame;
	struct uk_netbuf *netbuf;
	uint8_t *empty;		/* where an empty frame's data begins */
	bool ours;		/* from the stock of empty frames */
};

/* What a packet needs before its data: the driver's part, and a carrier. */
#define CARRIER_ROOM	64U
#define HEADROOM	(NET_BUFFER_HEADROOM + CARRIER_ROOM)
_Static_assert(sizeof(struct carrier) <= CARRIER_ROOM, "it has room");

static inline struct carrier *carrier_of(struct net_frame *frame)
{
	return __containerof(frame, struct carrier, frame);
}

/* The packet keeps its bytes; NULL when there is no room before them. */
static inline struct carrier *carrier_make(struct uk_netbuf *netbuf)
{
	uintptr_t data = (uintptr_t)netbuf->data;
	struct carrier *carrier;
	size_t room;

	if (uk_netbuf_headroom(netbuf) < HEADROOM)
		return NULL;
	carrier = (void *)((data - HEADROOM + 7) & ~(uintptr_t)7);
	room = netbuf->len + uk_netbuf_tailroom(netbuf);
	carrier->frame.next = NULL;
	carrier->frame.data = netbuf->data;
	carrier->frame.len = netbuf->len;
	carrier->frame.size = room > UINT16_MAX ? UINT16_MAX : (uint16_t)room;
	carrier->netbuf = netbuf;
	carrier->empty = netbuf->data;
	carrier->ours = false;
	return carrier;
}

/* First in, first out; any context, for interrupts are masked. */
struct frames {
	struct net_frame *first;
	struct net_frame **last;
	unsigned int count;
};

static inline void frames_init(struct frames *frames)
{
	frames->first = NULL;
	frames->last = &frames->first;
	frames->count = 0;
}

/* These two with interrupts masked by the caller. */
static inline void frames_append(struct frames *frames,
				 struct net_frame *frame)
{
	frame->next = NULL;
	*frames->last = frame;
	frames->last = &frame->next;
	frames->count++;
}

static inline struct net_frame *frames_remove(struct frames *frames)
{
	struct net_frame *frame = frames->first;

	if (!frame)
		return NULL;
	frames->first = frame->next;
	if (!frames->first)
		frames->last = &frames->first;
	frames->count--;
	return frame;
}

static inline void frames_put(struct frames *frames, struct net_frame *frame)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	frames_append(frames, frame);
	ukplat_lcpu_restore_irqf(flags);
}

static inline void frames_put_first(struct frames *frames,
				    struct net_frame *frame)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	frame->next = frames->first;
	if (!frame->next)
		frames->last = &frame->next;
	frames->first = frame;
	frames->count++;
	ukplat_lcpu_restore_irqf(flags);
}

static inline struct net_frame *frames_take(struct frames *frames)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct net_frame *frame = frames_remove(frames);

	ukplat_lcpu_restore_irqf(flags);
	return frame;
}

#endif /* NETDEV_FRAMES_H */
