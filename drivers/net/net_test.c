/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: who uses a network device. Its frames lie in memory that
 * the device shares; each is filled with a pattern while it is in the pool,
 * so that a device that writes to what it gave back is found out.
 */
#include <string.h>

#include "../dma.h"
#include "../dma_test.h"
#include "net_test.h"

#define FRAME_BYTES \
	(NET_BUFFER_HEADROOM + NET_BUFFER_SIZE + NET_BUFFER_HEADROOM)
#define PATTERN		0xdb

static struct user_frame {
	struct net_frame frame;		/* first: it is found by it */
	uint8_t *memory;
	bool free;
} frames[USER_FRAMES];

static struct net_device *device;
static uint32_t limit, shift, out, faults, ready_calls, link_calls, attached;
static struct net_frame *inbox, **inbox_end;

/* ---- The pool ---- */

static bool untouched(const struct user_frame *one)
{
	uint8_t behind[FRAME_BYTES];

	device_read(dma_address(one->memory), behind, sizeof(behind));
	for (size_t n = 0; n < FRAME_BYTES; n++)
		if (one->memory[n] != PATTERN || behind[n] != PATTERN)
			return false;
	return true;
}

static void put_away(struct user_frame *one)
{
	/* Twice: what the cache has already is not written to memory. */
	memset(one->memory, ~PATTERN, FRAME_BYTES);
	dma_clean(one->memory, FRAME_BYTES);
	memset(one->memory, PATTERN, FRAME_BYTES);
	dma_clean(one->memory, FRAME_BYTES);
	one->free = true;
}

static struct net_frame *pool_take(void)
{
	for (struct user_frame *one = frames; one < frames + USER_FRAMES;
	     one++) {
		if (!one->free)
			continue;
		faults += !untouched(one);
		one->free = false;
		one->frame = (struct net_frame){
			.data = one->memory + NET_BUFFER_HEADROOM + shift,
			.size = (uint16_t)(NET_BUFFER_SIZE - shift),
		};
		/* In the cache, and not in memory, is what was there before. */
		memset(one->memory, 0x55, FRAME_BYTES);
		return &one->frame;
	}
	return NULL;
}

static void pool_give(struct net_frame *frame)
{
	struct user_frame *one = (struct user_frame *)frame;

	if (one < frames || one >= frames + USER_FRAMES || one->free) {
		faults++;
		return;
	}
	put_away(one);
}

/* ---- What the driver calls ---- */

static struct net_frame *frame_take(struct net_device *dev)
{
	struct net_frame *frame;

	faults += dev != device;
	if (out >= limit)
		return NULL;
	frame = pool_take();
	out += frame != NULL;
	return frame;
}

static void frame_give(struct net_device *dev, struct net_frame *frame)
{
	faults += dev != device;
	out--;
	pool_give(frame);
}

static void received(struct net_device *dev, struct net_frame *frame)
{
	faults += dev != device;
	faults += frame->len > frame->size;
	out--;
	frame->next = NULL;
	*inbox_end = frame;
	inbox_end = &frame->next;
}

static void send_ready(struct net_device *dev)
{
	faults += dev != device;
	ready_calls++;
}

static void link_changed(struct net_device *dev, bool up)
{
	faults += dev != device;
	faults += dev->link_up != up;
	link_calls++;
}

static const struct net_user user = {
	.frame_take = frame_take,
	.frame_give = frame_give,
	.received = received,
	.send_ready = send_ready,
	.link_changed = link_changed,
};

int net_attach(struct net_device *dev)
{
	device = dev;
	dev->user = &user;
	attached++;
	return NET_OK;
}

/* ---- The wire ---- */

#define WIRE_FRAMES	256

static struct {
	uint32_t len;
	uint8_t bytes[NET_FRAME_MAX];
} wire[WIRE_FRAMES];
static uint32_t wire_in, wire_out;

void wire_put(const uint8_t *bytes, uint32_t len)
{
	/* What is no frame of Ethernet must not get there. */
	if (len < NET_FRAME_MIN || len > NET_FRAME_MAX
	    || wire_in - wire_out == WIRE_FRAMES) {
		faults++;
		return;
	}
	wire[wire_in % WIRE_FRAMES].len = len;
	memcpy(wire[wire_in++ % WIRE_FRAMES].bytes, bytes, len);
}

/* Take the oldest frame off the wire. Its length, or 0. */
uint32_t wire_sent(uint8_t *into)
{
	uint32_t len;

	if (wire_in == wire_out)
		return 0;
	len = wire[wire_out % WIRE_FRAMES].len;
	memcpy(into, wire[wire_out++ % WIRE_FRAMES].bytes, len);
	return len;
}

/* ---- What the test calls ---- */

void user_reset(void)
{
	for (struct user_frame *one = frames; one < frames + USER_FRAMES;
	     one++) {
		one->memory = memory_take(FRAME_BYTES);
		put_away(one);
	}
	device = NULL;
	limit = USER_FRAMES;
	shift = 0;
	wire_in = wire_out = 0;
	out = faults = ready_calls = link_calls = attached = 0;
	inbox = NULL;
	inbox_end = &inbox;
}

int user_start(void)
{
	return device->ops->start(device);
}

void user_stop(void)
{
	device->ops->stop(device);
}

int user_promiscuous(uint32_t on)
{
	return device->ops->promiscuous(device, on);
}

/* Any length, also one that is no frame; NET_ERR_MEMORY: none is left. */
int user_send(const uint8_t *bytes, uint32_t len)
{
	struct net_frame *frame = pool_take();
	int rc;

	if (!frame)
		return NET_ERR_MEMORY;
	memcpy(frame->data, bytes,
	       len < NET_BUFFER_SIZE ? len : NET_BUFFER_SIZE);
	frame->len = (uint16_t)len;
	out++;
	rc = device->ops->send(device, frame);
	if (rc != NET_OK) {
		out--;
		pool_give(frame);
	}
	return rc;
}

/* Copy and free the oldest frame that was received. Its length, or 0. */
uint32_t user_received(uint8_t *into)
{
	struct net_frame *frame = inbox;
	uint32_t len;

	if (!frame)
		return 0;
	inbox = frame->next;
	if (!inbox)
		inbox_end = &inbox;
	len = frame->len;
	memcpy(into, frame->data, len);
	pool_give(frame);
	return len;
}

/* The driver may have so many at a time. */
void user_limit(uint32_t count)
{
	limit = count;
}

/* Frames are no more what they should be: so much less room, elsewhere. */
void user_shift(uint32_t bytes)
{
	shift = bytes;
}

/* Frames that the driver has now */
uint32_t user_out(void)
{
	return out;
}

/* Frames given twice, written to after they were given, and the like */
uint32_t user_faults(void)
{
	return faults + memory_faults();
}

/* How often there was room again, and how often the link changed */
uint32_t user_events(uint32_t *link_changes)
{
	*link_changes = link_calls;
	return ready_calls;
}

uint32_t user_link(void)
{
	return device && device->link_up;
}

uint32_t user_attached(void)
{
	return attached;
}

void user_counters(uint32_t *six)
{
	memcpy(six, &device->counters, sizeof(device->counters));
}

void user_address(uint8_t *into)
{
	memcpy(into, device->address, NET_ADDRESS_LEN);
}
