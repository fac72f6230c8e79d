/* SPDX-License-Identifier: BSD-3-Clause */
/* The suspended scheduler, critical sections, the interrupt mask. */
#include "groups.h"
#include "interrupt.h"
#include "semphr.h"

static void note(void *arg)
{
	trace(*(const char *)arg);
}

static void take_and_note(void *arg)
{
	if (xSemaphoreTake((SemaphoreHandle_t)arg, portMAX_DELAY) == pdTRUE)
		trace('t');
}

static BaseType_t give_isr(void *arg)
{
	BaseType_t woken = pdFALSE;

	xSemaphoreGiveFromISR((SemaphoreHandle_t)arg, &woken);
	return woken;
}

/* ---- vTaskSuspendAll() ---- */

static void no_switch_while_suspended(void)
{
	SemaphoreHandle_t s = xSemaphoreCreateBinary();

	REQUIRE(s);
	trace_reset();
	worker(take_and_note, s, HIGH);
	vTaskSuspendAll();
	xSemaphoreGive(s);
	trace('a');
	worker(note, (void *)"h", HIGHER);
	trace('b');
	CHECK(xTaskResumeAll() == pdTRUE);
	trace('c');
	CHECK(trace_is("abhtc"));
	settle();
	vSemaphoreDelete(s);
}

static void suspension_nests(void)
{
	SemaphoreHandle_t s = xSemaphoreCreateBinary();

	REQUIRE(s);
	trace_reset();
	worker(take_and_note, s, HIGH);
	vTaskSuspendAll();
	vTaskSuspendAll();
	xSemaphoreGive(s);
	CHECK(xTaskResumeAll() == pdFALSE);
	trace('a');
	CHECK(xTaskGetSchedulerState() == taskSCHEDULER_SUSPENDED);
	xTaskResumeAll();
	trace('b');
	CHECK(xTaskGetSchedulerState() == taskSCHEDULER_RUNNING);
	CHECK(trace_is("atb"));
	settle();
	vSemaphoreDelete(s);
}

/* Without a switch to make, resuming says so. */
static void resume_tells_whether_it_switched(void)
{
	tick_edge();
	vTaskSuspendAll();
	CHECK(xTaskResumeAll() == pdFALSE || !conformance_exact);
}

static void a_given_interrupt_waits_for_the_resume(void)
{
	SemaphoreHandle_t s = xSemaphoreCreateBinary();

	REQUIRE(s);
	trace_reset();
	worker(take_and_note, s, HIGH);
	vTaskSuspendAll();
	in_interrupt(give_isr, s);
	trace('a');
	CHECK(xTaskResumeAll() == pdTRUE);
	trace('b');
	CHECK(trace_is("atb"));
	settle();
	vSemaphoreDelete(s);
}

static void delay_and_note(void *arg)
{
	vTaskDelay((TickType_t)(uintptr_t)arg);
	trace('d');
}

/* Time goes on: who slept meanwhile wakes at the resume. */
static void delays_end_at_the_resume(void)
{
	volatile uint32_t i;
	TickType_t begin;

	trace_reset();
	begin = tick_edge();
	worker(delay_and_note, (void *)2, HIGH);
	vTaskSuspendAll();
	/* By work: FreeRTOS counts these ticks only at the resume. */
	for (i = 0; i < 6000000; i++)
		portNOP();
	CHECK(trace_is(""));
	xTaskResumeAll();
	CHECK(trace_is("d"));
	CHECK(xTaskGetTickCount() - begin >= 2);
}

static void a_suspended_scheduler_is_told(void)
{
	CHECK(xTaskGetSchedulerState() == taskSCHEDULER_RUNNING);
	vTaskSuspendAll();
	CHECK(xTaskGetSchedulerState() == taskSCHEDULER_SUSPENDED);
	xTaskResumeAll();
}

/* ---- Critical sections ---- */

static void no_interrupt_in_a_critical_section(void)
{
	uint32_t before = interrupts_served;
	volatile uint32_t i;

	taskENTER_CRITICAL();
	taskENTER_CRITICAL();
	in_interrupt_after_us(NULL, NULL, 10);
	for (i = 0; i < 50000; i++)
		portNOP();
	CHECK(interrupts_served == before);
	taskEXIT_CRITICAL();
	CHECK(interrupts_served == before);
	taskEXIT_CRITICAL();
	CHECK(interrupt_comes_after(before));
}

static void a_yield_in_a_critical_section_comes_back_masked(void)
{
	uint32_t before;
	volatile uint32_t i;

	trace_reset();
	tick_edge();
	worker(note, (void *)"e", CASE_PRIORITY);
	taskENTER_CRITICAL();
	trace('a');
	taskEXIT_CRITICAL();
	taskYIELD();
	taskENTER_CRITICAL();
	before = interrupts_served;
	in_interrupt_after_us(NULL, NULL, 0);
	for (i = 0; i < 1000; i++)
		portNOP();
	CHECK(interrupts_served == before);
	taskEXIT_CRITICAL();
	CHECK(trace_is("ae") || !conformance_exact);
}

static void the_mask_comes_back_as_it_was(void)
{
	uint32_t before = interrupts_served;
	volatile uint32_t i;
	UBaseType_t outer, inner;

	outer = portSET_INTERRUPT_MASK_FROM_ISR();
	inner = portSET_INTERRUPT_MASK_FROM_ISR();
	in_interrupt_after_us(NULL, NULL, 0);
	portCLEAR_INTERRUPT_MASK_FROM_ISR(inner);
	for (i = 0; i < 1000; i++)
		portNOP();
	CHECK(interrupts_served == before);
	portCLEAR_INTERRUPT_MASK_FROM_ISR(outer);
	CHECK(interrupt_comes_after(before));
}

static void disabled_interrupts_come_when_enabled(void)
{
	volatile uint32_t i;
	uint32_t before;

	in_interrupt(NULL, NULL);
	before = interrupts_served;
	taskDISABLE_INTERRUPTS();
	/* Without a mask of its own, which would not nest everywhere. */
	conformance_raise_interrupt();
	for (i = 0; i < 1000; i++)
		portNOP();
	CHECK(interrupts_served == before);
	taskENABLE_INTERRUPTS();
	CHECK(interrupt_comes_after(before));
}

static BaseType_t critical_isr(void *arg)
{
	UBaseType_t mask = taskENTER_CRITICAL_FROM_ISR();

	(*(int *)arg)++;
	taskEXIT_CRITICAL_FROM_ISR(mask);
	return pdFALSE;
}

static void an_interrupt_has_critical_sections(void)
{
	int count = 0;

	in_interrupt(critical_isr, &count);
	in_interrupt(critical_isr, &count);
	CHECK(count == 2);
}

const struct conformance_case scheduler_cases[] = {
	CASE(no_switch_while_suspended),
	CASE(suspension_nests),
	CASE(resume_tells_whether_it_switched),
	CASE(a_given_interrupt_waits_for_the_resume),
	CASE(delays_end_at_the_resume),
	CASE(a_suspended_scheduler_is_told),
	CASE(no_interrupt_in_a_critical_section),
	CASE(a_yield_in_a_critical_section_comes_back_masked),
	CASE(the_mask_comes_back_as_it_was),
	CASE(disabled_interrupts_come_when_enabled),
	CASE(an_interrupt_has_critical_sections),
	END_OF_CASES
};
