/* SPDX-License-Identifier: BSD-3-Clause */
/* Delays, absolute and relative. The wrap of the tick count: wrap_cases.c. */
#include "groups.h"

static void a_delay_takes_its_ticks(void)
{
	static const TickType_t delays[] = { 1, 2, 3, 10, 50 };
	unsigned int i;

	for (i = 0; i < sizeof(delays) / sizeof(delays[0]); i++) {
		TickType_t begin = tick_edge();

		vTaskDelay(delays[i]);
		CHECK_ELAPSED(begin, delays[i]);
	}
}

/* From the middle of a tick: it ends with a tick, not in the middle of one. */
static void a_delay_ends_with_a_tick(void)
{
	TickType_t begin = tick_edge();
	volatile uint32_t i;

	for (i = 0; i < 10000; i++)
		portNOP();
	vTaskDelay(3);
	CHECK_ELAPSED(begin, 3);
}

static void note(void *arg)
{
	trace(*(const char *)arg);
}

static void a_delay_of_0_only_yields(void)
{
	TickType_t begin;

	trace_reset();
	begin = tick_edge();
	worker(note, (void *)"e", CASE_PRIORITY);
	worker(note, (void *)"l", LOW);
	vTaskDelay(0);
	trace('a');
	CHECK(trace_is("ea"));
	CHECK_ELAPSED(begin, 0);
	settle();
}

static void delay_and_note(void *arg)
{
	TickType_t ticks = (TickType_t)(uintptr_t)arg;

	vTaskDelay(ticks * 10);
	trace((char)('0' + ticks));
}

static void sleepers_wake_by_time(void)
{
	static const uintptr_t order[] = { 3, 1, 4, 2 };
	unsigned int i;

	trace_reset();
	for (i = 0; i < 4; i++)
		worker(delay_and_note, (void *)order[i], HIGH);
	vTaskDelay(60);
	CHECK(trace_is("1234"));
}

/* From a begin that all share, so that they wake in the same tick. */
static void delay_until_30_and_note(void *arg)
{
	TickType_t wake = *(const TickType_t *)arg;

	xTaskDelayUntil(&wake, 30);
	trace(uxTaskPriorityGet(NULL) == HIGH ? 'h' : 'l');
}

static void those_of_one_tick_wake_by_priority(void)
{
	TickType_t begin = tick_edge();

	trace_reset();
	worker(delay_until_30_and_note, &begin, LOW);
	worker(delay_until_30_and_note, &begin, HIGH);
	settle();
	vTaskDelay(60);
	CHECK(trace_is("hl"));
}

static void delay_until_does_not_drift(void)
{
	TickType_t wake = tick_edge();
	TickType_t begin = wake;
	TickType_t i;

	for (i = 1; i <= 5; i++) {
		spin_ticks(i % 3);
		CHECK(xTaskDelayUntil(&wake, 7) == pdTRUE
		      || !conformance_exact);
		CHECK(wake == begin + 7 * i);
	}
	CHECK_ELAPSED(begin, 35);
}

static void delay_until_in_the_past_does_not_wait(void)
{
	TickType_t wake = tick_edge();
	TickType_t begin = wake;

	spin_ticks(10);
	begin = xTaskGetTickCount();
	CHECK(xTaskDelayUntil(&wake, 5) == pdFALSE);
	CHECK_ELAPSED(begin, 0);
	CHECK(wake == begin - 10 + 5 || !conformance_exact);
}

static void the_old_delay_until_is_the_same(void)
{
	TickType_t wake = tick_edge();
	TickType_t begin = wake;

	vTaskDelayUntil(&wake, 4);
	CHECK(wake == begin + 4);
	CHECK_ELAPSED(begin, 4);
}

static void milliseconds_become_ticks(void)
{
	CHECK(pdMS_TO_TICKS(0) == 0);
	CHECK(pdMS_TO_TICKS(1000) == configTICK_RATE_HZ);
	CHECK(pdMS_TO_TICKS(7) == 7 * configTICK_RATE_HZ / 1000);
	CHECK(portTICK_PERIOD_MS == 1000 / configTICK_RATE_HZ);
	CHECK(pdTICKS_TO_MS(configTICK_RATE_HZ) == 1000);
}

static void count_for_ever(void *arg)
{
	volatile uint32_t *count = arg;

	for (;;)
		(*count)++;
}

/* Nothing lower takes the processor from who wakes by time. */
static void a_delay_preempts_who_spins(void)
{
	volatile uint32_t count = 0;
	TickType_t begin;

	worker(count_for_ever, (void *)&count, LOW);
	AWAIT(count > 0);
	begin = tick_edge();
	vTaskDelay(5);
	CHECK_ELAPSED(begin, 5);
}

static BaseType_t read_ticks_isr(void *arg)
{
	*(TickType_t *)arg = xTaskGetTickCountFromISR();
	return pdFALSE;
}

static void an_interrupt_reads_the_ticks(void)
{
	TickType_t before = tick_edge(), seen = 0;

	in_interrupt(read_ticks_isr, &seen);
	CHECK(seen - before <= xTaskGetTickCount() - before);
}

const struct conformance_case delay_cases[] = {
	CASE(a_delay_takes_its_ticks),
	CASE(a_delay_ends_with_a_tick),
	CASE(a_delay_of_0_only_yields),
	CASE(sleepers_wake_by_time),
	CASE(those_of_one_tick_wake_by_priority),
	CASE(delay_until_does_not_drift),
	CASE(delay_until_in_the_past_does_not_wait),
	CASE(the_old_delay_until_is_the_same),
	CASE(milliseconds_become_ticks),
	CASE(a_delay_preempts_who_spins),
	CASE(an_interrupt_reads_the_ticks),
	END_OF_CASES
};
