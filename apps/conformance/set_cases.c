/* SPDX-License-Identifier: BSD-3-Clause */
/* Queue sets. */
#include "groups.h"
#include "semphr.h"

#define LENGTH	4

static StaticQueue_t static_memory;
static uint8_t static_items[LENGTH * sizeof(QueueSetMemberHandle_t)];

/* A set with a queue of two items and a binary semaphore. */
struct members {
	QueueSetHandle_t set;
	QueueHandle_t q;
	SemaphoreHandle_t s;
	QueueSetMemberHandle_t chosen;
	BaseType_t woken;
};

static bool make(struct members *m, bool is_static)
{
	memset(m, 0, sizeof(*m));
	m->set = is_static ? xQueueCreateSetStatic(LENGTH, static_items,
						   &static_memory)
			   : xQueueCreateSet(LENGTH);
	m->q = xQueueCreate(2, sizeof(uint32_t));
	m->s = xSemaphoreCreateBinary();
	return m->set && m->q && m->s
	       && xQueueAddToSet(m->q, m->set) == pdPASS
	       && xQueueAddToSet(m->s, m->set) == pdPASS;
}

static void delete(struct members *m)
{
	vQueueDelete(m->q);
	vSemaphoreDelete(m->s);
	vQueueDelete(m->set);
}

static BaseType_t send(QueueHandle_t q, uint32_t item)
{
	return xQueueSend(q, &item, 0);
}

static void select_and_note(void *arg)
{
	struct members *m = arg;

	m->chosen = xQueueSelectFromSet(m->set, portMAX_DELAY);
	trace('s');
}

static void the_member_that_has_something_is_told(bool is_static)
{
	struct members m;
	uint32_t item = 0;

	REQUIRE(make(&m, is_static));
	CHECK(xQueueSelectFromSet(m.set, 0) == NULL);
	send(m.q, 5);
	xSemaphoreGive(m.s);
	send(m.q, 6);
	CHECK(xQueueSelectFromSet(m.set, 0) == m.q);
	CHECK(xQueueReceive(m.q, &item, 0) == pdPASS && item == 5);
	CHECK(xQueueSelectFromSet(m.set, 0) == m.s);
	CHECK(xSemaphoreTake(m.s, 0) == pdTRUE);
	CHECK(xQueueSelectFromSet(m.set, 0) == m.q);
	CHECK(xQueueReceive(m.q, &item, 0) == pdPASS && item == 6);
	CHECK(xQueueSelectFromSet(m.set, 0) == NULL);
	delete(&m);
}
DYNAMIC_AND_STATIC(the_member_that_has_something_is_told)

static void waiting_times_out(bool is_static)
{
	struct members m;
	TickType_t begin;

	REQUIRE(make(&m, is_static));
	begin = tick_edge();
	CHECK(xQueueSelectFromSet(m.set, 5) == NULL);
	CHECK_ELAPSED(begin, 5);
	delete(&m);
}
DYNAMIC_AND_STATIC(waiting_times_out)

static void who_waits_runs_at_once(bool is_static)
{
	struct members m;

	REQUIRE(make(&m, is_static));
	trace_reset();
	worker(select_and_note, &m, HIGH);
	trace('a');
	send(m.q, 5);
	trace('b');
	CHECK(trace_is("asb") && m.chosen == m.q);
	worker(select_and_note, &m, HIGH);
	xSemaphoreGive(m.s);
	CHECK(trace_is("asbs") && m.chosen == m.s);
	delete(&m);
}
DYNAMIC_AND_STATIC(who_waits_runs_at_once)

static void only_empty_queues_of_no_set_join(void)
{
	QueueSetHandle_t other = xQueueCreateSet(LENGTH);
	QueueHandle_t full = xQueueCreate(1, sizeof(uint32_t));
	struct members m;

	REQUIRE(make(&m, false) && other && full);
	send(full, 1);
	CHECK(xQueueAddToSet(full, m.set) == pdFAIL);
	CHECK(xQueueAddToSet(m.q, other) == pdFAIL);
	CHECK(xQueueAddToSet(m.q, m.set) == pdFAIL);
	vQueueDelete(full);
	vQueueDelete(other);
	delete(&m);
}

static void only_empty_members_leave(void)
{
	struct members m;
	uint32_t item;

	REQUIRE(make(&m, false));
	send(m.q, 5);
	CHECK(xQueueRemoveFromSet(m.q, m.set) == pdFAIL);
	CHECK(xQueueSelectFromSet(m.set, 0) == m.q);
	xQueueReceive(m.q, &item, 0);
	CHECK(xQueueRemoveFromSet(m.q, m.set) == pdPASS);
	CHECK(xQueueRemoveFromSet(m.q, m.set) == pdFAIL);
	send(m.q, 5);
	CHECK(xQueueSelectFromSet(m.set, 0) == NULL);
	delete(&m);
}

static void an_overwritten_item_is_told_once(void)
{
	QueueSetHandle_t set = xQueueCreateSet(LENGTH);
	QueueHandle_t q = xQueueCreate(1, sizeof(uint32_t));
	uint32_t item = 0;

	REQUIRE(set && q);
	CHECK(xQueueAddToSet(q, set) == pdPASS);
	xQueueOverwrite(q, &(uint32_t){ 1 });
	xQueueOverwrite(q, &(uint32_t){ 2 });
	CHECK(xQueueSelectFromSet(set, 0) == q);
	CHECK(xQueueSelectFromSet(set, 0) == NULL);
	CHECK(xQueueReceive(q, &item, 0) == pdPASS && item == 2);
	vQueueDelete(q);
	vQueueDelete(set);
}

static void counting_semaphores_are_told_as_often_as_given(void)
{
	QueueSetHandle_t set = xQueueCreateSet(LENGTH);
	SemaphoreHandle_t s = xSemaphoreCreateCounting(3, 0);
	unsigned int i;

	REQUIRE(set && s);
	CHECK(xQueueAddToSet(s, set) == pdPASS);
	for (i = 0; i < 3; i++)
		xSemaphoreGive(s);
	for (i = 0; i < 3; i++) {
		CHECK(xQueueSelectFromSet(set, 0) == s);
		CHECK(xSemaphoreTake(s, 0) == pdTRUE);
	}
	CHECK(xQueueSelectFromSet(set, 0) == NULL);
	vSemaphoreDelete(s);
	vQueueDelete(set);
}

/* ---- Interrupts ---- */

static BaseType_t send_isr(void *arg)
{
	struct members *m = arg;

	xQueueSendFromISR(m->q, &(uint32_t){ 9 }, &m->woken);
	return m->woken;
}

static BaseType_t give_isr(void *arg)
{
	struct members *m = arg;

	xSemaphoreGiveFromISR(m->s, &m->woken);
	return m->woken;
}

static BaseType_t select_isr(void *arg)
{
	struct members *m = arg;

	m->chosen = xQueueSelectFromSetFromISR(m->set);
	return pdFALSE;
}

static void an_interrupt_sends_to_a_member(bool is_static)
{
	struct members m;

	REQUIRE(make(&m, is_static));
	trace_reset();
	worker(select_and_note, &m, HIGH);
	trace('a');
	in_interrupt(send_isr, &m);
	trace('b');
	CHECK(trace_is("asb"));
	CHECK(m.chosen == m.q && m.woken == pdTRUE);
	in_interrupt(give_isr, &m);
	in_interrupt(select_isr, &m);
	CHECK(m.chosen == m.s);
	in_interrupt(select_isr, &m);
	CHECK(m.chosen == NULL);
	delete(&m);
}
DYNAMIC_AND_STATIC(an_interrupt_sends_to_a_member)

static void a_waiting_task_can_be_deleted(bool is_static)
{
	struct members m;

	REQUIRE(make(&m, is_static));
	trace_reset();
	worker_delete(worker(select_and_note, &m, HIGH));
	send(m.q, 1);
	CHECK(trace_is(""));
	CHECK(xQueueSelectFromSet(m.set, 0) == m.q);
	delete(&m);
}
DYNAMIC_AND_STATIC(a_waiting_task_can_be_deleted)

const struct conformance_case set_cases[] = {
	BOTH(the_member_that_has_something_is_told),
	BOTH(waiting_times_out),
	BOTH(who_waits_runs_at_once),
	CASE(only_empty_queues_of_no_set_join),
	CASE(only_empty_members_leave),
	CASE(an_overwritten_item_is_told_once),
	CASE(counting_semaphores_are_told_as_often_as_given),
	BOTH(an_interrupt_sends_to_a_member),
	BOTH(a_waiting_task_can_be_deleted),
	END_OF_CASES
};
