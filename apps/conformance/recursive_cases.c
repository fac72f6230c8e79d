/* SPDX-License-Identifier: BSD-3-Clause */
/* Recursive mutexes. */
#include "groups.h"
#include "semphr.h"

static StaticSemaphore_t static_memory;

static SemaphoreHandle_t make(bool is_static)
{
	SemaphoreHandle_t m = is_static
		? xSemaphoreCreateRecursiveMutexStatic(&static_memory)
		: xSemaphoreCreateRecursiveMutex();

	CHECK(m != NULL);
	return m;
}

struct user {
	SemaphoreHandle_t m;
	TickType_t ticks;
	BaseType_t result;
	UBaseType_t priority;
};

static void take_and_give(void *arg)
{
	struct user *u = arg;
	TickType_t begin = xTaskGetTickCount();

	u->result = xSemaphoreTakeRecursive(u->m, u->ticks);
	trace(u->result == pdTRUE ? 't' : 'f');
	if (u->result == pdTRUE)
		xSemaphoreGiveRecursive(u->m);
	else
		CHECK_ELAPSED(begin, u->ticks);
}

static void it_is_given_as_often_as_taken(bool is_static)
{
	struct user u = { .m = make(is_static) };
	unsigned int i;

	trace_reset();
	for (i = 0; i < 3; i++)
		CHECK(xSemaphoreTakeRecursive(u.m, 10) == pdTRUE);
	for (i = 0; i < 3; i++) {
		worker(take_and_give, &u, HIGH);
		CHECK(u.result == pdFALSE);
		CHECK(xSemaphoreGiveRecursive(u.m) == pdTRUE);
	}
	worker(take_and_give, &u, HIGH);
	CHECK(u.result == pdTRUE);
	CHECK(xSemaphoreGiveRecursive(u.m) == pdFALSE);
	settle();
	vSemaphoreDelete(u.m);
}
DYNAMIC_AND_STATIC(it_is_given_as_often_as_taken)

static void taking_it_times_out(bool is_static)
{
	struct user u = { .m = make(is_static), .ticks = 5 };

	trace_reset();
	xSemaphoreTakeRecursive(u.m, 0);
	tick_edge();
	worker(take_and_give, &u, HIGH);
	AWAIT(trace_is("f"));
	xSemaphoreGiveRecursive(u.m);
	settle();
	vSemaphoreDelete(u.m);
}
DYNAMIC_AND_STATIC(taking_it_times_out)

static void only_its_holder_gives_it(void)
{
	SemaphoreHandle_t m = make(false);

	CHECK(xSemaphoreGiveRecursive(m) == pdFALSE);
	CHECK(xSemaphoreTakeRecursive(m, 0) == pdTRUE);
	CHECK(xSemaphoreGetMutexHolder(m) == xTaskGetCurrentTaskHandle());
	CHECK(xSemaphoreGiveRecursive(m) == pdTRUE);
	CHECK(xSemaphoreGetMutexHolder(m) == NULL);
	vSemaphoreDelete(m);
}

static void hold_twice(void *arg)
{
	struct user *u = arg;

	xSemaphoreTakeRecursive(u->m, portMAX_DELAY);
	xSemaphoreTakeRecursive(u->m, portMAX_DELAY);
	vTaskDelay(30);
	xSemaphoreGiveRecursive(u->m);
	u->priority = uxTaskPriorityGet(NULL);
	vTaskDelay(30);
	xSemaphoreGiveRecursive(u->m);
}

static void the_holder_inherits_until_the_last_give(void)
{
	struct user u = { .m = make(false) };
	TaskHandle_t holder = worker(hold_twice, &u, LOW);

	settle();
	CHECK(xSemaphoreTakeRecursive(u.m, portMAX_DELAY) == pdTRUE);
	CHECK(u.priority == CASE_PRIORITY);
	CHECK(uxTaskPriorityGet(holder) == LOW);
	xSemaphoreGiveRecursive(u.m);
	settle();
	vSemaphoreDelete(u.m);
}

static void a_waiter_runs_at_the_last_give(void)
{
	struct user u = { .m = make(false), .ticks = portMAX_DELAY };

	trace_reset();
	xSemaphoreTakeRecursive(u.m, 0);
	xSemaphoreTakeRecursive(u.m, 0);
	worker(take_and_give, &u, HIGH);
	xSemaphoreGiveRecursive(u.m);
	trace('a');
	xSemaphoreGiveRecursive(u.m);
	trace('b');
	CHECK(trace_is("atb"));
	settle();
	vSemaphoreDelete(u.m);
}

static void a_waiting_task_can_be_deleted(bool is_static)
{
	struct user u = { .m = make(is_static), .ticks = portMAX_DELAY };

	trace_reset();
	xSemaphoreTakeRecursive(u.m, 0);
	worker_delete(worker(take_and_give, &u, HIGH));
	xSemaphoreGiveRecursive(u.m);
	settle();
	CHECK(trace_is(""));
	CHECK(xSemaphoreTakeRecursive(u.m, 0) == pdTRUE);
	xSemaphoreGiveRecursive(u.m);
	vSemaphoreDelete(u.m);
}
DYNAMIC_AND_STATIC(a_waiting_task_can_be_deleted)

const struct conformance_case recursive_cases[] = {
	BOTH(it_is_given_as_often_as_taken),
	BOTH(taking_it_times_out),
	CASE(only_its_holder_gives_it),
	CASE(the_holder_inherits_until_the_last_give),
	CASE(a_waiter_runs_at_the_last_give),
	BOTH(a_waiting_task_can_be_deleted),
	END_OF_CASES
};
