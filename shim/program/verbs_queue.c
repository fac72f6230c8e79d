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

/* Keep the books: what was put into a queue and not taken out is in it. */
static long counted(struct program_object *o, BaseType_t result,
		    const struct item *item, int sign)
{
	uint32_t value = value_of(item);

	if (result == pdPASS) {
		if (o->size < sizeof(value))
			value &= (1U << 8 * o->size) - 1;
		o->items += sign;
		o->sum += sign * (long)value;
	}
	return result;
}

static long send_at(struct program_step *s, TickType_t ticks,
		    BaseType_t position)
{
	struct item item = item_of(s->args[0]);

	BaseType_t result;

	if (s->isr)
		result = xQueueGenericSendFromISR(s->object->handle, &item,
						  &s->woken, position);
	else
		result = xQueueGenericSend(s->object->handle, &item, ticks,
					   position);
	return counted(s->object, result, &item, 1);
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
	s->object->uncounted = true;
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
	BaseType_t result;

	if (s->isr)
		result = xQueueReceiveFromISR(s->object->handle, &item,
					      &s->woken);
	else
		result = xQueueReceive(s->object->handle, &item, s->args[0]);
	counted(s->object, result, &item, -1);
	return got(s, result, &item);
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
	s->object->uncounted = true;
	return xQueueReset(s->object->handle);
}

static long count(struct program_step *s)
{
	return (long)(s->isr
		      ? uxQueueMessagesWaitingFromISR(s->object->handle)
		      : uxQueueMessagesWaiting(s->object->handle));
}

static bool can_send(const struct program_step *s)
{
	return uxQueueSpacesAvailable(s->object->handle) > 0;
}

static bool can_receive(const struct program_step *s)
{
	return uxQueueMessagesWaiting(s->object->handle) > 0;
}

static void check_queue(struct program_object *o)
{
	struct item item = { { 0 } };

	if (o->uncounted)
		return;
	while (o->items >= 0
	       && xQueueReceiveFromISR(o->handle, &item, NULL) == pdPASS)
		counted(o, pdPASS, &item, -1);
	if (o->items > 0)
		program_violation("an item was lost in", o->name);
	else if (o->items < 0)
		program_violation("an item came twice from", o->name);
	else if (o->sum)
		program_violation("an item changed in", o->name);
}

const struct program_maker program_queue_makers[] = {
	{ "queue", make_queue, check_queue },
	{ NULL, NULL, NULL },
};

const struct program_verb program_queue_verbs[] = {
	{ "send", "ont", send, can_send },
	{ "front", "ont", front, can_send },
	{ "overwrite", "on", overwrite, NULL },
	{ "receive", "ot", receive, can_receive },
	{ "peek", "ot", peek, can_receive },
	{ "reset", "o", reset, NULL },
	{ "count", "o", count, NULL },
	{ NULL, NULL, NULL, NULL },
};
