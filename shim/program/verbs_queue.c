/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: queues. */
#include "step.h"

static void *make_queue(struct program_object *o, const unsigned long *numbers)
{
	o->size = numbers[1] ? numbers[1] : sizeof(uint32_t);
	return xQueueCreate(numbers[0], o->size);
}

/* An item is its value, in as many bytes as it has. */
struct item {
	uint8_t bytes[64];
};

static struct item item_of(uint32_t value)
{
	struct item item = { { (uint8_t)value, (uint8_t)(value >> 8),
			       (uint8_t)(value >> 16),
			       (uint8_t)(value >> 24) } };

	return item;
}

static uint32_t value_of(const struct item *item)
{
	return item->bytes[0] | (uint32_t)item->bytes[1] << 8
	       | (uint32_t)item->bytes[2] << 16
	       | (uint32_t)item->bytes[3] << 24;
}

static long send_at(struct program_step *s, TickType_t ticks,
		    BaseType_t position)
{
	struct item item = item_of(s->args[0]);

	if (s->isr)
		return xQueueGenericSendFromISR(s->object->handle, &item,
						&s->woken, position);
	return xQueueGenericSend(s->object->handle, &item, ticks, position);
}

static long send(struct program_step *s)
{
	return send_at(s, s->args[1], queueSEND_TO_BACK);
}

static long front(struct program_step *s)
{
	return send_at(s, s->args[1], queueSEND_TO_FRONT);
}

static long overwrite(struct program_step *s)
{
	return send_at(s, 0, queueOVERWRITE);
}

static long got(struct program_step *s, BaseType_t result, struct item *item)
{
	s->has_extra = result == pdPASS;
	s->extra = value_of(item);
	return result;
}

static long receive(struct program_step *s)
{
	struct item item = { { 0 } };

	if (s->isr)
		return got(s, xQueueReceiveFromISR(s->object->handle, &item,
						   &s->woken), &item);
	return got(s, xQueueReceive(s->object->handle, &item, s->args[0]),
		   &item);
}

static long peek(struct program_step *s)
{
	struct item item = { { 0 } };

	if (s->isr)
		return got(s, xQueuePeekFromISR(s->object->handle, &item),
			   &item);
	return got(s, xQueuePeek(s->object->handle, &item, s->args[0]), &item);
}

static long reset(struct program_step *s)
{
	return xQueueReset(s->object->handle);
}

static long count(struct program_step *s)
{
	return (long)(s->isr
		      ? uxQueueMessagesWaitingFromISR(s->object->handle)
		      : uxQueueMessagesWaiting(s->object->handle));
}

const struct program_maker program_queue_makers[] = {
	{ "queue", make_queue },
	{ NULL, NULL },
};

const struct program_verb program_queue_verbs[] = {
	{ "send", "ont", send },
	{ "front", "ont", front },
	{ "overwrite", "on", overwrite },
	{ "receive", "ot", receive },
	{ "peek", "ot", peek },
	{ "reset", "o", reset },
	{ "count", "o", count },
	{ NULL, NULL, NULL },
};
