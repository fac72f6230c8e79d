/* SPDX-License-Identifier: BSD-3-Clause */
/* Stream buffers. */
#include "groups.h"
#include "stream_buffer.h"

#define SIZE	16

static StaticStreamBuffer_t static_memory;
static uint8_t static_bytes[SIZE + 1];

static StreamBufferHandle_t make(bool is_static, size_t trigger)
{
	StreamBufferHandle_t s = is_static
		? xStreamBufferCreateStatic(SIZE + 1, trigger, static_bytes,
					    &static_memory)
		: xStreamBufferCreate(SIZE, trigger);

	CHECK(s != NULL);
	return s;
}

struct user {
	StreamBufferHandle_t s;
	size_t length;
	TickType_t ticks;
	size_t result;
	uint8_t bytes[SIZE];
	char mark;
};

static void receive(void *arg)
{
	struct user *u = arg;

	u->result = xStreamBufferReceive(u->s, u->bytes, u->length, u->ticks);
	trace(u->mark);
}

static void send(void *arg)
{
	struct user *u = arg;

	u->result = xStreamBufferSend(u->s, u->bytes, u->length, u->ticks);
	trace(u->mark);
}

static size_t put(StreamBufferHandle_t s, const char *text)
{
	return xStreamBufferSend(s, text, strlen(text), 0);
}

/* The next bytes are @p text. */
static bool get(StreamBufferHandle_t s, const char *text)
{
	uint8_t bytes[SIZE] = { 0 };

	return xStreamBufferReceive(s, bytes, strlen(text), 0) == strlen(text)
	       && !memcmp(bytes, text, strlen(text));
}

/* ---- Without waiting ---- */

static void bytes_keep_their_order(bool is_static)
{
	StreamBufferHandle_t s = make(is_static, 1);
	unsigned int i;

	/* More rounds than the ring is long */
	for (i = 0; i < 20; i++) {
		CHECK(put(s, "abcde") == 5);
		CHECK(put(s, "fghij") == 5);
		CHECK(get(s, "abc"));
		CHECK(get(s, "defghij"));
	}
	vStreamBufferDelete(s);
}
DYNAMIC_AND_STATIC(bytes_keep_their_order)

static void it_tells_what_is_in_it(bool is_static)
{
	StreamBufferHandle_t s = make(is_static, 1);

	CHECK(xStreamBufferIsEmpty(s) == pdTRUE);
	CHECK(xStreamBufferSpacesAvailable(s) == SIZE);
	put(s, "0123456789");
	CHECK(xStreamBufferIsEmpty(s) == pdFALSE);
	CHECK(xStreamBufferBytesAvailable(s) == 10);
	CHECK(xStreamBufferSpacesAvailable(s) == 6);
	CHECK(xStreamBufferIsFull(s) == pdFALSE);
	/* What has no room is left out. */
	CHECK(put(s, "0123456789") == 6);
	CHECK(xStreamBufferIsFull(s) == pdTRUE);
	CHECK(put(s, "x") == 0);
	vStreamBufferDelete(s);
}
DYNAMIC_AND_STATIC(it_tells_what_is_in_it)

static void reset_empties(bool is_static)
{
	StreamBufferHandle_t s = make(is_static, 1);

	put(s, "abc");
	CHECK(xStreamBufferReset(s) == pdPASS);
	CHECK(xStreamBufferIsEmpty(s) == pdTRUE);
	put(s, "xyz");
	CHECK(get(s, "xyz"));
	vStreamBufferDelete(s);
}
DYNAMIC_AND_STATIC(reset_empties)

static void it_is_not_reset_while_somebody_waits(void)
{
	struct user u = { .s = make(false, 1), .length = 1,
			  .ticks = portMAX_DELAY, .mark = 'r' };

	trace_reset();
	worker(receive, &u, HIGH);
	CHECK(xStreamBufferReset(u.s) == pdFAIL);
	put(u.s, "a");
	CHECK(trace_is("r") && u.result == 1);
	CHECK(xStreamBufferReset(u.s) == pdPASS);
	vStreamBufferDelete(u.s);
}

/* ---- Waiting ---- */

static void waiting_times_out(bool is_static)
{
	StreamBufferHandle_t s = make(is_static, 1);
	uint8_t bytes[SIZE] = { 0 };
	TickType_t begin = tick_edge();

	CHECK(xStreamBufferReceive(s, bytes, 4, 5) == 0);
	CHECK_ELAPSED(begin, 5);
	put(s, "0123456789");
	/* As much as fits goes in all the same. */
	CHECK(xStreamBufferSend(s, bytes, 10, 3) == 6);
	CHECK_ELAPSED(begin, 8);
	CHECK(xStreamBufferSend(s, bytes, 1, 2) == 0);
	CHECK_ELAPSED(begin, 10);
	vStreamBufferDelete(s);
}
DYNAMIC_AND_STATIC(waiting_times_out)

static void a_reader_wakes_at_the_trigger_level(bool is_static)
{
	struct user u = { .s = make(is_static, 4), .length = 10,
			  .ticks = portMAX_DELAY, .mark = 'r' };

	trace_reset();
	worker(receive, &u, HIGH);
	put(u.s, "abc");
	CHECK(trace_is(""));
	trace('a');
	put(u.s, "de");
	trace('b');
	CHECK(trace_is("arb"));
	CHECK(u.result == 5 && !memcmp(u.bytes, "abcde", 5));
	vStreamBufferDelete(u.s);
}
DYNAMIC_AND_STATIC(a_reader_wakes_at_the_trigger_level)

/* A reader that finds anything does not wait for the trigger level. */
static void what_is_there_is_read_at_once(void)
{
	StreamBufferHandle_t s = make(false, 4);
	uint8_t bytes[SIZE];
	TickType_t begin;

	put(s, "ab");
	begin = tick_edge();
	CHECK(xStreamBufferReceive(s, bytes, 8, 5) == 2);
	CHECK_ELAPSED(begin, 0);
	vStreamBufferDelete(s);
}

static void less_than_the_trigger_level_comes_at_the_timeout(void)
{
	struct user u = { .s = make(false, 4), .length = 10, .ticks = 20,
			  .mark = 'r' };

	trace_reset();
	worker(receive, &u, HIGH);
	put(u.s, "abc");
	CHECK(trace_is(""));
	AWAIT(trace_is("r"));
	CHECK(u.result == 3 && !memcmp(u.bytes, "abc", 3));
	vStreamBufferDelete(u.s);
}

static void the_trigger_level_can_be_changed(void)
{
	StreamBufferHandle_t s = make(false, 1);
	struct user u = { .s = s, .length = 10, .ticks = portMAX_DELAY,
			  .mark = 'r' };

	CHECK(xStreamBufferSetTriggerLevel(s, SIZE) == pdTRUE);
	CHECK(xStreamBufferSetTriggerLevel(s, SIZE + 2) == pdFALSE);
	/* 0 is 1 */
	CHECK(xStreamBufferSetTriggerLevel(s, 0) == pdTRUE);
	trace_reset();
	worker(receive, &u, HIGH);
	put(s, "a");
	CHECK(trace_is("r") && u.result == 1);
	vStreamBufferDelete(s);
}

static void a_writer_waits_for_room(bool is_static)
{
	struct user u = { .s = make(is_static, 1), .length = 5,
			  .ticks = portMAX_DELAY, .mark = 's',
			  .bytes = "ABCDE" };

	trace_reset();
	put(u.s, "0123456789abcdef");
	worker(send, &u, HIGH);
	CHECK(trace_is(""));
	CHECK(get(u.s, "01"));
	CHECK(trace_is(""));
	CHECK(get(u.s, "23456"));
	CHECK(trace_is("s") && u.result == 5);
	CHECK(get(u.s, "789abcdef"));
	CHECK(get(u.s, "ABCDE"));
	vStreamBufferDelete(u.s);
}
DYNAMIC_AND_STATIC(a_writer_waits_for_room)

static void ffffffff_ticks_are_long(void)
{
	struct user u = { .s = make(false, 1), .length = 1,
			  .ticks = 0xffffffffUL, .mark = 'r' };

	trace_reset();
	worker(receive, &u, HIGH);
	vTaskDelay(50);
	CHECK(trace_is(""));
	put(u.s, "a");
	CHECK(trace_is("r") && u.result == 1);
	vStreamBufferDelete(u.s);
}

/* It waits by a notification: the others are left alone. */
static void its_notification_index_can_be_chosen(void)
{
	struct user u = { .s = make(false, 1), .length = 1,
			  .ticks = portMAX_DELAY, .mark = 'r' };
	TaskHandle_t task;

	CHECK(uxStreamBufferGetStreamBufferNotificationIndex(u.s) == 0);
	vStreamBufferSetStreamBufferNotificationIndex(u.s, 2);
	CHECK(uxStreamBufferGetStreamBufferNotificationIndex(u.s) == 2);
	trace_reset();
	task = worker(receive, &u, HIGH);
	xTaskNotifyGiveIndexed(task, 0);
	CHECK(trace_is(""));
	put(u.s, "a");
	CHECK(trace_is("r") && u.result == 1);
	vStreamBufferDelete(u.s);
}

/* ---- Interrupts ---- */

struct at_interrupt {
	StreamBufferHandle_t s;
	size_t result;
	BaseType_t woken;
	char bytes[SIZE + 4];
};

static BaseType_t send_isr(void *arg)
{
	struct at_interrupt *at = arg;

	at->result = xStreamBufferSendFromISR(at->s, at->bytes,
					      strlen(at->bytes), &at->woken);
	return at->woken;
}

static void an_interrupt_sends(bool is_static)
{
	struct user u = { .s = make(is_static, 3), .length = SIZE,
			  .ticks = portMAX_DELAY, .mark = 'r' };
	struct at_interrupt at = { .s = u.s, .bytes = "ab" };

	trace_reset();
	worker(receive, &u, HIGH);
	in_interrupt(send_isr, &at);
	CHECK(at.result == 2 && at.woken == pdFALSE);
	CHECK(trace_is(""));
	trace('a');
	in_interrupt(send_isr, &at);
	trace('b');
	CHECK(trace_is("arb"));
	CHECK(at.result == 2 && at.woken == pdTRUE);
	CHECK(u.result == 4 && !memcmp(u.bytes, "abab", 4));
	/* What has no room is left out. */
	strncpy(at.bytes, "0123456789abcdefgh", sizeof(at.bytes));
	in_interrupt(send_isr, &at);
	CHECK(at.result == SIZE);
	vStreamBufferDelete(u.s);
}
DYNAMIC_AND_STATIC(an_interrupt_sends)

static BaseType_t receive_isr(void *arg)
{
	struct at_interrupt *at = arg;

	at->result = xStreamBufferReceiveFromISR(at->s, at->bytes, 6,
						 &at->woken);
	return at->woken;
}

static void an_interrupt_receives(bool is_static)
{
	struct user u = { .s = make(is_static, 1), .length = 4,
			  .ticks = portMAX_DELAY, .mark = 's',
			  .bytes = "WXYZ" };
	struct at_interrupt at = { .s = u.s };

	in_interrupt(receive_isr, &at);
	CHECK(at.result == 0 && at.woken == pdFALSE);
	trace_reset();
	put(u.s, "0123456789abcdef");
	worker(send, &u, HIGH);
	trace('a');
	in_interrupt(receive_isr, &at);
	trace('b');
	CHECK(trace_is("asb"));
	CHECK(at.result == 6 && !memcmp(at.bytes, "012345", 6));
	CHECK(at.woken == pdTRUE && u.result == 4);
	vStreamBufferDelete(u.s);
}
DYNAMIC_AND_STATIC(an_interrupt_receives)

static BaseType_t completed_isr(void *arg)
{
	struct at_interrupt *at = arg;

	at->result = (size_t)xStreamBufferSendCompletedFromISR(at->s,
							       &at->woken);
	return at->woken;
}

static void an_interrupt_tells_that_all_was_sent(void)
{
	struct user u = { .s = make(false, 8), .length = SIZE,
			  .ticks = portMAX_DELAY, .mark = 'r' };
	struct at_interrupt at = { .s = u.s };

	in_interrupt(completed_isr, &at);
	CHECK(at.result == (size_t)pdFALSE);
	trace_reset();
	worker(receive, &u, HIGH);
	put(u.s, "abc");
	CHECK(trace_is(""));
	in_interrupt(completed_isr, &at);
	CHECK(at.result == (size_t)pdTRUE && at.woken == pdTRUE);
	CHECK(trace_is("r") && u.result == 3);
	vStreamBufferDelete(u.s);
}

static BaseType_t reset_isr(void *arg)
{
	struct at_interrupt *at = arg;

	at->result = (size_t)xStreamBufferResetFromISR(at->s);
	return pdFALSE;
}

static void an_interrupt_resets(void)
{
	struct at_interrupt at = { .s = make(false, 1) };

	put(at.s, "abc");
	in_interrupt(reset_isr, &at);
	CHECK(at.result == (size_t)pdPASS);
	CHECK(xStreamBufferIsEmpty(at.s) == pdTRUE);
	vStreamBufferDelete(at.s);
}

/* ---- Callbacks ---- */

static void on_sent(StreamBufferHandle_t s, BaseType_t is_isr,
		    BaseType_t *const woken)
{
	(void)s;
	(void)woken;
	trace(is_isr ? 'I' : 'S');
}

static void on_received(StreamBufferHandle_t s, BaseType_t is_isr,
			BaseType_t *const woken)
{
	(void)s;
	(void)woken;
	trace(is_isr ? 'J' : 'R');
}

/* They come instead of the wake-up. */
static void callbacks_are_called(bool is_static)
{
	StreamBufferHandle_t s = is_static
		? xStreamBufferCreateStaticWithCallback(
			SIZE + 1, 2, static_bytes, &static_memory, on_sent,
			on_received)
		: xStreamBufferCreateWithCallback(SIZE, 2, on_sent,
						  on_received);
	struct at_interrupt at = { .s = s, .bytes = "cd" };

	REQUIRE(s);
	trace_reset();
	put(s, "a");
	CHECK(trace_is(""));
	put(s, "b");
	CHECK(trace_is("S"));
	in_interrupt(send_isr, &at);
	CHECK(trace_is("SI"));
	CHECK(get(s, "ab"));
	CHECK(trace_is("SIR"));
	in_interrupt(receive_isr, &at);
	CHECK(trace_is("SIRJ"));
	vStreamBufferDelete(s);
}
DYNAMIC_AND_STATIC(callbacks_are_called)

/* ---- Ends ---- */

static void a_waiting_task_can_be_deleted(bool is_static)
{
	struct user u = { .s = make(is_static, 1), .length = 1,
			  .ticks = 10, .mark = '!' };

	trace_reset();
	worker_delete(worker(receive, &u, HIGH));
	vTaskDelay(20);
	CHECK(trace_is(""));
	vStreamBufferDelete(u.s);
}
DYNAMIC_AND_STATIC(a_waiting_task_can_be_deleted)

static void a_static_stream_allocates_nothing(void)
{
	size_t before = xPortGetFreeHeapSize();
	StreamBufferHandle_t s = make(true, 1);
	StaticStreamBuffer_t *memory = NULL;
	uint8_t *bytes = NULL;

	put(s, "abc");
	CHECK(xPortGetFreeHeapSize() == before);
	CHECK(xStreamBufferGetStaticBuffers(s, &bytes, &memory) == pdTRUE);
	CHECK(memory == &static_memory && bytes == static_bytes);
	vStreamBufferDelete(s);
	CHECK(xPortGetFreeHeapSize() == before);
}

const struct conformance_case stream_cases[] = {
	BOTH(bytes_keep_their_order),
	BOTH(it_tells_what_is_in_it),
	BOTH(reset_empties),
	CASE(it_is_not_reset_while_somebody_waits),
	BOTH(waiting_times_out),
	BOTH(a_reader_wakes_at_the_trigger_level),
	CASE(what_is_there_is_read_at_once),
	CASE(less_than_the_trigger_level_comes_at_the_timeout),
	CASE(the_trigger_level_can_be_changed),
	BOTH(a_writer_waits_for_room),
	CASE(ffffffff_ticks_are_long),
	CASE(its_notification_index_can_be_chosen),
	BOTH(an_interrupt_sends),
	BOTH(an_interrupt_receives),
	CASE(an_interrupt_tells_that_all_was_sent),
	CASE(an_interrupt_resets),
	BOTH(callbacks_are_called),
	BOTH(a_waiting_task_can_be_deleted),
	CASE(a_static_stream_allocates_nothing),
	END_OF_CASES
};
