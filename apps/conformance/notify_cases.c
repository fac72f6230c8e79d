/* SPDX-License-Identifier: BSD-3-Clause */
/* Task notifications; every case at index 0 and at the last one. */
#include "groups.h"

#define LAST	(configTASK_NOTIFICATION_ARRAY_ENTRIES - 1)

/* Make a case for each index of function(UBaseType_t index). */
#define AT_BOTH_INDEXES(function)					\
	static void function##_at_0(void) { function(0); }		\
	static void function##_at_last(void) { function(LAST); }
#define BOTH_INDEXES(function)						\
	{ #function "_at_0", function##_at_0 },				\
	{ #function "_at_last", function##_at_last }

struct notified {
	TaskHandle_t task;
	UBaseType_t index;
	TickType_t ticks;
	BaseType_t result;
	BaseType_t woken;
	uint32_t value;
};

/* ---- Counting: give and take ---- */

static void take(void *arg)
{
	struct notified *n = arg;

	n->value = ulTaskNotifyTakeIndexed(n->index, pdTRUE, n->ticks);
	trace('t');
}

static void give_wakes_at_once(UBaseType_t index)
{
	struct notified n = { .index = index, .ticks = portMAX_DELAY };

	trace_reset();
	n.task = worker(take, &n, HIGH);
	trace('a');
	xTaskNotifyGiveIndexed(n.task, index);
	trace('b');
	CHECK(trace_is("atb"));
	CHECK(n.value == 1);
}
AT_BOTH_INDEXES(give_wakes_at_once)

static void gives_are_counted(UBaseType_t index)
{
	TaskHandle_t self = xTaskGetCurrentTaskHandle();

	xTaskNotifyGiveIndexed(self, index);
	xTaskNotifyGiveIndexed(self, index);
	xTaskNotifyGiveIndexed(self, index);
	CHECK(ulTaskNotifyTakeIndexed(index, pdFALSE, 0) == 3);
	CHECK(ulTaskNotifyTakeIndexed(index, pdTRUE, 0) == 2);
	CHECK(ulTaskNotifyTakeIndexed(index, pdTRUE, 0) == 0);
}
AT_BOTH_INDEXES(gives_are_counted)

static void take_times_out(UBaseType_t index)
{
	TickType_t begin = tick_edge();

	CHECK(ulTaskNotifyTakeIndexed(index, pdTRUE, 0) == 0);
	CHECK_ELAPSED(begin, 0);
	CHECK(ulTaskNotifyTakeIndexed(index, pdTRUE, 5) == 0);
	CHECK_ELAPSED(begin, 5);
}
AT_BOTH_INDEXES(take_times_out)

/* ---- Values: notify and wait ---- */

static void actions_change_the_value(UBaseType_t index)
{
	TaskHandle_t self = xTaskGetCurrentTaskHandle();
	uint32_t was = 99;

	ulTaskNotifyValueClearIndexed(self, index, 0xffffffffUL);
	xTaskNotifyIndexed(self, index, 0x05, eSetBits);
	xTaskNotifyAndQueryIndexed(self, index, 0x0a, eSetBits, &was);
	CHECK(was == 0x05);
	xTaskNotifyAndQueryIndexed(self, index, 7, eIncrement, &was);
	CHECK(was == 0x0f);
	xTaskNotifyAndQueryIndexed(self, index, 42, eSetValueWithOverwrite,
				   &was);
	CHECK(was == 0x10);
	/* Not read yet: it is kept. */
	CHECK(xTaskNotifyAndQueryIndexed(self, index, 43,
					 eSetValueWithoutOverwrite, &was)
	      == pdFAIL);
	CHECK(was == 42);
	CHECK(xTaskNotifyAndQueryIndexed(self, index, 9, eNoAction, &was)
	      == pdPASS);
	CHECK(xTaskNotifyWaitIndexed(index, 0, 0, &was, 0) == pdTRUE);
	CHECK(was == 42);
	CHECK(xTaskNotifyIndexed(self, index, 43, eSetValueWithoutOverwrite)
	      == pdPASS);
	CHECK(xTaskNotifyWaitIndexed(index, 0, 0, &was, 0) == pdTRUE);
	CHECK(was == 43);
}
AT_BOTH_INDEXES(actions_change_the_value)

static void wait_clears_bits(UBaseType_t index)
{
	TaskHandle_t self = xTaskGetCurrentTaskHandle();
	uint32_t value = 0;

	xTaskNotifyIndexed(self, index, 0xff, eSetValueWithOverwrite);
	/* Pending: what shall be cleared on entry stays. */
	CHECK(xTaskNotifyWaitIndexed(index, 0x0f, 0x3c, &value, 0) == pdTRUE);
	CHECK(value == 0xff);
	/* Nor is it cleared without a wait. */
	CHECK(xTaskNotifyWaitIndexed(index, 0x03, 0xff, &value, 0) == pdFALSE);
	CHECK(value == 0xc3);
	/* With a wait it is, and the rest is told. */
	CHECK(xTaskNotifyWaitIndexed(index, 0x03, 0xff, &value, 1) == pdFALSE);
	CHECK(value == 0xc0);
	/* Nothing came: what shall be cleared on exit stays too. */
	CHECK(ulTaskNotifyValueClearIndexed(self, index, 0) == 0xc0);
}
AT_BOTH_INDEXES(wait_clears_bits)

static void wait_for_value(void *arg)
{
	struct notified *n = arg;

	n->result = xTaskNotifyWaitIndexed(n->index, 0, 0xffffffffUL,
					   &n->value, n->ticks);
	trace('w');
}

static void notify_wakes_at_once(UBaseType_t index)
{
	struct notified n = { .index = index, .ticks = portMAX_DELAY };

	trace_reset();
	n.task = worker(wait_for_value, &n, HIGH);
	trace('a');
	xTaskNotifyIndexed(n.task, index, 0x1234, eSetValueWithOverwrite);
	trace('b');
	CHECK(trace_is("awb"));
	CHECK(n.result == pdTRUE && n.value == 0x1234);
}
AT_BOTH_INDEXES(notify_wakes_at_once)

static void wait_times_out(UBaseType_t index)
{
	TickType_t begin = tick_edge();
	uint32_t value = 0;

	CHECK(xTaskNotifyWaitIndexed(index, 0, 0, &value, 4) == pdFALSE);
	CHECK_ELAPSED(begin, 4);
	CHECK(xTaskNotifyWaitIndexed(index, 0, 0, NULL, 3) == pdFALSE);
	CHECK_ELAPSED(begin, 7);
}
AT_BOTH_INDEXES(wait_times_out)

static void ffffffff_ticks_are_long(UBaseType_t index)
{
	struct notified n = { .index = index, .ticks = 0xffffffffUL };

	trace_reset();
	n.task = worker(wait_for_value, &n, HIGH);
	vTaskDelay(50);
	CHECK(trace_is(""));
	xTaskNotifyIndexed(n.task, index, 1, eIncrement);
	CHECK(trace_is("w") && n.result == pdTRUE);
}
AT_BOTH_INDEXES(ffffffff_ticks_are_long)

static void the_pending_state_can_be_cleared(UBaseType_t index)
{
	TaskHandle_t self = xTaskGetCurrentTaskHandle();

	xTaskNotifyIndexed(self, index, 3, eSetValueWithOverwrite);
	CHECK(xTaskNotifyStateClearIndexed(NULL, index) == pdTRUE);
	CHECK(xTaskNotifyStateClearIndexed(self, index) == pdFALSE);
	CHECK(xTaskNotifyWaitIndexed(index, 0, 0, NULL, 0) == pdFALSE);
	/* The value is another matter. */
	CHECK(ulTaskNotifyValueClearIndexed(NULL, index, 1) == 3);
	CHECK(ulTaskNotifyValueClearIndexed(self, index, 0xff) == 2);
	CHECK(ulTaskNotifyValueClearIndexed(self, index, 0) == 0);
}
AT_BOTH_INDEXES(the_pending_state_can_be_cleared)

/* ---- Indexes ---- */

static void another_index_does_not_wake(void)
{
	struct notified n = { .index = 1, .ticks = portMAX_DELAY };

	trace_reset();
	n.task = worker(take, &n, HIGH);
	xTaskNotifyGiveIndexed(n.task, 0);
	xTaskNotifyIndexed(n.task, LAST, 1, eSetBits);
	CHECK(trace_is(""));
	xTaskNotifyGiveIndexed(n.task, 1);
	CHECK(trace_is("t") && n.value == 1);
}

static void without_an_index_it_is_0(void)
{
	TaskHandle_t self = xTaskGetCurrentTaskHandle();
	uint32_t value = 0;

	xTaskNotifyGive(self);
	CHECK(ulTaskNotifyTakeIndexed(0, pdTRUE, 0) == 1);
	xTaskNotify(self, 5, eSetValueWithOverwrite);
	CHECK(xTaskNotifyWaitIndexed(0, 0, 0, &value, 0) == pdTRUE);
	CHECK(value == 5);
	xTaskNotifyIndexed(self, 0, 6, eSetValueWithOverwrite);
	CHECK(xTaskNotifyWait(0, 0xff, &value, 0) == pdTRUE && value == 6);
	CHECK(xTaskNotifyStateClear(NULL) == pdFALSE);
	CHECK(ulTaskNotifyValueClear(NULL, 0xffffffffUL) == 0);
}

/* ---- Interrupts ---- */

static BaseType_t give_isr(void *arg)
{
	struct notified *n = arg;

	vTaskNotifyGiveIndexedFromISR(n->task, n->index, &n->woken);
	return n->woken;
}

static void an_interrupt_gives(UBaseType_t index)
{
	struct notified n = { .index = index, .ticks = portMAX_DELAY };

	trace_reset();
	n.task = worker(take, &n, HIGH);
	trace('a');
	in_interrupt(give_isr, &n);
	trace('b');
	CHECK(trace_is("atb"));
	CHECK(n.value == 1 && n.woken == pdTRUE);
}
AT_BOTH_INDEXES(an_interrupt_gives)

static BaseType_t notify_isr(void *arg)
{
	struct notified *n = arg;

	n->result = xTaskNotifyAndQueryIndexedFromISR(
		n->task, n->index, 77, eSetValueWithoutOverwrite, &n->value,
		&n->woken);
	return n->woken;
}

static void an_interrupt_notifies_a_value(UBaseType_t index)
{
	struct notified n = {
		.task = xTaskGetCurrentTaskHandle(), .index = index,
	};
	uint32_t value = 0;

	ulTaskNotifyValueClearIndexed(NULL, index, 0xffffffffUL);
	xTaskNotifyStateClearIndexed(NULL, index);
	in_interrupt(notify_isr, &n);
	CHECK(n.result == pdPASS && n.value == 0);
	in_interrupt(notify_isr, &n);
	CHECK(n.result == pdFAIL && n.value == 77);
	/* It runs already: nobody was woken. */
	CHECK(n.woken == pdFALSE);
	CHECK(xTaskNotifyWaitIndexed(index, 0, 0, &value, 0) == pdTRUE);
	CHECK(value == 77);
}
AT_BOTH_INDEXES(an_interrupt_notifies_a_value)

static BaseType_t notify_without_pointers_isr(void *arg)
{
	struct notified *n = arg;

	xTaskNotifyIndexedFromISR(n->task, n->index, 8, eSetBits, NULL);
	vTaskNotifyGiveIndexedFromISR(n->task, n->index, NULL);
	return pdFALSE;
}

static void an_interrupt_needs_no_pointer(UBaseType_t index)
{
	struct notified n = { .index = index, .ticks = 100 };

	trace_reset();
	n.task = worker(wait_for_value, &n, HIGH);
	in_interrupt(notify_without_pointers_isr, &n);
	spin_ticks(2);
	CHECK(trace_is("w"));
	CHECK(n.result == pdTRUE && n.value == 9);
}
AT_BOTH_INDEXES(an_interrupt_needs_no_pointer)

static void an_interrupt_wakes_a_lower_task_later(void)
{
	struct notified n = { .ticks = portMAX_DELAY };

	trace_reset();
	n.task = worker(take, &n, LOW);
	settle();
	in_interrupt(give_isr, &n);
	trace('a');
	CHECK(n.woken == pdFALSE);
	settle();
	CHECK(trace_is("at"));
}

/* ---- Ends ---- */

static void a_waiting_task_can_be_deleted(void)
{
	struct notified n = { .ticks = 20 };

	trace_reset();
	n.task = worker(take, &n, HIGH);
	worker_delete(n.task);
	n.task = worker(wait_for_value, &n, HIGH);
	worker_delete(n.task);
	vTaskDelay(30);
	CHECK(trace_is(""));
}

/* FreeRTOS: what was given while it was suspended is not lost. */
static void a_waiting_task_can_be_suspended(void)
{
	struct notified n = { .ticks = portMAX_DELAY };

	trace_reset();
	n.task = worker(take, &n, HIGH);
	vTaskSuspend(n.task);
	xTaskNotifyGive(n.task);
	CHECK(trace_is("") || trace_is("t"));
	vTaskResume(n.task);
	settle();
	CHECK(trace_is("t"));
	CHECK(n.value == 1);
}

const struct conformance_case notify_cases[] = {
	BOTH_INDEXES(give_wakes_at_once),
	BOTH_INDEXES(gives_are_counted),
	BOTH_INDEXES(take_times_out),
	BOTH_INDEXES(actions_change_the_value),
	BOTH_INDEXES(wait_clears_bits),
	BOTH_INDEXES(notify_wakes_at_once),
	BOTH_INDEXES(wait_times_out),
	BOTH_INDEXES(ffffffff_ticks_are_long),
	BOTH_INDEXES(the_pending_state_can_be_cleared),
	CASE(another_index_does_not_wake),
	CASE(without_an_index_it_is_0),
	BOTH_INDEXES(an_interrupt_gives),
	BOTH_INDEXES(an_interrupt_notifies_a_value),
	BOTH_INDEXES(an_interrupt_needs_no_pointer),
	CASE(an_interrupt_wakes_a_lower_task_later),
	CASE(a_waiting_task_can_be_deleted),
	CASE(a_waiting_task_can_be_suspended),
	END_OF_CASES
};
