/* SPDX-License-Identifier: BSD-3-Clause */
/* Message buffers: whole messages; and batching buffers. */
#include "groups.h"
#include "message_buffer.h"
#include "stream_buffer.h"

/* Room for three messages of 8 bytes, each with its length before it. */
#define HEADER	sizeof(configMESSAGE_BUFFER_LENGTH_TYPE)
#define SIZE	(3 * (8 + HEADER))

static StaticMessageBuffer_t static_memory;
static uint8_t static_bytes[SIZE + 1];

static MessageBufferHandle_t make(bool is_static)
{
	MessageBufferHandle_t m = is_static
		? xMessageBufferCreateStatic(SIZE + 1, static_bytes,
					     &static_memory)
		: xMessageBufferCreate(SIZE);

	CHECK(m != NULL);
	return m;
}

struct user {
	MessageBufferHandle_t m;
	size_t length;
	TickType_t ticks;
	size_t result;
	char bytes[16];
	char mark;
};

static void receive(void *arg)
{
	struct user *u = arg;

	u->result = xMessageBufferReceive(u->m, u->bytes, u->length, u->ticks);
	trace(u->mark);
}

static void send(void *arg)
{
	struct user *u = arg;

	u->result = xMessageBufferSend(u->m, u->bytes, u->length, u->ticks);
	trace(u->mark);
}

static size_t put(MessageBufferHandle_t m, const char *text)
{
	return xMessageBufferSend(m, text, strlen(text), 0);
}

static bool get(MessageBufferHandle_t m, const char *text)
{
	char bytes[16] = { 0 };

	return xMessageBufferReceive(m, bytes, sizeof(bytes), 0)
		== strlen(text) && !memcmp(bytes, text, strlen(text));
}

/* ---- Messages ---- */

static void messages_stay_whole(bool is_static)
{
	MessageBufferHandle_t m = make(is_static);
	unsigned int i;

	for (i = 0; i < 20; i++) {
		CHECK(put(m, "one") == 3);
		CHECK(put(m, "twotwo") == 6);
		CHECK(xMessageBufferNextLengthBytes(m) == 3);
		CHECK(get(m, "one"));
		CHECK(xMessageBufferNextLengthBytes(m) == 6);
		CHECK(get(m, "twotwo"));
		CHECK(xMessageBufferNextLengthBytes(m) == 0);
		CHECK(get(m, ""));
	}
	vMessageBufferDelete(m);
}
DYNAMIC_AND_STATIC(messages_stay_whole)

static void it_tells_what_is_in_it(bool is_static)
{
	MessageBufferHandle_t m = make(is_static);

	CHECK(xMessageBufferIsEmpty(m) == pdTRUE);
	CHECK(xMessageBufferSpacesAvailable(m) == SIZE);
	CHECK(xMessageBufferSpaceAvailable(m) == SIZE);
	put(m, "12345678");
	CHECK(xMessageBufferIsEmpty(m) == pdFALSE);
	CHECK(xMessageBufferSpacesAvailable(m) == SIZE - 8 - HEADER);
	put(m, "12345678");
	CHECK(xMessageBufferIsFull(m) == pdFALSE);
	put(m, "12345678");
	CHECK(xMessageBufferIsFull(m) == pdTRUE);
	CHECK(xMessageBufferSpacesAvailable(m) == 0);
	vMessageBufferDelete(m);
}
DYNAMIC_AND_STATIC(it_tells_what_is_in_it)

/* All or nothing, when it comes in and when it goes out */
static void what_does_not_fit_is_refused(bool is_static)
{
	MessageBufferHandle_t m = make(is_static);
	char bytes[4];

	put(m, "12345678");
	put(m, "12345678");
	CHECK(put(m, "123456789") == 0);
	CHECK(put(m, "12345678") == 8);
	CHECK(put(m, "1") == 0);
	CHECK(xMessageBufferReceive(m, bytes, sizeof(bytes), 0) == 0);
	CHECK(get(m, "12345678"));
	vMessageBufferDelete(m);
}
DYNAMIC_AND_STATIC(what_does_not_fit_is_refused)

static void what_can_never_fit_does_not_wait(void)
{
	MessageBufferHandle_t m = make(false);
	static const char large[SIZE + 8];
	TickType_t begin = tick_edge();

	CHECK(xMessageBufferSend(m, large, sizeof(large), 5) == 0);
	CHECK_ELAPSED(begin, 0);
	vMessageBufferDelete(m);
}

static void reset_empties(bool is_static)
{
	MessageBufferHandle_t m = make(is_static);

	put(m, "abc");
	CHECK(xMessageBufferReset(m) == pdPASS);
	CHECK(xMessageBufferIsEmpty(m) == pdTRUE);
	put(m, "xyz");
	CHECK(get(m, "xyz"));
	vMessageBufferDelete(m);
}
DYNAMIC_AND_STATIC(reset_empties)

static void waiting_times_out(bool is_static)
{
	MessageBufferHandle_t m = make(is_static);
	TickType_t begin = tick_edge();
	char bytes[8] = { 0 };

	CHECK(xMessageBufferReceive(m, bytes, 8, 5) == 0);
	CHECK_ELAPSED(begin, 5);
	put(m, "12345678");
	put(m, "12345678");
	put(m, "12345678");
	CHECK(xMessageBufferSend(m, bytes, 8, 3) == 0);
	CHECK_ELAPSED(begin, 8);
	vMessageBufferDelete(m);
}
DYNAMIC_AND_STATIC(waiting_times_out)

static void a_reader_runs_when_a_message_comes(bool is_static)
{
	struct user u = { .m = make(is_static), .length = 16,
			  .ticks = portMAX_DELAY, .mark = 'r' };

	trace_reset();
	worker(receive, &u, HIGH);
	trace('a');
	put(u.m, "hello");
	trace('b');
	CHECK(trace_is("arb"));
	CHECK(u.result == 5 && !memcmp(u.bytes, "hello", 5));
	vMessageBufferDelete(u.m);
}
DYNAMIC_AND_STATIC(a_reader_runs_when_a_message_comes)

static void a_writer_waits_for_room_for_all_of_it(bool is_static)
{
	struct user u = { .m = make(is_static), .length = 12,
			  .ticks = portMAX_DELAY, .mark = 's',
			  .bytes = "ABCDEFGHIJKL" };

	trace_reset();
	put(u.m, "12345678");
	put(u.m, "23456781");
	worker(send, &u, HIGH);
	CHECK(trace_is(""));
	CHECK(get(u.m, "12345678"));
	CHECK(trace_is("s") && u.result == 12);
	CHECK(get(u.m, "23456781"));
	CHECK(get(u.m, "ABCDEFGHIJKL"));
	vMessageBufferDelete(u.m);
}
DYNAMIC_AND_STATIC(a_writer_waits_for_room_for_all_of_it)

/* ---- Interrupts ---- */

static BaseType_t send_isr(void *arg)
{
	struct user *u = arg;
	BaseType_t woken = pdFALSE;

	u->result = xMessageBufferSendFromISR(u->m, u->bytes, u->length,
					      &woken);
	u->ticks = woken == pdTRUE;
	return woken;
}

static BaseType_t receive_isr(void *arg)
{
	struct user *u = arg;
	BaseType_t woken = pdFALSE;

	u->result = xMessageBufferReceiveFromISR(u->m, u->bytes,
						 sizeof(u->bytes), &woken);
	u->ticks = woken == pdTRUE;
	return woken;
}

static void an_interrupt_sends(bool is_static)
{
	struct user u = { .m = make(is_static), .length = 16,
			  .ticks = portMAX_DELAY, .mark = 'r' };
	struct user at = { .m = u.m, .length = 5, .bytes = "hello" };

	trace_reset();
	worker(receive, &u, HIGH);
	trace('a');
	in_interrupt(send_isr, &at);
	trace('b');
	CHECK(trace_is("arb"));
	CHECK(at.result == 5 && at.ticks == 1);
	CHECK(u.result == 5 && !memcmp(u.bytes, "hello", 5));
	vMessageBufferDelete(u.m);
}
DYNAMIC_AND_STATIC(an_interrupt_sends)

static void an_interrupt_receives(bool is_static)
{
	struct user u = { .m = make(is_static), .length = 8,
			  .ticks = portMAX_DELAY, .mark = 's',
			  .bytes = "ABCDEFGH" };
	struct user at = { .m = u.m };

	in_interrupt(receive_isr, &at);
	CHECK(at.result == 0);
	trace_reset();
	put(u.m, "12345678");
	put(u.m, "23456781");
	put(u.m, "34567812");
	worker(send, &u, HIGH);
	trace('a');
	in_interrupt(receive_isr, &at);
	trace('b');
	CHECK(trace_is("asb"));
	CHECK(at.result == 8 && !memcmp(at.bytes, "12345678", 8));
	CHECK(at.ticks == 1 && u.result == 8);
	vMessageBufferDelete(u.m);
}
DYNAMIC_AND_STATIC(an_interrupt_receives)

static void a_waiting_task_can_be_deleted(bool is_static)
{
	struct user u = { .m = make(is_static), .length = 8, .ticks = 10,
			  .mark = '!' };

	trace_reset();
	worker_delete(worker(receive, &u, HIGH));
	vTaskDelay(20);
	CHECK(trace_is(""));
	vMessageBufferDelete(u.m);
}
DYNAMIC_AND_STATIC(a_waiting_task_can_be_deleted)

static void a_static_buffer_allocates_nothing(void)
{
	size_t before = xPortGetFreeHeapSize();
	MessageBufferHandle_t m = make(true);
	StaticMessageBuffer_t *memory = NULL;
	uint8_t *bytes = NULL;

	put(m, "abc");
	CHECK(xPortGetFreeHeapSize() == before);
	CHECK(xMessageBufferGetStaticBuffers(m, &bytes, &memory) == pdTRUE);
	CHECK(memory == &static_memory && bytes == static_bytes);
	vMessageBufferDelete(m);
	CHECK(xPortGetFreeHeapSize() == before);
}

/* ---- Batching buffers: nothing below the trigger level ---- */

static StreamBufferHandle_t batching(bool is_static)
{
	StreamBufferHandle_t s = is_static
		? xStreamBatchingBufferCreateStatic(SIZE + 1, 4, static_bytes,
						    &static_memory)
		: xStreamBatchingBufferCreate(SIZE, 4);

	CHECK(s != NULL);
	return s;
}

static void receive_batch(void *arg)
{
	struct user *u = arg;

	u->result = xStreamBufferReceive(u->m, u->bytes, u->length, u->ticks);
	trace(u->mark);
}

static void a_batch_is_waited_for(bool is_static)
{
	struct user u = { .m = batching(is_static), .length = 16,
			  .ticks = portMAX_DELAY, .mark = 'r' };

	trace_reset();
	xStreamBufferSend(u.m, "ab", 2, 0);
	/* A stream buffer would give these two. */
	worker(receive_batch, &u, HIGH);
	CHECK(trace_is(""));
	xStreamBufferSend(u.m, "cde", 3, 0);
	CHECK(trace_is("r"));
	CHECK(u.result == 5 && !memcmp(u.bytes, "abcde", 5));
	vStreamBufferDelete(u.m);
}
DYNAMIC_AND_STATIC(a_batch_is_waited_for)

static void less_than_a_batch_times_out(bool is_static)
{
	StreamBufferHandle_t s = batching(is_static);
	TickType_t begin = tick_edge();
	char bytes[16];

	xStreamBufferSend(s, "ab", 2, 0);
	CHECK(xStreamBufferReceive(s, bytes, 16, 5) == 0);
	CHECK_ELAPSED(begin, 5);
	CHECK(xStreamBufferReceive(s, bytes, 16, 0) == 0);
	CHECK(xStreamBufferBytesAvailable(s) == 2);
	xStreamBufferSend(s, "cde", 3, 0);
	CHECK(xStreamBufferReceive(s, bytes, 16, 0) == 5);
	vStreamBufferDelete(s);
}
DYNAMIC_AND_STATIC(less_than_a_batch_times_out)

const struct conformance_case message_cases[] = {
	BOTH(messages_stay_whole),
	BOTH(it_tells_what_is_in_it),
	BOTH(what_does_not_fit_is_refused),
	CASE(what_can_never_fit_does_not_wait),
	BOTH(reset_empties),
	BOTH(waiting_times_out),
	BOTH(a_reader_runs_when_a_message_comes),
	BOTH(a_writer_waits_for_room_for_all_of_it),
	BOTH(an_interrupt_sends),
	BOTH(an_interrupt_receives),
	BOTH(a_waiting_task_can_be_deleted),
	CASE(a_static_buffer_allocates_nothing),
	BOTH(a_batch_is_waited_for),
	BOTH(less_than_a_batch_times_out),
	END_OF_CASES
};
