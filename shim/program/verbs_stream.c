/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: stream, batching and message buffers. */
#include "step.h"

#define BYTES_MAX	64

static void *made(struct program_object *o, unsigned long trigger,
		  void *handle)
{
	o->size = trigger ? trigger : 1;
	return handle;
}

/* stream NAME SIZE TRIGGER-LEVEL */
static void *make_stream(struct program_object *o,
			 const unsigned long *numbers)
{
	return made(o, numbers[1], xStreamBufferCreate(numbers[0],
						       numbers[1]));
}

static void *make_batching(struct program_object *o,
			   const unsigned long *numbers)
{
	void *handle = xStreamBatchingBufferCreate(numbers[0], numbers[1]);

	made(o, numbers[1], handle);
	/* More than its level, not as much, lets a reader go on. */
	o->size++;
	return handle;
}

static void *make_message(struct program_object *o,
			  const unsigned long *numbers)
{
	return made(o, 1, xMessageBufferCreate(numbers[0]));
}

/* ---- Writing ---- */

/* swrite BUFFER VALUE LENGTH TICKS: bytes that count on from the value. */
static long write(struct program_step *s)
{
	StreamBufferHandle_t stream = s->object->handle;
	uint32_t length = s->args[1];
	uint8_t bytes[BYTES_MAX];
	size_t sent, i;

	if (length > BYTES_MAX)
		return PROGRAM_SKIPPED;
	for (i = 0; i < length; i++)
		bytes[i] = (uint8_t)(s->args[0] + i);
	sent = s->isr ? xStreamBufferSendFromISR(stream, bytes, length,
						 &s->woken)
		      : xStreamBufferSend(stream, bytes, length, s->args[2]);
	s->object->items += (long)sent;
	for (i = 0; i < sent; i++)
		s->object->sum += bytes[i];
	return (long)sent;
}

/* ---- Reading ---- */

static long got(struct program_step *s, const uint8_t *bytes, size_t count)
{
	size_t i;

	s->has_extra = count > 0;
	s->object->items -= (long)count;
	for (i = 0; i < count; i++) {
		s->object->sum -= bytes[i];
		/* Bytes in another order make another number. */
		s->extra = s->extra * 31 + bytes[i];
	}
	return (long)count;
}

/* sread BUFFER LENGTH TICKS: the number of bytes, and a hash of them */
static long read(struct program_step *s)
{
	StreamBufferHandle_t stream = s->object->handle;
	uint32_t length = s->args[0];
	uint8_t bytes[BYTES_MAX];

	if (length > BYTES_MAX)
		return PROGRAM_SKIPPED;
	if (s->isr)
		return got(s, bytes,
			   xStreamBufferReceiveFromISR(stream, bytes, length,
						       &s->woken));
	return got(s, bytes, xStreamBufferReceive(stream, bytes, length,
						  s->args[1]));
}

/* ---- The rest ---- */

/* sreset BUFFER */
static long reset(struct program_step *s)
{
	s->object->uncounted = true;
	return s->isr ? xStreamBufferResetFromISR(s->object->handle)
		      : xStreamBufferReset(s->object->handle);
}

/* slevel BUFFER TRIGGER-LEVEL */
static long set_trigger(struct program_step *s)
{
	return xStreamBufferSetTriggerLevel(s->object->handle, s->args[0]);
}

/* sbytes BUFFER: what is in it, and the room that is left */
static long bytes(struct program_step *s)
{
	s->has_extra = true;
	s->extra = (uint32_t)xStreamBufferSpacesAvailable(s->object->handle);
	return (long)xStreamBufferBytesAvailable(s->object->handle);
}

/* snext BUFFER: the length of the next message */
static long next_length(struct program_step *s)
{
	return (long)xStreamBufferNextMessageLengthBytes(s->object->handle);
}

static bool can_read(const struct program_step *s)
{
	return xStreamBufferBytesAvailable(s->object->handle)
	       >= s->object->size;
}

static bool is_message(const struct program_object *o)
{
	return o->maker->make == make_message;
}

static bool can_write(const struct program_step *s)
{
	size_t space = xStreamBufferSpacesAvailable(s->object->handle);
	size_t needed = s->args[1];

	if (is_message(s->object))
		needed += sizeof(configMESSAGE_BUFFER_LENGTH_TYPE);
	/* No stream is waited for that could never take it all at once. */
	return space >= needed
	       || (!xStreamBufferBytesAvailable(s->object->handle)
		   && !is_message(s->object));
}

static void check_stream(struct program_object *o)
{
	struct program_step step = { .object = o, .isr = true };
	uint8_t bytes[BYTES_MAX];
	size_t count;

	if (o->uncounted)
		return;
	while ((count = xStreamBufferReceiveFromISR(o->handle, bytes,
						    sizeof(bytes), NULL)))
		got(&step, bytes, count);
	if (o->items)
		program_violation(o->items > 0 ? "a byte was lost in"
					       : "a byte came twice from",
				  o->name);
	else if (o->sum)
		program_violation("a byte changed in", o->name);
}

const struct program_maker program_stream_makers[] = {
	{ "stream", make_stream, check_stream },
	{ "batching", make_batching, check_stream },
	{ "message", make_message, check_stream },
	{ NULL, NULL, NULL },
};

const struct program_verb program_stream_verbs[] = {
	{ "swrite", "onnt", write, can_write },
	{ "sread", "ont", read, can_read },
	{ "sreset", "o", reset, NULL },
	{ "slevel", "on", set_trigger, NULL },
	{ "sbytes", "o", bytes, NULL },
	{ "snext", "o", next_length, NULL },
	{ NULL, NULL, NULL, NULL },
};
