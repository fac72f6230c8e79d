/* SPDX-License-Identifier: BSD-3-Clause */
/* Stream, batching and message buffers: creation, end, what they tell. */
#include "stream_object.h"

_Static_assert(sizeof(StaticStreamBuffer_t)
	       >= sizeof(struct StreamBufferDef_t),
	       "StaticStreamBuffer_t is too small for a stream buffer");

/* ---- Creation and end ---- */

static void stream_init(stream_t *stream, uint8_t *storage, size_t length,
			BaseType_t type)
{
	stream->storage = storage;
	stream->head = 0;
	stream->tail = 0;
	stream->length = (uint32_t)length;
	stream->index = tskDEFAULT_INDEX_TO_NOTIFY;
	stream->flags = type == sbTYPE_MESSAGE_BUFFER ? STREAM_MESSAGES
			: type == sbTYPE_STREAM_BATCHING_BUFFER
			? STREAM_BATCHING : 0;
	shim_list_init(&stream->receivers);
	shim_list_init(&stream->senders);
}

/* A batching buffer holds back what only just reaches its level. */
static void stream_set_trigger(stream_t *stream, size_t level)
{
	uint32_t trigger = level < UINT32_MAX ? (uint32_t)level
					      : UINT32_MAX - 1;

	if (trigger == 0)
		trigger = 1;
	if (stream->flags & STREAM_BATCHING)
		trigger++;
	stream->trigger = trigger;
	stream->least = stream->flags & STREAM_BATCHING ? trigger
			: stream->flags & STREAM_MESSAGES ? LENGTH_WORD + 1
			: 1;
}

StreamBufferHandle_t
shim_stream_create(size_t size, size_t trigger, BaseType_t type,
		   StreamBufferCallbackFunction_t send_completed,
		   StreamBufferCallbackFunction_t receive_completed)
{
	stream_t *stream;

	/* The fields are 32 bits wide, and one byte stays free. */
	if (size >= UINT32_MAX)
		return NULL;
	stream = shim_alloc(sizeof(*stream) + size + 1);
	if (!stream)
		return NULL;
	stream_init(stream, (uint8_t *)(stream + 1), size + 1, type);
	stream_set_trigger(stream, trigger);
	stream->send_completed = send_completed;
	stream->receive_completed = receive_completed;
	return stream;
}

StreamBufferHandle_t
shim_stream_create_static(size_t size, size_t trigger, BaseType_t type,
			  uint8_t *storage, StaticStreamBuffer_t *memory,
			  StreamBufferCallbackFunction_t send_completed,
			  StreamBufferCallbackFunction_t receive_completed)
{
	stream_t *stream = (void *)memory;

	if (!storage || !stream || size == 0 || size > UINT32_MAX)
		return NULL;
	stream_init(stream, storage, size, type);
	stream->flags |= STREAM_STATIC;
	stream_set_trigger(stream, trigger);
	stream->send_completed = send_completed;
	stream->receive_completed = receive_completed;
	return stream;
}

BaseType_t shim_stream_static_buffers(StreamBufferHandle_t stream,
				      uint8_t **storage,
				      StaticStreamBuffer_t **memory)
{
	if (!(stream->flags & STREAM_STATIC))
		return pdFALSE;
	*storage = stream->storage;
	*memory = (StaticStreamBuffer_t *)stream;
	return pdTRUE;
}

void shim_stream_delete(StreamBufferHandle_t stream)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	shim_wake_deleted(&stream->receivers);
	shim_wake_deleted(&stream->senders);
	shim_restore_and_preempt(flags);
	if (stream->flags & STREAM_STATIC)
		memset(stream, 0, sizeof(*stream));
	else
		shim_free(stream);
}

bool shim_stream_is_awaited(StreamBufferHandle_t stream)
{
	return !shim_list_empty(&stream->receivers)
	       || !shim_list_empty(&stream->senders);
}

bool shim_stream_length_fits(StreamBufferHandle_t stream, size_t size)
{
	return !(stream->flags & STREAM_MESSAGES)
	       || (length_word_t)size == size;
}

BaseType_t shim_stream_reset(StreamBufferHandle_t stream)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	bool idle = !shim_stream_is_awaited(stream);

	if (idle) {
		stream->head = 0;
		stream->tail = 0;
		stream->index = tskDEFAULT_INDEX_TO_NOTIFY;
	}
	ukplat_lcpu_restore_irqf(flags);
	return idle ? pdPASS : pdFAIL;
}

/* ---- State ---- */

size_t shim_stream_bytes(StreamBufferHandle_t stream)
{
	return ring_bytes(stream);
}

/* Who neither reads nor writes may see the tail move meanwhile. */
size_t shim_stream_space(StreamBufferHandle_t stream)
{
	uint32_t tail, space;

	do {
		tail = ring_load(&stream->tail);
		space = ring_space(stream);
	} while (tail != ring_load(&stream->tail));
	return space;
}

BaseType_t shim_stream_is_empty(StreamBufferHandle_t stream)
{
	return ring_load(&stream->head) == ring_load(&stream->tail);
}

BaseType_t shim_stream_is_full(StreamBufferHandle_t stream)
{
	uint32_t least = stream->flags & STREAM_MESSAGES ? LENGTH_WORD : 0;

	return shim_stream_space(stream) <= least;
}

size_t shim_stream_next_length(StreamBufferHandle_t stream)
{
	uint32_t at;

	if (!(stream->flags & STREAM_MESSAGES)
	    || ring_bytes(stream) <= LENGTH_WORD)
		return 0;
	return message_length(stream, &at);
}

BaseType_t shim_stream_set_trigger(StreamBufferHandle_t stream, size_t level)
{
	if (level >= stream->length)
		return pdFALSE;
	stream_set_trigger(stream, level);
	return pdTRUE;
}

UBaseType_t shim_stream_index(StreamBufferHandle_t stream)
{
	return stream->index;
}

void shim_stream_set_index(StreamBufferHandle_t stream, UBaseType_t index)
{
	stream->index = (uint16_t)index;
}
