/* SPDX-License-Identifier: BSD-3-Clause */
/* Queues, in memory of the heap's and of the caller's. */
#include "groups.h"
#include "queue.h"

#define LENGTH	3

static StaticQueue_t static_queue;
static uint8_t static_items[LENGTH * sizeof(uint32_t)];

static QueueHandle_t make(bool is_static, UBaseType_t length)
{
	QueueHandle_t q;

	if (is_static)
		q = xQueueCreateStatic(length, sizeof(uint32_t), static_items,
				       &static_queue);
	else
		q = xQueueCreate(length, sizeof(uint32_t));
	CHECK(q != NULL);
	return q;
}

/* Waits for ever in workers are all right: the case ends them. */
static BaseType_t send(QueueHandle_t q, uint32_t item, TickType_t ticks)
{
	return xQueueSend(q, &item, ticks);
}

static uint32_t receive(QueueHandle_t q, TickType_t ticks)
{
	uint32_t item = 0;

	return xQueueReceive(q, &item, ticks) == pdPASS ? item : 0;
}

/* ---- Without waiting ---- */

static void items_keep_their_order(bool is_static)
{
	QueueHandle_t q = make(is_static, LENGTH);
	uint32_t i;

	/* More rounds than the ring is long */
	for (i = 1; i < 20; i += 2) {
		CHECK(send(q, i, 0) == pdPASS);
		CHECK(xQueueSendToBack(q, &(uint32_t){ i + 1 }, 0) == pdPASS);
		CHECK(uxQueueMessagesWaiting(q) == 2);
		CHECK(uxQueueSpacesAvailable(q) == 1);
		CHECK(receive(q, 0) == i);
		CHECK(receive(q, 0) == i + 1);
	}
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(items_keep_their_order)

static void the_front_comes_first(bool is_static)
{
	QueueHandle_t q = make(is_static, LENGTH);

	send(q, 2, 0);
	send(q, 3, 0);
	CHECK(xQueueSendToFront(q, &(uint32_t){ 1 }, 0) == pdPASS);
	CHECK(xQueueSendToFront(q, &(uint32_t){ 9 }, 0) == errQUEUE_FULL);
	CHECK(receive(q, 0) == 1);
	CHECK(receive(q, 0) == 2);
	CHECK(receive(q, 0) == 3);
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(the_front_comes_first)

static void a_full_queue_refuses(bool is_static)
{
	QueueHandle_t q = make(is_static, 2);

	CHECK(send(q, 1, 0) == pdPASS);
	CHECK(send(q, 2, 0) == pdPASS);
	CHECK(send(q, 3, 0) == errQUEUE_FULL);
	CHECK(receive(q, 0) == 1);
	CHECK(receive(q, 0) == 2);
	CHECK(receive(q, 0) == 0);
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(a_full_queue_refuses)

static void overwrite_replaces_the_one_item(bool is_static)
{
	QueueHandle_t q = make(is_static, 1);
	uint32_t item = 0;

	CHECK(xQueueOverwrite(q, &(uint32_t){ 1 }) == pdPASS);
	CHECK(xQueueOverwrite(q, &(uint32_t){ 2 }) == pdPASS);
	CHECK(uxQueueMessagesWaiting(q) == 1);
	CHECK(xQueuePeek(q, &item, 0) == pdPASS && item == 2);
	CHECK(receive(q, 0) == 2);
	CHECK(xQueuePeek(q, &item, 0) == errQUEUE_EMPTY);
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(overwrite_replaces_the_one_item)

static void a_queue_tells_its_size(bool is_static)
{
	QueueHandle_t q = make(is_static, 2);

	CHECK(uxQueueGetQueueLength(q) == 2);
	CHECK(uxQueueGetQueueItemSize(q) == sizeof(uint32_t));
	CHECK(uxQueueSpacesAvailable(q) == 2);
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(a_queue_tells_its_size)

static void reset_empties(bool is_static)
{
	QueueHandle_t q = make(is_static, 2);

	send(q, 1, 0);
	send(q, 2, 0);
	CHECK(xQueueReset(q) == pdPASS);
	CHECK(uxQueueMessagesWaiting(q) == 0);
	CHECK(send(q, 3, 0) == pdPASS);
	CHECK(receive(q, 0) == 3);
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(reset_empties)

struct large {
	uint8_t bytes[37];
};

static void items_of_any_size_are_copied(void)
{
	QueueHandle_t q = xQueueCreate(2, sizeof(struct large));
	struct large a, b;
	unsigned int i;

	REQUIRE(q);
	for (i = 0; i < sizeof(a.bytes); i++)
		a.bytes[i] = (uint8_t)(3 * i + 1);
	b = a;
	xQueueSend(q, &a, 0);
	memset(&a, 0, sizeof(a));
	CHECK(xQueueReceive(q, &a, 0) == pdPASS);
	CHECK(!memcmp(&a, &b, sizeof(a)));
	vQueueDelete(q);
}

/* ---- Timeouts ---- */

static void waiting_times_out(bool is_static)
{
	QueueHandle_t q = make(is_static, 1);
	TickType_t begin = tick_edge();
	uint32_t item = 0;

	CHECK(xQueueReceive(q, &item, 4) == errQUEUE_EMPTY);
	CHECK_ELAPSED(begin, 4);
	CHECK(xQueuePeek(q, &item, 3) == errQUEUE_EMPTY);
	CHECK_ELAPSED(begin, 7);
	send(q, 1, 0);
	CHECK(send(q, 2, 5) == errQUEUE_FULL);
	CHECK_ELAPSED(begin, 12);
	CHECK(xQueueSendToFront(q, &item, 2) == errQUEUE_FULL);
	CHECK_ELAPSED(begin, 14);
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(waiting_times_out)

/* ---- Waiting ---- */

struct user {
	QueueHandle_t q;
	TickType_t ticks;
	uint32_t item;
	char mark;
};

static void receive_and_note(void *arg)
{
	struct user *u = arg;

	u->item = receive(u->q, u->ticks);
	trace(u->mark);
}

static void send_and_note(void *arg)
{
	struct user *u = arg;

	if (send(u->q, u->item, u->ticks) == pdPASS)
		trace(u->mark);
}

static void a_receiver_runs_when_something_is_sent(bool is_static)
{
	struct user u = { make(is_static, 1), portMAX_DELAY, 0, 'r' };

	trace_reset();
	worker(receive_and_note, &u, HIGH);
	trace('a');
	send(u.q, 5, 0);
	trace('b');
	CHECK(trace_is("arb"));
	CHECK(u.item == 5);
	settle();
	vQueueDelete(u.q);
}
DYNAMIC_AND_STATIC(a_receiver_runs_when_something_is_sent)

static void a_sender_runs_when_there_is_room(bool is_static)
{
	struct user u = { make(is_static, 1), portMAX_DELAY, 6, 's' };

	trace_reset();
	send(u.q, 5, 0);
	worker(send_and_note, &u, HIGH);
	trace('a');
	CHECK(receive(u.q, 0) == 5);
	trace('b');
	CHECK(trace_is("asb"));
	CHECK(receive(u.q, 0) == 6);
	settle();
	vQueueDelete(u.q);
}
DYNAMIC_AND_STATIC(a_sender_runs_when_there_is_room)

static void reset_lets_a_sender_run(void)
{
	struct user u = { make(false, 1), portMAX_DELAY, 6, 's' };

	trace_reset();
	send(u.q, 5, 0);
	worker(send_and_note, &u, HIGH);
	trace('a');
	xQueueReset(u.q);
	trace('b');
	CHECK(trace_is("asb"));
	CHECK(receive(u.q, 0) == 6);
	settle();
	vQueueDelete(u.q);
}

/* Highest first; equals in the order in which they came. */
static void receivers_are_served_by_priority(bool is_static)
{
	static const UBaseType_t priorities[] = { LOW, HIGH, LOW, HIGHER };
	QueueHandle_t q = make(is_static, 1);
	struct user u[4];
	uint32_t i;

	trace_reset();
	for (i = 0; i < 4; i++) {
		u[i] = (struct user){ q, portMAX_DELAY, 0, (char)('0' + i) };
		worker(receive_and_note, &u[i], priorities[i]);
		settle();
	}
	for (i = 1; i <= 4; i++) {
		send(q, i, 1000);
		settle();
	}
	CHECK(trace_is("3102"));
	CHECK(u[3].item == 1 && u[1].item == 2 && u[0].item == 3
	      && u[2].item == 4);
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(receivers_are_served_by_priority)

static void senders_are_served_by_priority(bool is_static)
{
	static const UBaseType_t priorities[] = { LOW, HIGH, LOW, HIGHER };
	QueueHandle_t q = make(is_static, 1);
	struct user u[4];
	uint32_t i;

	trace_reset();
	send(q, 99, 0);
	for (i = 0; i < 4; i++) {
		u[i] = (struct user){ q, portMAX_DELAY, i + 1,
				      (char)('0' + i) };
		worker(send_and_note, &u[i], priorities[i]);
		settle();
	}
	CHECK(receive(q, 0) == 99);
	CHECK(receive(q, 1000) == 4);
	CHECK(receive(q, 1000) == 2);
	CHECK(receive(q, 1000) == 1);
	CHECK(receive(q, 1000) == 3);
	settle();
	CHECK(trace_is("3102"));
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(senders_are_served_by_priority)

static void peek_and_note(void *arg)
{
	struct user *u = arg;

	if (xQueuePeek(u->q, &u->item, u->ticks) == pdPASS)
		trace(u->mark);
}

/* Peeking leaves the item: the next waiter has it too. */
static void peekers_do_not_take(void)
{
	QueueHandle_t q = make(false, 1);
	struct user first = { q, portMAX_DELAY, 0, 'p' };
	struct user second = { q, portMAX_DELAY, 0, 'q' };
	struct user third = { q, portMAX_DELAY, 0, 'r' };

	trace_reset();
	worker(peek_and_note, &first, HIGHER);
	worker(peek_and_note, &second, HIGH);
	worker(receive_and_note, &third, LOW);
	settle();
	send(q, 5, 0);
	settle();
	CHECK(trace_is("pqr"));
	CHECK(first.item == 5 && second.item == 5 && third.item == 5);
	CHECK(uxQueueMessagesWaiting(q) == 0);
	vQueueDelete(q);
}

static void a_waiter_that_timed_out_takes_nothing(void)
{
	struct user u = { make(false, 1), 3, 0, 'r' };

	trace_reset();
	worker(receive_and_note, &u, HIGH);
	AWAIT(trace_is("r"));
	send(u.q, 5, 0);
	CHECK(u.item == 0);
	CHECK(receive(u.q, 0) == 5);
	vQueueDelete(u.q);
}

static void ffffffff_ticks_are_long(void)
{
	struct user u = { make(false, 1), 0xffffffffUL, 0, 'r' };

	trace_reset();
	worker(receive_and_note, &u, HIGH);
	vTaskDelay(50);
	CHECK(trace_is(""));
	send(u.q, 5, 0);
	CHECK(trace_is("r") && u.item == 5);
	settle();
	vQueueDelete(u.q);
}

/* ---- Interrupts ---- */

struct at_interrupt {
	QueueHandle_t q;
	uint32_t item;
	BaseType_t result;
	BaseType_t woken;
};

static BaseType_t send_isr(void *arg)
{
	struct at_interrupt *at = arg;

	at->result = xQueueSendFromISR(at->q, &at->item, &at->woken);
	return at->woken;
}

static void an_interrupt_sends(bool is_static)
{
	struct user u = { make(is_static, 1), portMAX_DELAY, 0, 'r' };
	struct at_interrupt at = { u.q, 8, pdFALSE, pdFALSE };

	trace_reset();
	worker(receive_and_note, &u, HIGH);
	trace('a');
	in_interrupt(send_isr, &at);
	trace('b');
	CHECK(trace_is("arb"));
	CHECK(u.item == 8 && at.result == pdPASS && at.woken == pdTRUE);
	/* Nobody waits: nobody is woken. A full queue refuses. */
	at.woken = pdFALSE;
	in_interrupt(send_isr, &at);
	CHECK(at.result == pdPASS && at.woken == pdFALSE);
	in_interrupt(send_isr, &at);
	CHECK(at.result == errQUEUE_FULL);
	settle();
	vQueueDelete(u.q);
}
DYNAMIC_AND_STATIC(an_interrupt_sends)

static BaseType_t receive_isr(void *arg)
{
	struct at_interrupt *at = arg;

	at->result = xQueueReceiveFromISR(at->q, &at->item, &at->woken);
	return at->woken;
}

static void an_interrupt_receives(bool is_static)
{
	struct user u = { make(is_static, 1), portMAX_DELAY, 6, 's' };
	struct at_interrupt at = { u.q, 0, pdFALSE, pdFALSE };

	in_interrupt(receive_isr, &at);
	CHECK(at.result == pdFAIL);
	trace_reset();
	send(u.q, 5, 0);
	worker(send_and_note, &u, HIGH);
	trace('a');
	in_interrupt(receive_isr, &at);
	trace('b');
	CHECK(trace_is("asb"));
	CHECK(at.item == 5 && at.result == pdPASS && at.woken == pdTRUE);
	CHECK(receive(u.q, 0) == 6);
	settle();
	vQueueDelete(u.q);
}
DYNAMIC_AND_STATIC(an_interrupt_receives)

static BaseType_t other_calls_isr(void *arg)
{
	QueueHandle_t q = arg;
	uint32_t item = 0;

	CHECK(xQueueIsQueueEmptyFromISR(q) == pdTRUE);
	CHECK(xQueuePeekFromISR(q, &item) == pdFAIL);
	CHECK(xQueueOverwriteFromISR(q, &(uint32_t){ 1 }, NULL) == pdPASS);
	CHECK(xQueueOverwriteFromISR(q, &(uint32_t){ 2 }, NULL) == pdPASS);
	CHECK(xQueueIsQueueFullFromISR(q) == pdTRUE);
	CHECK(uxQueueMessagesWaitingFromISR(q) == 1);
	CHECK(xQueuePeekFromISR(q, &item) == pdPASS && item == 2);
	CHECK(xQueueSendToBackFromISR(q, &item, NULL) == errQUEUE_FULL);
	CHECK(xQueueReceiveFromISR(q, &item, NULL) == pdPASS && item == 2);
	CHECK(xQueueSendToFrontFromISR(q, &(uint32_t){ 3 }, NULL) == pdPASS);
	return pdFALSE;
}

static void an_interrupt_may_do_the_rest_too(bool is_static)
{
	QueueHandle_t q = make(is_static, 1);

	in_interrupt(other_calls_isr, q);
	CHECK(receive(q, 0) == 3);
	vQueueDelete(q);
}
DYNAMIC_AND_STATIC(an_interrupt_may_do_the_rest_too)

/* ---- Ends ---- */

/* Whoever is deleted while waiting takes nothing along. */
static void waiting_tasks_can_be_deleted(bool is_static)
{
	struct user u = { make(is_static, 1), portMAX_DELAY, 0, '!' };
	TaskHandle_t task;

	trace_reset();
	task = worker(receive_and_note, &u, HIGH);
	worker_delete(task);
	send(u.q, 5, 0);
	task = worker(send_and_note, &u, HIGH);
	worker_delete(task);
	CHECK(receive(u.q, 0) == 5);
	CHECK(receive(u.q, 0) == 0);
	settle();
	CHECK(trace_is(""));
	vQueueDelete(u.q);
}
DYNAMIC_AND_STATIC(waiting_tasks_can_be_deleted)

static void a_static_queue_allocates_nothing(void)
{
	size_t before = xPortGetFreeHeapSize();
	QueueHandle_t q = make(true, LENGTH);

	send(q, 1, 0);
	CHECK(xPortGetFreeHeapSize() == before);
	vQueueDelete(q);
	CHECK(xPortGetFreeHeapSize() == before);
}

const struct conformance_case queue_cases[] = {
	BOTH(items_keep_their_order),
	BOTH(the_front_comes_first),
	BOTH(a_full_queue_refuses),
	BOTH(overwrite_replaces_the_one_item),
	BOTH(a_queue_tells_its_size),
	BOTH(reset_empties),
	CASE(items_of_any_size_are_copied),
	BOTH(waiting_times_out),
	BOTH(a_receiver_runs_when_something_is_sent),
	BOTH(a_sender_runs_when_there_is_room),
	CASE(reset_lets_a_sender_run),
	BOTH(receivers_are_served_by_priority),
	BOTH(senders_are_served_by_priority),
	CASE(peekers_do_not_take),
	CASE(a_waiter_that_timed_out_takes_nothing),
	CASE(ffffffff_ticks_are_long),
	BOTH(an_interrupt_sends),
	BOTH(an_interrupt_receives),
	BOTH(an_interrupt_may_do_the_rest_too),
	BOTH(waiting_tasks_can_be_deleted),
	CASE(a_static_queue_allocates_nothing),
	END_OF_CASES
};
