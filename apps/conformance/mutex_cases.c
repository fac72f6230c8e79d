/* SPDX-License-Identifier: BSD-3-Clause */
/* Mutexes: exclusion and priority inheritance. */
#include "groups.h"
#include "semphr.h"

/* Between the holder at LOW and the case. */
#define MIDDLE	(LOW + 1)

/* Ticks; longer than anything that shall happen meanwhile */
#define HOLD	100

static StaticSemaphore_t static_memory;

static SemaphoreHandle_t make(bool is_static)
{
	SemaphoreHandle_t m = is_static
		? xSemaphoreCreateMutexStatic(&static_memory)
		: xSemaphoreCreateMutex();

	CHECK(m != NULL);
	return m;
}

/* ---- Exclusion ---- */

struct user {
	SemaphoreHandle_t m;
	TickType_t ticks;
	BaseType_t result;
	char mark;
};

static void take_note_give(void *arg)
{
	struct user *u = arg;
	TickType_t begin = xTaskGetTickCount();

	u->result = xSemaphoreTake(u->m, u->ticks);
	trace(u->mark);
	if (u->result == pdTRUE)
		xSemaphoreGive(u->m);
	else
		CHECK_ELAPSED(begin, u->ticks);
}

static void it_starts_free_and_one_holds_it(bool is_static)
{
	struct user u = { make(is_static), 0, pdTRUE, 'u' };

	CHECK(uxSemaphoreGetCount(u.m) == 1);
	CHECK(xSemaphoreTake(u.m, 0) == pdTRUE);
	CHECK(uxSemaphoreGetCount(u.m) == 0);
	worker(take_note_give, &u, HIGH);
	CHECK(u.result == pdFALSE);
	CHECK(xSemaphoreGive(u.m) == pdTRUE);
	worker(take_note_give, &u, HIGH);
	CHECK(u.result == pdTRUE);
	settle();
	vSemaphoreDelete(u.m);
}
DYNAMIC_AND_STATIC(it_starts_free_and_one_holds_it)

static void taking_it_times_out(bool is_static)
{
	SemaphoreHandle_t m = make(is_static);
	struct user u = { m, 5, pdTRUE, 'u' };

	trace_reset();
	xSemaphoreTake(m, 0);
	tick_edge();
	worker(take_note_give, &u, HIGH);
	AWAIT(trace_is("u"));
	CHECK(u.result == pdFALSE);
	xSemaphoreGive(m);
	settle();
	vSemaphoreDelete(m);
}
DYNAMIC_AND_STATIC(taking_it_times_out)

static void the_holder_cannot_take_it_again(void)
{
	SemaphoreHandle_t m = make(false);
	TickType_t begin;

	xSemaphoreTake(m, 0);
	begin = tick_edge();
	CHECK(xSemaphoreTake(m, 3) == pdFALSE);
	CHECK_ELAPSED(begin, 3);
	xSemaphoreGive(m);
	vSemaphoreDelete(m);
}

static BaseType_t read_holder_isr(void *arg)
{
	SemaphoreHandle_t m = arg;

	CHECK(xSemaphoreGetMutexHolderFromISR(m) != NULL);
	return pdFALSE;
}

static void the_holder_is_told(bool is_static)
{
	SemaphoreHandle_t m = make(is_static);

	CHECK(xSemaphoreGetMutexHolder(m) == NULL);
	xSemaphoreTake(m, 0);
	CHECK(xSemaphoreGetMutexHolder(m) == xTaskGetCurrentTaskHandle());
	in_interrupt(read_holder_isr, m);
	xSemaphoreGive(m);
	CHECK(xSemaphoreGetMutexHolder(m) == NULL);
	vSemaphoreDelete(m);
}
DYNAMIC_AND_STATIC(the_holder_is_told)

static void waiters_are_served_by_priority(void)
{
	static const UBaseType_t priorities[] = { LOW, HIGH, LOW, HIGHER };
	SemaphoreHandle_t m = make(false);
	struct user u[4];
	TaskHandle_t task;
	unsigned int i;

	trace_reset();
	xSemaphoreTake(m, 0);
	for (i = 0; i < 4; i++) {
		u[i] = (struct user){ m, portMAX_DELAY, pdFALSE,
				      (char)('0' + i) };
		task = worker(take_note_give, &u[i], priorities[i]);
		AWAIT(eTaskGetState(task) == eBlocked);
	}
	xSemaphoreGive(m);
	settle();
	CHECK(trace_is("3102"));
	vSemaphoreDelete(m);
}

struct counter {
	SemaphoreHandle_t m;
	volatile unsigned int value;
	volatile unsigned int running;
};

/* Read, let others run, write: without exclusion counts get lost. */
static void count_up(void *arg)
{
	struct counter *c = arg;
	unsigned int i, was;

	for (i = 0; i < 50; i++) {
		xSemaphoreTake(c->m, portMAX_DELAY);
		was = c->value;
		if (i % 4 == 0)
			vTaskDelay(1);
		else
			taskYIELD();
		c->value = was + 1;
		xSemaphoreGive(c->m);
	}
	c->running--;
}

static void it_excludes(void)
{
	struct counter c = { make(false), 0, 4 };
	unsigned int i;

	for (i = 0; i < 4; i++)
		worker(count_up, &c, i < 2 ? LOW : HIGH);
	AWAIT(c.running == 0);
	CHECK(c.value == 200);
	settle();
	vSemaphoreDelete(c.m);
}

/* ---- Inheritance ---- */

/* Holds a mutex for a while, and writes down what priority it has when. */
struct holder {
	SemaphoreHandle_t m;
	TickType_t ticks;
	UBaseType_t holding;
	UBaseType_t after;
};

static void hold(void *arg)
{
	struct holder *h = arg;

	xSemaphoreTake(h->m, portMAX_DELAY);
	vTaskDelay(h->ticks);
	h->holding = uxTaskPriorityGet(NULL);
	xSemaphoreGive(h->m);
	h->after = uxTaskPriorityGet(NULL);
}

static void the_holder_inherits_until_it_gives(bool is_static)
{
	struct holder h = { make(is_static), HOLD, 99, 99 };
	TaskHandle_t holder = worker(hold, &h, LOW);

	settle();
	CHECK(uxTaskPriorityGet(holder) == LOW);
	CHECK(xSemaphoreTake(h.m, portMAX_DELAY) == pdTRUE);
	CHECK(h.holding == CASE_PRIORITY);
	/* It gave, and was preempted at once. */
	CHECK(h.after == 99);
	CHECK(uxTaskPriorityGet(holder) == LOW);
	CHECK(uxTaskBasePriorityGet(holder) == LOW);
	settle();
	CHECK(h.after == LOW);
	xSemaphoreGive(h.m);
	vSemaphoreDelete(h.m);
}
DYNAMIC_AND_STATIC(the_holder_inherits_until_it_gives)

static void hold_busily(void *arg)
{
	struct holder *h = arg;

	xSemaphoreTake(h->m, portMAX_DELAY);
	trace('h');
	spin_ticks(h->ticks);
	h->holding = uxTaskPriorityGet(NULL);
	xSemaphoreGive(h->m);
	trace('!');
}

static void spin(void *arg)
{
	(void)arg;
	for (;;)
		portNOP();
}

/* The classic inversion: the middle one would keep the holder off. */
static void the_middle_does_not_delay_the_high(void)
{
	struct holder h = { make(false), 5, 99, 99 };
	TaskHandle_t spinner;
	TickType_t begin;

	trace_reset();
	begin = tick_edge();
	worker(hold_busily, &h, LOW);
	AWAIT(trace_is("h"));
	spinner = worker(spin, NULL, MIDDLE);
	CHECK(xSemaphoreTake(h.m, 1000) == pdTRUE);
	CHECK(h.holding == CASE_PRIORITY);
	CHECK(trace_is("h"));
	CHECK(xTaskGetTickCount() - begin < 12 || !conformance_exact);
	xSemaphoreGive(h.m);
	worker_delete(spinner);
	settle();
	vSemaphoreDelete(h.m);
}

static void a_timeout_takes_it_back(bool is_static)
{
	struct holder h = { make(is_static), HOLD, 99, 99 };
	TaskHandle_t holder = worker(hold, &h, LOW);

	settle();
	CHECK(xSemaphoreTake(h.m, 3) == pdFALSE);
	CHECK(uxTaskPriorityGet(holder) == LOW);
	AWAIT(h.after != 99);
	CHECK(h.holding == LOW && h.after == LOW);
	vSemaphoreDelete(h.m);
}
DYNAMIC_AND_STATIC(a_timeout_takes_it_back)

static void a_timeout_leaves_what_others_need(void)
{
	struct holder h = { make(false), 3 * HOLD, 99, 99 };
	TaskHandle_t holder = worker(hold, &h, LOWER);
	struct user high = { h.m, 20, pdTRUE, 'h' };
	struct user low = { h.m, portMAX_DELAY, pdFALSE, 'l' };

	trace_reset();
	settle();
	worker(take_note_give, &low, LOW);
	settle();
	CHECK(uxTaskPriorityGet(holder) == LOW);
	tick_edge();
	worker(take_note_give, &high, HIGH);
	CHECK(uxTaskPriorityGet(holder) == HIGH);
	CHECK(uxTaskBasePriorityGet(holder) == LOWER);
	AWAIT(trace_is("h"));
	CHECK(high.result == pdFALSE);
	CHECK(uxTaskPriorityGet(holder) == LOW);
	AWAIT(trace_is("hl"));
	CHECK(low.result == pdTRUE);
	CHECK(h.holding == LOW);
	vSemaphoreDelete(h.m);
}

struct two {
	SemaphoreHandle_t first, second;
	UBaseType_t holding_both, holding_one, after;
};

static void hold_two(void *arg)
{
	struct two *t = arg;

	xSemaphoreTake(t->first, portMAX_DELAY);
	xSemaphoreTake(t->second, portMAX_DELAY);
	vTaskDelay(HOLD);
	t->holding_both = uxTaskPriorityGet(NULL);
	xSemaphoreGive(t->first);
	t->holding_one = uxTaskPriorityGet(NULL);
	xSemaphoreGive(t->second);
	t->after = uxTaskPriorityGet(NULL);
}

/* FreeRTOS's simplification: it lasts until the last mutex is given. */
static void it_lasts_until_the_last_mutex_is_given(void)
{
	struct two t = { make(false), make(false), 99, 99, 99 };

	worker(hold_two, &t, LOW);
	settle();
	CHECK(xSemaphoreTake(t.first, portMAX_DELAY) == pdTRUE);
	CHECK(t.holding_both == CASE_PRIORITY);
	settle();
	CHECK(t.holding_one == CASE_PRIORITY);
	CHECK(t.after == LOW);
	xSemaphoreGive(t.first);
	vSemaphoreDelete(t.first);
	vSemaphoreDelete(t.second);
}

/* Its own priority changes meanwhile: what it inherited stays. */
static void a_new_priority_waits_for_the_give(void)
{
	struct holder h = { make(false), HOLD, 99, 99 };
	TaskHandle_t holder = worker(hold, &h, LOW);
	struct user u = { h.m, portMAX_DELAY, pdFALSE, 'u' };

	settle();
	worker(take_note_give, &u, HIGH);
	CHECK(uxTaskPriorityGet(holder) == HIGH);
	vTaskPrioritySet(holder, LOWER);
	CHECK(uxTaskPriorityGet(holder) == HIGH);
	CHECK(uxTaskBasePriorityGet(holder) == LOWER);
	vTaskPrioritySet(holder, HIGHER);
	CHECK(uxTaskPriorityGet(holder) == HIGHER);
	vTaskPrioritySet(holder, LOWER);
	AWAIT(u.result == pdTRUE);
	AWAIT(h.after != 99);
	CHECK(h.after == LOWER);
	vSemaphoreDelete(h.m);
}

static void an_equal_gives_nothing_to_inherit(void)
{
	struct holder h = { make(false), 5, 99, 99 };
	struct user u = { h.m, portMAX_DELAY, pdFALSE, 'u' };

	worker(hold, &h, HIGH);
	worker(take_note_give, &u, LOW);
	AWAIT(h.after != 99);
	AWAIT(u.result == pdTRUE);
	CHECK(h.holding == HIGH && h.after == HIGH);
	settle();
	vSemaphoreDelete(h.m);
}

/* ---- Ends ---- */

static void a_waiting_task_can_be_deleted(bool is_static)
{
	struct holder h = { make(is_static), HOLD, 99, 99 };
	struct user u = { h.m, portMAX_DELAY, pdFALSE, '!' };

	trace_reset();
	worker(hold, &h, LOW);
	settle();
	worker_delete(worker(take_note_give, &u, HIGH));
	AWAIT(h.after != 99);
	CHECK(trace_is(""));
	CHECK(h.after == LOW);
	CHECK(xSemaphoreTake(h.m, 0) == pdTRUE);
	xSemaphoreGive(h.m);
	vSemaphoreDelete(h.m);
}
DYNAMIC_AND_STATIC(a_waiting_task_can_be_deleted)

const struct conformance_case mutex_cases[] = {
	BOTH(it_starts_free_and_one_holds_it),
	BOTH(taking_it_times_out),
	CASE(the_holder_cannot_take_it_again),
	BOTH(the_holder_is_told),
	CASE(waiters_are_served_by_priority),
	CASE(it_excludes),
	BOTH(the_holder_inherits_until_it_gives),
	CASE(the_middle_does_not_delay_the_high),
	BOTH(a_timeout_takes_it_back),
	CASE(a_timeout_leaves_what_others_need),
	CASE(it_lasts_until_the_last_mutex_is_given),
	CASE(a_new_priority_waits_for_the_give),
	CASE(an_equal_gives_nothing_to_inherit),
	BOTH(a_waiting_task_can_be_deleted),
	END_OF_CASES
};
