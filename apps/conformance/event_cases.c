/* SPDX-License-Identifier: BSD-3-Clause */
/* Event groups. */
#include "groups.h"
#include "event_groups.h"

static StaticEventGroup_t static_memory;

static EventGroupHandle_t make(bool is_static)
{
	EventGroupHandle_t g = is_static
		? xEventGroupCreateStatic(&static_memory)
		: xEventGroupCreate();

	CHECK(g != NULL);
	return g;
}

struct waiter {
	EventGroupHandle_t group;
	EventBits_t bits;
	BaseType_t clear;
	BaseType_t all;
	TickType_t ticks;
	EventBits_t result;
	char mark;
};

static void wait(void *arg)
{
	struct waiter *w = arg;

	w->result = xEventGroupWaitBits(w->group, w->bits, w->clear, w->all,
					w->ticks);
	trace(w->mark);
}

/* ---- Without waiting ---- */

static void bits_are_set_and_cleared(bool is_static)
{
	EventGroupHandle_t g = make(is_static);

	CHECK(xEventGroupGetBits(g) == 0);
	CHECK(xEventGroupSetBits(g, 0x15) == 0x15);
	CHECK(xEventGroupSetBits(g, 0x20) == 0x35);
	/* What they were before it */
	CHECK(xEventGroupClearBits(g, 0x11) == 0x35);
	CHECK(xEventGroupGetBits(g) == 0x24);
	vEventGroupDelete(g);
}
DYNAMIC_AND_STATIC(bits_are_set_and_cleared)

static void what_is_set_is_not_waited_for(bool is_static)
{
	EventGroupHandle_t g = make(is_static);

	xEventGroupSetBits(g, 0x07);
	CHECK(xEventGroupWaitBits(g, 0x0c, pdFALSE, pdFALSE, 0) == 0x07);
	CHECK(xEventGroupWaitBits(g, 0x03, pdTRUE, pdTRUE, 0) == 0x07);
	CHECK(xEventGroupGetBits(g) == 0x04);
	/* Not all: nothing is cleared. */
	CHECK(xEventGroupWaitBits(g, 0x0c, pdTRUE, pdTRUE, 0) == 0x04);
	CHECK(xEventGroupGetBits(g) == 0x04);
	vEventGroupDelete(g);
}
DYNAMIC_AND_STATIC(what_is_set_is_not_waited_for)

/* ---- Waiting ---- */

static void waiting_times_out(bool is_static)
{
	EventGroupHandle_t g = make(is_static);
	TickType_t begin;

	xEventGroupSetBits(g, 0x02);
	begin = tick_edge();
	CHECK(xEventGroupWaitBits(g, 0x03, pdTRUE, pdTRUE, 5) == 0x02);
	CHECK_ELAPSED(begin, 5);
	CHECK(xEventGroupWaitBits(g, 0x01, pdTRUE, pdFALSE, 2) == 0x02);
	CHECK_ELAPSED(begin, 7);
	CHECK(xEventGroupGetBits(g) == 0x02);
	vEventGroupDelete(g);
}
DYNAMIC_AND_STATIC(waiting_times_out)

static void one_of_several_is_enough(bool is_static)
{
	struct waiter w = { make(is_static), 0x06, pdFALSE, pdFALSE,
			    portMAX_DELAY, 0, 'w' };

	trace_reset();
	worker(wait, &w, HIGH);
	trace('a');
	CHECK(xEventGroupSetBits(w.group, 0x09) == 0x09);
	trace('b');
	CHECK(xEventGroupSetBits(w.group, 0x04) == 0x0d);
	trace('c');
	CHECK(trace_is("abwc"));
	CHECK(w.result == 0x0d);
	vEventGroupDelete(w.group);
}
DYNAMIC_AND_STATIC(one_of_several_is_enough)

static void all_may_be_asked_for(bool is_static)
{
	struct waiter w = { make(is_static), 0x06, pdTRUE, pdTRUE,
			    portMAX_DELAY, 0, 'w' };

	trace_reset();
	worker(wait, &w, HIGH);
	xEventGroupSetBits(w.group, 0x02);
	CHECK(trace_is(""));
	/* Cleared before its setter is told */
	CHECK(xEventGroupSetBits(w.group, 0x0c) == 0x08);
	CHECK(trace_is("w"));
	CHECK(w.result == 0x0e);
	vEventGroupDelete(w.group);
}
DYNAMIC_AND_STATIC(all_may_be_asked_for)

/* All that wait for a bit see it, though one clears it. */
static void a_bit_wakes_all_who_wait_for_it(void)
{
	EventGroupHandle_t g = make(false);
	struct waiter clears = { g, 0x01, pdTRUE, pdFALSE, portMAX_DELAY, 0,
				 'c' };
	struct waiter sees = { g, 0x01, pdFALSE, pdFALSE, portMAX_DELAY, 0,
			       's' };
	struct waiter other = { g, 0x02, pdFALSE, pdFALSE, portMAX_DELAY, 0,
				'o' };

	trace_reset();
	worker(wait, &clears, HIGHER);
	worker(wait, &sees, HIGH);
	worker(wait, &other, HIGH);
	CHECK(xEventGroupSetBits(g, 0x01) == 0);
	CHECK(trace_is("cs"));
	CHECK(clears.result == 0x01 && sees.result == 0x01);
	xEventGroupSetBits(g, 0x02);
	CHECK(trace_is("cso"));
	vEventGroupDelete(g);
}

static void woken_tasks_run_by_priority(void)
{
	static const UBaseType_t priorities[] = { LOW, HIGH, LOWER, HIGHER };
	EventGroupHandle_t g = make(false);
	struct waiter w[4];
	unsigned int i;

	trace_reset();
	for (i = 0; i < 4; i++) {
		w[i] = (struct waiter){ g, 0x01, pdFALSE, pdFALSE,
					portMAX_DELAY, 0, (char)('0' + i) };
		worker(wait, &w[i], priorities[i]);
	}
	settle();
	xEventGroupSetBits(g, 0x01);
	trace('a');
	settle();
	CHECK(trace_is("31a02"));
	vEventGroupDelete(g);
}

static void ffffffff_ticks_are_long(void)
{
	struct waiter w = { make(false), 0x01, pdTRUE, pdTRUE, 0xffffffffUL,
			    0, 'w' };

	trace_reset();
	worker(wait, &w, HIGH);
	vTaskDelay(50);
	CHECK(trace_is(""));
	xEventGroupSetBits(w.group, 0x01);
	CHECK(trace_is("w") && w.result == 0x01);
	vEventGroupDelete(w.group);
}

/* ---- Rendezvous ---- */

static void sync(void *arg)
{
	struct waiter *w = arg;

	w->result = xEventGroupSync(w->group, w->bits, 0x07, w->ticks);
	trace(w->mark);
}

static void a_rendezvous_lets_all_go_at_once(bool is_static)
{
	EventGroupHandle_t g = make(is_static);
	struct waiter one = { .group = g, .bits = 0x01, .mark = '1',
			      .ticks = portMAX_DELAY };
	struct waiter two = { .group = g, .bits = 0x02, .mark = '2',
			      .ticks = portMAX_DELAY };

	trace_reset();
	worker(sync, &one, HIGH);
	worker(sync, &two, LOW);
	settle();
	CHECK(trace_is(""));
	CHECK(xEventGroupGetBits(g) == 0x03);
	CHECK(xEventGroupSync(g, 0x04, 0x07, 0) == 0x07);
	CHECK(xEventGroupGetBits(g) == 0);
	settle();
	CHECK(trace_is("12"));
	CHECK(one.result == 0x07 && two.result == 0x07);
	vEventGroupDelete(g);
}
DYNAMIC_AND_STATIC(a_rendezvous_lets_all_go_at_once)

static void a_rendezvous_times_out(void)
{
	EventGroupHandle_t g = make(false);
	TickType_t begin = tick_edge();

	CHECK(xEventGroupSync(g, 0x04, 0x07, 0) == 0x04);
	CHECK(xEventGroupSync(g, 0x01, 0x07, 5) == 0x05);
	CHECK_ELAPSED(begin, 5);
	CHECK(xEventGroupGetBits(g) == 0x05);
	vEventGroupDelete(g);
}

/* ---- Interrupts: bits are set by the timers' daemon ---- */

struct at_interrupt {
	EventGroupHandle_t group;
	EventBits_t seen;
	BaseType_t result;
	BaseType_t woken;
};

static BaseType_t set_isr(void *arg)
{
	struct at_interrupt *at = arg;

	at->seen = xEventGroupGetBitsFromISR(at->group);
	at->result = xEventGroupSetBitsFromISR(at->group, 0x02, &at->woken);
	return at->woken;
}

static void an_interrupt_sets_bits(bool is_static)
{
	struct waiter w = { make(is_static), 0x02, pdTRUE, pdTRUE,
			    portMAX_DELAY, 0, 'w' };
	struct at_interrupt at = { .group = w.group };

	trace_reset();
	xEventGroupSetBits(w.group, 0x10);
	worker(wait, &w, HIGH);
	trace('a');
	in_interrupt(set_isr, &at);
	trace('b');
	CHECK(trace_is("awb"));
	CHECK(at.result == pdPASS && at.seen == 0x10);
	CHECK(at.woken == pdTRUE);
	CHECK(w.result == 0x12);
	vEventGroupDelete(w.group);
}
DYNAMIC_AND_STATIC(an_interrupt_sets_bits)

static BaseType_t clear_isr(void *arg)
{
	struct at_interrupt *at = arg;

	at->result = (BaseType_t)xEventGroupClearBitsFromISR(at->group, 0x01);
	return pdTRUE;
}

static void an_interrupt_clears_bits(bool is_static)
{
	struct at_interrupt at = { .group = make(is_static) };

	xEventGroupSetBits(at.group, 0x03);
	in_interrupt(clear_isr, &at);
	CHECK(at.result != pdFAIL);
	spin_ticks(2);
	CHECK(xEventGroupGetBits(at.group) == 0x02);
	vEventGroupDelete(at.group);
}
DYNAMIC_AND_STATIC(an_interrupt_clears_bits)

/* ---- Ends ---- */

/* FreeRTOS promises this: they return, and have seen no bit. */
static void deletion_lets_waiters_return(bool is_static)
{
	EventGroupHandle_t g = make(is_static);
	struct waiter high = { g, 0x01, pdFALSE, pdFALSE, portMAX_DELAY, 99,
			       'h' };
	struct waiter low = { g, 0x02, pdTRUE, pdTRUE, portMAX_DELAY, 99,
			      'l' };

	trace_reset();
	worker(wait, &high, HIGH);
	worker(wait, &low, LOW);
	settle();
	vEventGroupDelete(g);
	settle();
	CHECK(trace_is("hl"));
	CHECK(high.result == 0 && low.result == 0);
}
DYNAMIC_AND_STATIC(deletion_lets_waiters_return)

static void a_waiting_task_can_be_deleted(bool is_static)
{
	struct waiter w = { make(is_static), 0x01, pdTRUE, pdTRUE,
			    portMAX_DELAY, 0, '!' };

	trace_reset();
	worker_delete(worker(wait, &w, HIGH));
	CHECK(xEventGroupSetBits(w.group, 0x01) == 0x01);
	settle();
	CHECK(trace_is(""));
	vEventGroupDelete(w.group);
}
DYNAMIC_AND_STATIC(a_waiting_task_can_be_deleted)

static void a_static_group_allocates_nothing(void)
{
	size_t before = xPortGetFreeHeapSize();
	StaticEventGroup_t *memory = NULL;
	EventGroupHandle_t g = make(true);

	CHECK(xPortGetFreeHeapSize() == before);
	CHECK(xEventGroupGetStaticBuffer(g, &memory) == pdTRUE);
	CHECK(memory == &static_memory);
	vEventGroupDelete(g);
}

const struct conformance_case event_cases[] = {
	BOTH(bits_are_set_and_cleared),
	BOTH(what_is_set_is_not_waited_for),
	BOTH(waiting_times_out),
	BOTH(one_of_several_is_enough),
	BOTH(all_may_be_asked_for),
	CASE(a_bit_wakes_all_who_wait_for_it),
	CASE(woken_tasks_run_by_priority),
	CASE(ffffffff_ticks_are_long),
	BOTH(a_rendezvous_lets_all_go_at_once),
	CASE(a_rendezvous_times_out),
	BOTH(an_interrupt_sets_bits),
	BOTH(an_interrupt_clears_bits),
	BOTH(deletion_lets_waiters_return),
	BOTH(a_waiting_task_can_be_deleted),
	CASE(a_static_group_allocates_nothing),
	END_OF_CASES
};
