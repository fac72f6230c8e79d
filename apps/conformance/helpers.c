/* SPDX-License-Identifier: BSD-3-Clause */
/* What cases are written with: workers, traces, time, interrupts, memory. */
#include "conformance.h"
#include "helpers.h"
#include "interrupt.h"

/* ---- Workers ---- */

#define WORKERS	16

static struct worker {
	TaskHandle_t task;	/* NULL: this slot is free */
	TaskFunction_t fn;
	void *arg;
} workers[WORKERS];

static void worker_main(void *arg)
{
	struct worker *self = arg;

	self->fn(self->arg);
	self->task = NULL;
	vTaskDelete(NULL);
}

TaskHandle_t worker(TaskFunction_t fn, void *arg, UBaseType_t priority)
{
	struct worker *w = workers;
	TaskHandle_t task = NULL;
	BaseType_t made;

	while (w < workers + WORKERS && w->task)
		w++;
	CHECK(w < workers + WORKERS);
	if (w == workers + WORKERS)
		return NULL;
	w->fn = fn;
	w->arg = arg;
	/* It may run and end before this returns: not into w->task later. */
	made = xTaskCreate(worker_main, "worker", WORKER_STACK_WORDS, w,
			   priority, &w->task);
	task = w->task;
	CHECK(made == pdPASS);
	return task;
}

static struct worker *worker_of(TaskHandle_t task)
{
	struct worker *w;

	for (w = workers; task && w < workers + WORKERS; w++) {
		if (w->task == task)
			return w;
	}
	return NULL;
}

bool worker_ended(TaskHandle_t task)
{
	return !worker_of(task);
}

void worker_delete(TaskHandle_t task)
{
	struct worker *w = worker_of(task);

	if (w) {
		w->task = NULL;
		vTaskDelete(task);
	}
}

void settle(void)
{
	/* Above the idle task only. */
	vTaskPrioritySet(NULL, 1);
	vTaskPrioritySet(NULL, CASE_PRIORITY);
}

/* ---- Traces ---- */

static char trace_text[64];
static volatile uint32_t trace_length;

void trace_reset(void)
{
	trace_length = 0;
	memset(trace_text, 0, sizeof(trace_text));
}

void trace(char c)
{
	UBaseType_t mask = portSET_INTERRUPT_MASK_FROM_ISR();

	if (trace_length + 1 < sizeof(trace_text))
		trace_text[trace_length++] = c;
	portCLEAR_INTERRUPT_MASK_FROM_ISR(mask);
}

bool trace_is(const char *expected)
{
	return !strcmp(trace_text, expected);
}

/* ---- Time ---- */

TickType_t tick_edge(void)
{
	vTaskDelay(1);
	return xTaskGetTickCount();
}

void spin_ticks(TickType_t ticks)
{
	TickType_t begin = xTaskGetTickCount();

	while (xTaskGetTickCount() - begin < ticks)
		portNOP();
}

/* ---- Interrupts ---- */

static interrupt_fn interrupt_do;
static void *interrupt_arg;
volatile uint32_t interrupts_served;

static void on_interrupt(void)
{
	BaseType_t woken = pdFALSE;

	conformance_clear_interrupt();
	if (interrupt_do)
		woken = interrupt_do(interrupt_arg);
	interrupts_served++;
	portYIELD_FROM_ISR(woken);
}

bool interrupt_comes_after(uint32_t before)
{
	uint32_t patience = 100000000;

	while (interrupts_served == before && --patience)
		portNOP();
	return interrupts_served != before;
}

void in_interrupt(interrupt_fn fn, void *arg)
{
	UBaseType_t mask = portSET_INTERRUPT_MASK_FROM_ISR();
	uint32_t before = interrupts_served;

	interrupt_do = fn;
	interrupt_arg = arg;
	conformance_raise_interrupt();
	portCLEAR_INTERRUPT_MASK_FROM_ISR(mask);
	CHECK(interrupt_comes_after(before));
}

void in_interrupt_after_us(interrupt_fn fn, void *arg, uint32_t us)
{
	UBaseType_t mask = portSET_INTERRUPT_MASK_FROM_ISR();

	interrupt_do = fn;
	interrupt_arg = arg;
	conformance_raise_interrupt_after(us);
	portCLEAR_INTERRUPT_MASK_FROM_ISR(mask);
}

/* ---- The heap ---- */

/* A block that is kept, linked through its first bytes. */
struct kept {
	struct kept *next;
};

static struct kept *kept;

static void keep(size_t bytes)
{
	struct kept *block;

	while ((block = pvPortMalloc(bytes))) {
		block->next = kept;
		kept = block;
	}
}

bool heap_starve(size_t bytes)
{
	void *spared = pvPortMalloc(bytes);
	size_t size;

	if (!spared)
		return false;
	for (size = (size_t)1 << 30; size >= sizeof(struct kept); size /= 2)
		keep(size);
	vPortFree(spared);
	return true;
}

void heap_feed(void)
{
	while (kept) {
		struct kept *block = kept;

		kept = block->next;
		vPortFree(block);
	}
}

bool heap_returns_to(size_t bytes)
{
	unsigned int patience = 500;

	while (xPortGetFreeHeapSize() != bytes && patience--)
		vTaskDelay(1);
	return xPortGetFreeHeapSize() == bytes;
}

/* ---- Around the cases ---- */

bool helpers_init(void)
{
	return conformance_interrupt_init(on_interrupt) >= 0;
}

static void end_at_once(void *arg)
{
	(void)arg;
}

void helpers_warm_up(void)
{
	unsigned int i;

	for (i = 0; i < WORKERS; i++)
		worker(end_at_once, NULL, LOW);
	/* All run, and the idle task frees them. */
	vTaskDelay(50);
}

void helpers_reset(void)
{
	unsigned int i;

	conformance_clear_interrupt();
	for (i = 0; i < WORKERS; i++)
		worker_delete(workers[i].task);
	heap_feed();
}
