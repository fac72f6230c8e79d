/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one object behind stream, batching and message buffers: a ring of
 * bytes between one writer and one reader. Each moves only its own end and
 * publishes it when the bytes are there, so copying needs no mask.
 */
#ifndef SHIM_STREAM_OBJECT_H
#define SHIM_STREAM_OBJECT_H

#include "shim.h"

#include <string.h>

typedef configMESSAGE_BUFFER_LENGTH_TYPE length_word_t;

/* What a message costs beside its bytes. */
#define LENGTH_WORD	((uint32_t)sizeof(length_word_t))

/* Bits of StreamBufferDef_t.flags */
#define STREAM_MESSAGES	1
#define STREAM_BATCHING	2
#define STREAM_STATIC	4

struct StreamBufferDef_t {
	uint8_t *storage;
	uint32_t head;			/* where the next byte goes */
	uint32_t tail;			/* where the oldest byte is */
	uint32_t length;		/* of the ring: one byte stays free */
	uint32_t trigger;		/* so many bytes wake the reader */
	uint32_t least;			/* with fewer a task receives nothing */
	uint16_t index;			/* of the notification to wait with */
	uint8_t flags;
	struct shim_list receivers;	/* one at most, and so the senders */
	struct shim_list senders;
	StreamBufferCallbackFunction_t send_completed;
	StreamBufferCallbackFunction_t receive_completed;
};

typedef struct StreamBufferDef_t stream_t;

static inline uint32_t ring_load(const uint32_t *end)
{
	uint32_t at = *(const volatile uint32_t *)end;

	/* Bytes are not touched before it is known that they may be. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	return at;
}

static inline void ring_publish(uint32_t *end, uint32_t at)
{
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	*(volatile uint32_t *)end = at;
}

static inline uint32_t ring_bytes(const stream_t *stream)
{
	uint32_t head = ring_load(&stream->head);
	uint32_t tail = ring_load(&stream->tail);

	return head - tail + (head < tail ? stream->length : 0);
}

static inline uint32_t ring_space(const stream_t *stream)
{
	uint32_t tail = ring_load(&stream->tail);
	uint32_t head = ring_load(&stream->head);

	return tail - head - 1 + (tail <= head ? stream->length : 0);
}

/* Copy in at @p at; return where the next byte goes. */
static inline uint32_t ring_put(stream_t *stream, uint32_t at,
				const void *data, uint32_t size)
{
	uint32_t first = stream->length - at;

	if (likely(size < first)) {
		memcpy(stream->storage + at, data, size);
		return at + size;
	}
	memcpy(stream->storage + at, data, first);
	memcpy(stream->storage, (const char *)data + first, size - first);
	return size - first;
}

static inline uint32_t ring_get(const stream_t *stream, uint32_t at,
				void *data, uint32_t size)
{
	uint32_t first = stream->length - at;

	if (likely(size < first)) {
		memcpy(data, stream->storage + at, size);
		return at + size;
	}
	memcpy(data, stream->storage + at, first);
	memcpy((char *)data + first, stream->storage, size - first);
	return size - first;
}

/* The length of the message at the tail; there is one. */
static inline length_word_t message_length(const stream_t *stream,
					   uint32_t *at)
{
	length_word_t word;

	*at = ring_get(stream, stream->tail, &word, LENGTH_WORD);
	return word;
}

#endif /* SHIM_STREAM_OBJECT_H */
