/* SPDX-License-Identifier: BSD-3-Clause */
/* Stream, batching and message buffers: sending, receiving, waiting. */
#include "stream_object.h"

/* ---- Waiting and waking ---- */

/*
 * FreeRTOS waits by a task notification, and so do we, visibly: the state is
 * "waiting" meanwhile, a notification by anybody ends the wait, and the one
 * that was pending before is taken back.
 */
struct stream_waiter {
	struct shim_waiter waiter;	/* must be first */
	uint8_t *state;
};

/* Wait once; *state tells afterwards what happened. Masked. */
static enum shim_wake stream_wait(struct shim_list *list, uint8_t *state,
				  __snsec until)
{
	struct stream_waiter self;

	self.state = state;
	*state = SHIM_NOTIFY_WAITING;
	return shim_wait_as(&self.waiter, list, until);
}

/* Notify who waits in @p list, which is not empty. Masked. */
static inline void stream_notify(struct shim_list *list)
{
	*((struct stream_waiter *)list->next)->state = SHIM_NOTIFY_RECEIVED;
}

static __noinline void stream_wake_masked(struct shim_list *list)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (likely(!shim_list_empty(list)))
		stream_notify(list);
	shim_pass(list, flags);
}

static inline void stream_wake(struct shim_list *list)
{
	if (unlikely(!shim_list_empty(list)))
		stream_wake_masked(list);
}

/* The same from an interrupt; true when somebody waited. */
static bool stream_wake_isr(struct shim_list *list, BaseType_t *woken)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	bool any = !shim_list_empty(list);

	if (any) {
		stream_notify(list);
		shim_wake_one_isr(list, woken);
	}
	ukplat_lcpu_restore_irqf(flags);
	return any;
}

/* ---- What happens when bytes went in or out ---- */

/* FreeRTOSConfig.h may define each of these, to wake over another way. */
#ifndef sbSEND_COMPLETED
#define sbSEND_COMPLETED(stream)	stream_wake(&(stream)->receivers)
#endif
#ifndef sbRECEIVE_COMPLETED
#define sbRECEIVE_COMPLETED(stream)	stream_wake(&(stream)->senders)
#endif
/* FreeRTOS's manual writes one name, its code looks for the other. */
#if !defined(sbSEND_COMPLETE_FROM_ISR) && defined(sbSEND_COMPLETED_FROM_ISR)
#define sbSEND_COMPLETE_FROM_ISR	sbSEND_COMPLETED_FROM_ISR
#endif
#ifndef sbSEND_COMPLETE_FROM_ISR
#define sbSEND_COMPLETE_FROM_ISR(stream, woken)				\
	stream_wake_isr(&(stream)->receivers, (woken))
#endif
#ifndef sbRECEIVE_COMPLETED_FROM_ISR
#define sbRECEIVE_COMPLETED_FROM_ISR(stream, woken)			\
	stream_wake_isr(&(stream)->senders, (woken))
#endif

static inline bool stream_call(stream_t *stream,
			       StreamBufferCallbackFunction_t callback,
			       BaseType_t isr, BaseType_t *woken)
{
	if (!configUSE_SB_COMPLETED_CALLBACK || likely(!callback))
		return false;
	callback(stream, isr, woken);
	return true;
}

static inline void stream_sent(stream_t *stream)
{
	if (!stream_call(stream, stream->send_completed, pdFALSE, NULL))
		sbSEND_COMPLETED(stream);
}

static inline void stream_received(stream_t *stream)
{
	if (!stream_call(stream, stream->receive_completed, pdFALSE, NULL))
		sbRECEIVE_COMPLETED(stream);
}

static void stream_sent_isr(stream_t *stream, BaseType_t *woken)
{
	if (!stream_call(stream, stream->send_completed, pdTRUE, woken))
		sbSEND_COMPLETE_FROM_ISR(stream, woken);
}

static void stream_received_isr(stream_t *stream, BaseType_t *woken)
{
	if (!stream_call(stream, stream->receive_completed, pdTRUE, woken))
		sbRECEIVE_COMPLETED_FROM_ISR(stream, woken);
}

/* ---- Sending ---- */

/*
 * Wait for @p required bytes of space. False: the buffer is gone. Whether
 * there is space now, the caller sees for himself.
 */
static __noinline bool stream_await_space(stream_t *stream, uint32_t required,
					  TickType_t ticks)
{
	uint8_t *state = &shim_task_current()->notify_state[stream->index];
	__snsec until = shim_deadline(ticks);
	unsigned long flags;
	uint8_t how;

	SHIM_RULE(!shim_suspended, "xStreamBufferSend",
		  "would wait while the scheduler is suspended");
	SHIM_RULE(shim_list_empty(&stream->senders), "xStreamBufferSend",
		  "another task waits to send");
	flags = ukplat_lcpu_save_irqf();
	while (ring_space(stream) < required) {
		if (stream_wait(&stream->senders, state, until)
		    == SHIM_DELETED) {
			*state = SHIM_NOTIFY_IDLE;
			ukplat_lcpu_restore_irqf(flags);
			return false;
		}
		how = *state;
		*state = SHIM_NOTIFY_IDLE;
		/* Not notified, by whomever: the time is up, or the wait was
		 * aborted. (Resuming a suspended task leaves it idle.)
		 */
		if (how == SHIM_NOTIFY_WAITING
		    || (until && (__nsec)until <= ukplat_monotonic_clock()))
			break;
	}
	ukplat_lcpu_restore_irqf(flags);
	return true;
}

/* Bytes as many as fit. The number that went in. */
static inline uint32_t stream_put(stream_t *stream, const void *data,
				  size_t size)
{
	uint32_t space = ring_space(stream);
	uint32_t count = size < space ? (uint32_t)size : space;

	if (count)
		ring_publish(&stream->head, ring_put(stream, stream->head,
						     data, count));
	return count;
}

/* A message with its length before it, or nothing. */
static inline uint32_t message_put(stream_t *stream, const void *data,
				   uint32_t size)
{
	length_word_t word = (length_word_t)size;
	uint32_t at;

	if (size == 0 || ring_space(stream) < size + LENGTH_WORD)
		return 0;
	at = ring_put(stream, stream->head, &word, LENGTH_WORD);
	ring_publish(&stream->head, ring_put(stream, at, data, size));
	return size;
}

/* Whether a message of @p size could ever go in. */
static inline bool message_fits(const stream_t *stream, size_t size)
{
	return size < stream->length
	       && size + LENGTH_WORD < stream->length
	       && (length_word_t)size == size;
}

static __noinline size_t message_send(stream_t *stream, const void *data,
				      size_t size, TickType_t ticks)
{
	uint32_t required = (uint32_t)size + LENGTH_WORD;

	if (!message_fits(stream, size))
		return 0;
	if (ticks && ring_space(stream) < required
	    && !stream_await_space(stream, required, ticks))
		return 0;
	return message_put(stream, data, (uint32_t)size);
}

size_t shim_stream_send(StreamBufferHandle_t stream, const void *data,
			size_t size, TickType_t ticks)
{
	size_t sent;

	if (stream->flags & STREAM_MESSAGES) {
		sent = message_send(stream, data, size, ticks);
	} else {
		uint32_t most = stream->length - 1;
		uint32_t required = size < most ? (uint32_t)size : most;

		if (ticks && unlikely(ring_space(stream) < required)
		    && !stream_await_space(stream, required, ticks))
			return 0;
		sent = stream_put(stream, data, size);
	}
	if (likely(sent) && ring_bytes(stream) >= stream->trigger)
		stream_sent(stream);
	return sent;
}

size_t shim_stream_send_isr(StreamBufferHandle_t stream, const void *data,
			    size_t size, BaseType_t *woken)
{
	size_t sent;

	if (!(stream->flags & STREAM_MESSAGES))
		sent = stream_put(stream, data, size);
	else if (message_fits(stream, size))
		sent = message_put(stream, data, (uint32_t)size);
	else
		sent = 0;
	if (sent && ring_bytes(stream) >= stream->trigger)
		stream_sent_isr(stream, woken);
	return sent;
}

BaseType_t shim_stream_send_completed_isr(StreamBufferHandle_t stream,
					  BaseType_t *woken)
{
	return stream_wake_isr(&stream->receivers, woken);
}

/* ---- Receiving ---- */

/*
 * Wait for bytes, once: as in FreeRTOS, any notification ends it. False: the
 * buffer is gone.
 */
static __noinline bool stream_await_bytes(stream_t *stream, TickType_t ticks)
{
	uint8_t *state = &shim_task_current()->notify_state[stream->index];
	enum shim_wake how = SHIM_WOKEN;
	unsigned long flags;

	SHIM_RULE(!shim_suspended, "xStreamBufferReceive",
		  "would wait while the scheduler is suspended");
	SHIM_RULE(shim_list_empty(&stream->receivers), "xStreamBufferReceive",
		  "another task waits to receive");
	flags = ukplat_lcpu_save_irqf();
	if (likely(ring_bytes(stream) < stream->least)) {
		how = stream_wait(&stream->receivers, state,
				  shim_deadline(ticks));
		*state = SHIM_NOTIFY_IDLE;
	}
	ukplat_lcpu_restore_irqf(flags);
	return how != SHIM_DELETED;
}

/* A message that does not fit into @p size bytes stays. */
static __noinline uint32_t message_get(stream_t *stream, void *data,
				       size_t size)
{
	uint32_t at;
	length_word_t length = message_length(stream, &at);

	if (length > size)
		return 0;
	ring_publish(&stream->tail, ring_get(stream, at, data,
					     (uint32_t)length));
	return (uint32_t)length;
}

/* Take what is there: @p bytes, not 0. */
static inline uint32_t stream_get(stream_t *stream, void *data, size_t size,
				  uint32_t bytes)
{
	uint32_t count = size < bytes ? (uint32_t)size : bytes;

	if (stream->flags & STREAM_MESSAGES)
		return message_get(stream, data, size);
	if (count)
		ring_publish(&stream->tail, ring_get(stream, stream->tail,
						     data, count));
	return count;
}

size_t shim_stream_receive(StreamBufferHandle_t stream, void *data,
			   size_t size, TickType_t ticks)
{
	uint32_t bytes = ring_bytes(stream);
	uint32_t got;

	if (unlikely(bytes < stream->least)) {
		if (!ticks || !stream_await_bytes(stream, ticks))
			return 0;
		bytes = ring_bytes(stream);
		if (bytes < stream->least)
			return 0;
	}
	got = stream_get(stream, data, size, bytes);
	if (likely(got))
		stream_received(stream);
	return got;
}

size_t shim_stream_receive_isr(StreamBufferHandle_t stream, void *data,
			       size_t size, BaseType_t *woken)
{
	uint32_t bytes = ring_bytes(stream);
	uint32_t got = 0;

	/* As in FreeRTOS, an interrupt does not wait for a whole batch. */
	if (bytes)
		got = stream_get(stream, data, size, bytes);
	if (got)
		stream_received_isr(stream, woken);
	return got;
}

BaseType_t shim_stream_receive_completed_isr(StreamBufferHandle_t stream,
					     BaseType_t *woken)
{
	return stream_wake_isr(&stream->senders, woken);
}
