/* SPDX-License-Identifier: BSD-3-Clause */
/* Binary and counting semaphores. */
#include "groups.h"
#include "semphr.h"

static StaticSemaphore_t static_memory;

static SemaphoreHandle_t binary(bool is_static)
{
	SemaphoreHandle_t s = is_static
		? xSemaphoreCreateBinaryStatic(&static_memory)
		: xSemaphoreCreateBinary();

	CHECK(s != NULL);
	return s;
}

static SemaphoreHandle_t counting(bool is_static, UBaseType_t max,
				  UBaseType_t initial)
{
	SemaphoreHandle_t s = is_static
		? xSemaphoreCreateCountingStatic(max, initial, &static_memory)
		: xSemaphoreCreateCounting(max, initial);

	CHECK(s != NULL);
	return s;
}

struct user {
	SemaphoreHandle_t s;
	TickType_t ticks;
	BaseType_t result;
	BaseType_t woken;
	char mark;
};

static void take_and_note(void *arg)
{
	struct user *u = arg;

	u->result = xSemaphoreTake(u->s, u->ticks);
	trace(u->mark);
}

/* ---- Binary ---- */

static void a_binary_one_starts_empty_and_holds_one(bool is_static)
{
	SemaphoreHandle_t s = binary(is_static);

	CHECK(uxSemaphoreGetCount(s) == 0);
	CHECK(xSemaphoreTake(s, 0) == pdFALSE);
	CHECK(xSemaphoreGive(s) == pdTRUE);
	CHECK(xSemaphoreGive(s) == pdFALSE);
	CHECK(uxSemaphoreGetCount(s) == 1);
	CHECK(xSemaphoreTake(s, 0) == pdTRUE);
	CHECK(xSemaphoreTake(s, 0) == pdFALSE);
	vSemaphoreDelete(s);
}
DYNAMIC_AND_STATIC(a_binary_one_starts_empty_and_holds_one)

static void the_old_binary_one_starts_given(void)
{
	SemaphoreHandle_t s;

	vSemaphoreCreateBinary(s);
	REQUIRE(s);
	CHECK(xSemaphoreTake(s, 0) == pdTRUE);
	CHECK(xSemaphoreTake(s, 0) == pdFALSE);
	vSemaphoreDelete(s);
}

static void take_times_out(bool is_static)
{
	SemaphoreHandle_t s = binary(is_static);
	TickType_t begin = tick_edge();

	CHECK(xSemaphoreTake(s, 5) == pdFALSE);
	CHECK_ELAPSED(begin, 5);
	CHECK(xSemaphoreTake(s, 1) == pdFALSE);
	CHECK_ELAPSED(begin, 6);
	xSemaphoreGive(s);
	CHECK(xSemaphoreTake(s, 5) == pdTRUE);
	CHECK_ELAPSED(begin, 6);
	vSemaphoreDelete(s);
}
DYNAMIC_AND_STATIC(take_times_out)

static void give_wakes_at_once(bool is_static)
{
	struct user u = { .s = binary(is_static), .ticks = portMAX_DELAY,
			  .mark = 't' };

	trace_reset();
	worker(take_and_note, &u, HIGH);
	trace('a');
	CHECK(xSemaphoreGive(u.s) == pdTRUE);
	trace('b');
	CHECK(trace_is("atb"));
	CHECK(u.result == pdTRUE && uxSemaphoreGetCount(u.s) == 0);
	settle();
	vSemaphoreDelete(u.s);
}
DYNAMIC_AND_STATIC(give_wakes_at_once)

static void takers_are_served_by_priority(void)
{
	static const UBaseType_t priorities[] = { LOW, HIGH, LOW, HIGHER };
	SemaphoreHandle_t s = binary(false);
	struct user u[4];
	unsigned int i;

	trace_reset();
	for (i = 0; i < 4; i++) {
		u[i] = (struct user){ s, portMAX_DELAY, pdFALSE, pdFALSE,
				      (char)('0' + i) };
		worker(take_and_note, &u[i], priorities[i]);
		settle();
	}
	for (i = 0; i < 4; i++) {
		CHECK(xSemaphoreGive(s) == pdTRUE);
		settle();
	}
	CHECK(trace_is("3102"));
	vSemaphoreDelete(s);
}

/* A higher task may snatch it before the woken one runs: that one waits on. */
static void a_snatched_one_is_waited_for_again(void)
{
	struct user u = { .s = binary(false), .ticks = 10, .mark = 't' };

	trace_reset();
	worker(take_and_note, &u, LOW);
	settle();
	xSemaphoreGive(u.s);
	CHECK(xSemaphoreTake(u.s, 0) == pdTRUE);
	AWAIT(trace_is("t"));
	CHECK(u.result == pdFALSE);
	vSemaphoreDelete(u.s);
}

static void ffffffff_ticks_are_long(void)
{
	struct user u = { .s = binary(false), .ticks = 0xffffffffUL,
			  .mark = 't' };

	trace_reset();
	worker(take_and_note, &u, HIGH);
	vTaskDelay(50);
	CHECK(trace_is(""));
	xSemaphoreGive(u.s);
	CHECK(trace_is("t") && u.result == pdTRUE);
	settle();
	vSemaphoreDelete(u.s);
}

/* ---- Counting ---- */

static void it_counts_to_its_maximum(bool is_static)
{
	SemaphoreHandle_t s = counting(is_static, 3, 1);

	CHECK(uxSemaphoreGetCount(s) == 1);
	CHECK(xSemaphoreGive(s) == pdTRUE);
	CHECK(xSemaphoreGive(s) == pdTRUE);
	CHECK(xSemaphoreGive(s) == pdFALSE);
	CHECK(uxSemaphoreGetCount(s) == 3);
	CHECK(xSemaphoreTake(s, 0) == pdTRUE);
	CHECK(xSemaphoreTake(s, 0) == pdTRUE);
	CHECK(xSemaphoreTake(s, 0) == pdTRUE);
	CHECK(xSemaphoreTake(s, 0) == pdFALSE);
	vSemaphoreDelete(s);
}
DYNAMIC_AND_STATIC(it_counts_to_its_maximum)

static void an_empty_counting_one_times_out(bool is_static)
{
	SemaphoreHandle_t s = counting(is_static, 2, 0);
	TickType_t begin = tick_edge();

	CHECK(xSemaphoreTake(s, 3) == pdFALSE);
	CHECK_ELAPSED(begin, 3);
	vSemaphoreDelete(s);
}
DYNAMIC_AND_STATIC(an_empty_counting_one_times_out)

static void each_give_wakes_one(void)
{
	SemaphoreHandle_t s = counting(false, 5, 0);
	struct user u[3];
	unsigned int i;

	trace_reset();
	for (i = 0; i < 3; i++) {
		u[i] = (struct user){ s, portMAX_DELAY, pdFALSE, pdFALSE,
				      (char)('0' + i) };
		worker(take_and_note, &u[i], HIGH);
	}
	xSemaphoreGive(s);
	CHECK(trace_is("0"));
	xSemaphoreGive(s);
	xSemaphoreGive(s);
	CHECK(trace_is("012"));
	CHECK(uxSemaphoreGetCount(s) == 0);
	settle();
	vSemaphoreDelete(s);
}

/* ---- Interrupts ---- */

static BaseType_t give_isr(void *arg)
{
	struct user *u = arg;

	u->result = xSemaphoreGiveFromISR(u->s, &u->woken);
	return u->woken;
}

static void an_interrupt_gives(bool is_static)
{
	struct user u = { .s = binary(is_static), .ticks = portMAX_DELAY,
			  .mark = 't' };
	struct user at = { .s = u.s };

	trace_reset();
	worker(take_and_note, &u, HIGH);
	trace('a');
	in_interrupt(give_isr, &at);
	trace('b');
	CHECK(trace_is("atb"));
	CHECK(u.result == pdTRUE);
	CHECK(at.result == pdTRUE && at.woken == pdTRUE);
	at.woken = pdFALSE;
	in_interrupt(give_isr, &at);
	CHECK(at.result == pdTRUE && at.woken == pdFALSE);
	in_interrupt(give_isr, &at);
	CHECK(at.result == errQUEUE_FULL);
	settle();
	vSemaphoreDelete(u.s);
}
DYNAMIC_AND_STATIC(an_interrupt_gives)

static void an_interrupt_counts_up(bool is_static)
{
	struct user at = { .s = counting(is_static, 2, 0) };

	in_interrupt(give_isr, &at);
	in_interrupt(give_isr, &at);
	CHECK(at.result == pdTRUE);
	in_interrupt(give_isr, &at);
	CHECK(at.result == errQUEUE_FULL);
	CHECK(uxSemaphoreGetCount(at.s) == 2);
	vSemaphoreDelete(at.s);
}
DYNAMIC_AND_STATIC(an_interrupt_counts_up)

static BaseType_t take_isr(void *arg)
{
	struct user *u = arg;

	u->ticks = (TickType_t)uxSemaphoreGetCountFromISR(u->s);
	u->result = xSemaphoreTakeFromISR(u->s, &u->woken);
	return u->woken;
}

static void an_interrupt_takes(bool is_static)
{
	struct user at = { .s = counting(is_static, 2, 1) };

	in_interrupt(take_isr, &at);
	CHECK(at.result == pdTRUE && at.ticks == 1);
	in_interrupt(take_isr, &at);
	CHECK(at.result == pdFALSE && at.ticks == 0);
	vSemaphoreDelete(at.s);
}
DYNAMIC_AND_STATIC(an_interrupt_takes)

/* ---- Ends ---- */

static void a_waiting_task_can_be_deleted(bool is_static)
{
	struct user u = { .s = binary(is_static), .ticks = portMAX_DELAY,
			  .mark = '!' };

	trace_reset();
	worker_delete(worker(take_and_note, &u, HIGH));
	CHECK(xSemaphoreGive(u.s) == pdTRUE);
	CHECK(uxSemaphoreGetCount(u.s) == 1);
	settle();
	CHECK(trace_is(""));
	vSemaphoreDelete(u.s);
}
DYNAMIC_AND_STATIC(a_waiting_task_can_be_deleted)

const struct conformance_case semaphore_cases[] = {
	BOTH(a_binary_one_starts_empty_and_holds_one),
	CASE(the_old_binary_one_starts_given),
	BOTH(take_times_out),
	BOTH(give_wakes_at_once),
	CASE(takers_are_served_by_priority),
	CASE(a_snatched_one_is_waited_for_again),
	CASE(ffffffff_ticks_are_long),
	BOTH(it_counts_to_its_maximum),
	BOTH(an_empty_counting_one_times_out),
	CASE(each_give_wakes_one),
	BOTH(an_interrupt_gives),
	BOTH(an_interrupt_counts_up),
	BOTH(an_interrupt_takes),
	BOTH(a_waiting_task_can_be_deleted),
	END_OF_CASES
};
