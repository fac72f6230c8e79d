/* SPDX-License-Identifier: BSD-3-Clause */
/* An interrupt that is not the tick, and the switch at its end. */
#include "groups.h"
#include "semphr.h"

/* A worker and the semaphore that it waits for. */
struct waiter {
	SemaphoreHandle_t semaphore;
	BaseType_t woken;
	char mark;
};

static void wait_and_note(void *arg)
{
	struct waiter *w = arg;

	if (xSemaphoreTake(w->semaphore, portMAX_DELAY) == pdTRUE)
		trace(w->mark);
}

static BaseType_t give_isr(void *arg)
{
	struct waiter *w = arg;

	trace('i');
	xSemaphoreGiveFromISR(w->semaphore, &w->woken);
	return w->woken;
}

/* Let a task of @p priority wait, and an interrupt give, between a and b. */
static BaseType_t give_to(UBaseType_t priority)
{
	struct waiter w = { xSemaphoreCreateBinary(), pdFALSE, 'w' };

	trace_reset();
	CHECK(w.semaphore != NULL);
	worker(wait_and_note, &w, priority);
	if (priority <= CASE_PRIORITY) {
		settle();
		tick_edge();
	}
	trace('a');
	in_interrupt(give_isr, &w);
	trace('b');
	settle();
	vSemaphoreDelete(w.semaphore);
	return w.woken;
}

static void the_woken_task_runs_before_the_interrupted(void)
{
	CHECK(give_to(HIGH) == pdTRUE);
	CHECK(trace_is("aiwb"));
}

static void a_woken_equal_waits(void)
{
	CHECK(give_to(CASE_PRIORITY) == pdFALSE);
	CHECK(trace_is("aibw") || !conformance_exact);
}

static void a_woken_lower_waits(void)
{
	CHECK(give_to(LOW) == pdFALSE);
	CHECK(trace_is("aibw"));
}

static BaseType_t give_without_pointer_isr(void *arg)
{
	struct waiter *w = arg;

	xSemaphoreGiveFromISR(w->semaphore, NULL);
	return pdFALSE;
}

/* Nobody asks for the switch: it must come with the next tick at the latest. */
static void no_pointer_wakes_all_the_same(void)
{
	struct waiter w = { xSemaphoreCreateBinary(), pdFALSE, 'w' };

	REQUIRE(w.semaphore);
	trace_reset();
	worker(wait_and_note, &w, HIGH);
	in_interrupt(give_without_pointer_isr, &w);
	spin_ticks(2);
	CHECK(trace_is("w"));
	settle();
	vSemaphoreDelete(w.semaphore);
}

/* ---- Several at once ---- */

static BaseType_t give_three_isr(void *arg)
{
	struct waiter *w = arg;
	BaseType_t woken = pdFALSE;
	unsigned int i;

	for (i = 0; i < 3; i++)
		xSemaphoreGiveFromISR(w[i].semaphore, &woken);
	return woken;
}

static void several_woken_run_by_priority(void)
{
	static const UBaseType_t priorities[] = { HIGH, HIGHER, LOW };
	struct waiter w[3];
	unsigned int i;

	trace_reset();
	for (i = 0; i < 3; i++) {
		w[i].semaphore = xSemaphoreCreateBinary();
		w[i].mark = (char)('0' + i);
		REQUIRE(w[i].semaphore);
		worker(wait_and_note, &w[i], priorities[i]);
	}
	settle();
	trace('a');
	in_interrupt(give_three_isr, w);
	trace('b');
	settle();
	CHECK(trace_is("a10b2"));
	for (i = 0; i < 3; i++)
		vSemaphoreDelete(w[i].semaphore);
}

/* A driver passes one variable to several calls: none may clear it. */
static void the_pointer_is_only_ever_set(void)
{
	struct waiter high = { xSemaphoreCreateBinary(), pdFALSE, 'h' };

	REQUIRE(high.semaphore);
	high.woken = pdTRUE;
	in_interrupt(give_isr, &high);
	CHECK(high.woken == pdTRUE);
	vSemaphoreDelete(high.semaphore);
}

/* ---- The idle task is interrupted too ---- */

static void a_task_wakes_from_idle(void)
{
	struct waiter w = { xSemaphoreCreateBinary(), pdFALSE, 'w' };
	TickType_t begin;

	REQUIRE(w.semaphore);
	trace_reset();
	begin = tick_edge();
	in_interrupt_after_us(give_isr, &w, 5200);
	CHECK(xSemaphoreTake(w.semaphore, 1000) == pdTRUE);
	CHECK_ELAPSED(begin, 5);
	CHECK(w.woken == pdTRUE);
	vSemaphoreDelete(w.semaphore);
}

/* ---- What is interrupted goes on as it was ---- */

#define ROUNDS	200

static BaseType_t again_isr(void *arg)
{
	struct waiter *w = arg;
	BaseType_t woken = pdFALSE;

	if (interrupts_served - (uint32_t)w->woken < ROUNDS)
		in_interrupt_after_us(again_isr, w, 37);
	xSemaphoreGiveFromISR(w->semaphore, &woken);
	return woken;
}

static void scramble(void *arg)
{
	struct waiter *w = arg;

	for (;;) {
		xSemaphoreTake(w->semaphore, portMAX_DELAY);
		/* Other values in all registers that calls may change */
		__asm__ __volatile__("mov x0, #-1\n\tmov x1, x0\n\t"
				     "mov x2, x0\n\tmov x3, x0\n\t"
				     "mov x4, x0\n\tmov x5, x0\n\t"
				     "mov x6, x0\n\tmov x7, x0\n\t"
				     "mov x8, x0\n\tmov x9, x0\n\t"
				     "mov x10, x0\n\tmov x11, x0\n\t"
				     "mov x12, x0\n\tmov x13, x0\n\t"
				     "mov x14, x0\n\tmov x15, x0\n\t"
				     "cmp x0, x0"
				     ::: "x0", "x1", "x2", "x3", "x4", "x5",
				     "x6", "x7", "x8", "x9", "x10", "x11",
				     "x12", "x13", "x14", "x15", "cc");
	}
}

/* The same sum, whatever happened in between. */
static uint64_t mix(uint32_t rounds)
{
	uint64_t a = 1, b = 2, c = 3, d = 5, e = 7, f = 11;

	while (rounds--) {
		a = a * 6364136223846793005UL + b;
		b ^= a >> 17;
		c += b ^ d;
		d = (d << 7 | d >> 57) + e;
		e -= c & f;
		f = f * 3 + a;
		/* Or the compiler would know that once is enough. */
		__asm__ __volatile__("");
	}
	return a ^ b ^ c ^ d ^ e ^ f;
}

static void registers_survive_interrupts_and_switches(void)
{
	struct waiter w = { xSemaphoreCreateBinary(), 0, 's' };
	uint64_t alone = mix(100000);
	uint32_t before = interrupts_served;
	TaskHandle_t scrambler;
	unsigned int i;

	REQUIRE(w.semaphore);
	w.woken = (BaseType_t)before;
	scrambler = worker(scramble, &w, HIGH);
	in_interrupt_after_us(again_isr, &w, 37);
	for (i = 0; i < 1000 && interrupts_served - before < ROUNDS; i++)
		CHECK(mix(100000) == alone);
	CHECK(interrupts_served - before >= ROUNDS);
	worker_delete(scrambler);
	vSemaphoreDelete(w.semaphore);
}

/* ---- A mutex in an interrupt, as some drivers for the Raspberry Pi do ---- */

static BaseType_t take_isr(void *arg)
{
	struct waiter *w = arg;

	w->woken = xSemaphoreTakeFromISR(w->semaphore, NULL);
	return pdFALSE;
}

static void an_interrupt_takes_a_free_mutex_only(void)
{
	struct waiter w = { xSemaphoreCreateMutex(), pdFALSE, 'm' };

	REQUIRE(w.semaphore);
	in_interrupt(take_isr, &w);
	CHECK(w.woken == pdTRUE);
	CHECK(xSemaphoreTake(w.semaphore, 0) == pdFALSE);
	in_interrupt(take_isr, &w);
	CHECK(w.woken == pdFALSE);
	CHECK(uxSemaphoreGetCount(w.semaphore) == 0);
	vSemaphoreDelete(w.semaphore);
}

const struct conformance_case interrupt_cases[] = {
	CASE(the_woken_task_runs_before_the_interrupted),
	CASE(a_woken_equal_waits),
	CASE(a_woken_lower_waits),
	CASE(no_pointer_wakes_all_the_same),
	CASE(several_woken_run_by_priority),
	CASE(the_pointer_is_only_ever_set),
	CASE(a_task_wakes_from_idle),
	CASE(registers_survive_interrupts_and_switches),
	CASE(an_interrupt_takes_a_free_mutex_only),
	END_OF_CASES
};
