/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Objects that are deleted while tasks wait for them. FreeRTOS forbids it;
 * here whoever waits returns at once, as if its time had run out.
 */
#include "groups.h"
#include "semphr.h"

struct user {
	QueueHandle_t object;
	BaseType_t result;
};

static void receive(void *arg)
{
	struct user *u = arg;
	uint32_t item;

	u->result = xQueueReceive(u->object, &item, portMAX_DELAY);
	trace('r');
}

static void peek(void *arg)
{
	struct user *u = arg;
	uint32_t item;

	u->result = xQueuePeek(u->object, &item, portMAX_DELAY);
	trace('p');
}

static void send(void *arg)
{
	struct user *u = arg;

	u->result = xQueueSend(u->object, &(uint32_t){ 1 }, portMAX_DELAY);
	trace('s');
}

static void take(void *arg)
{
	struct user *u = arg;

	u->result = xSemaphoreTake(u->object, portMAX_DELAY);
	trace('t');
}

static void take_recursive(void *arg)
{
	struct user *u = arg;

	u->result = xSemaphoreTakeRecursive(u->object, portMAX_DELAY);
	trace('t');
}

/* Let fn wait in tasks above and below, delete, see that both return. */
static void delete_under(QueueHandle_t object, TaskFunction_t fn,
			 const char *expected)
{
	struct user high = { object, pdTRUE }, low = { object, pdTRUE };
	TaskHandle_t task;

	REQUIRE(object);
	trace_reset();
	worker(fn, &high, HIGH);
	task = worker(fn, &low, LOW);
	AWAIT(eTaskGetState(task) == eBlocked);
	CHECK(trace_is(""));
	vQueueDelete(object);
	settle();
	CHECK(trace_is(expected));
	CHECK(high.result == pdFALSE && low.result == pdFALSE);
}

static StaticQueue_t static_memory;
static uint8_t static_items[sizeof(uint32_t)];

static QueueHandle_t queue(bool is_static)
{
	if (is_static)
		return xQueueCreateStatic(1, sizeof(uint32_t), static_items,
					  &static_memory);
	return xQueueCreate(1, sizeof(uint32_t));
}

static void receivers_return(bool is_static)
{
	delete_under(queue(is_static), receive, "rr");
}
DYNAMIC_AND_STATIC(receivers_return)

static void peekers_return(bool is_static)
{
	delete_under(queue(is_static), peek, "pp");
}
DYNAMIC_AND_STATIC(peekers_return)

static void senders_return(bool is_static)
{
	QueueHandle_t q = queue(is_static);

	xQueueSend(q, &(uint32_t){ 1 }, 0);
	delete_under(q, send, "ss");
}
DYNAMIC_AND_STATIC(senders_return)

static void takers_of_a_semaphore_return(bool is_static)
{
	delete_under(is_static ? xSemaphoreCreateBinaryStatic(&static_memory)
			       : xSemaphoreCreateBinary(), take, "tt");
}
DYNAMIC_AND_STATIC(takers_of_a_semaphore_return)

static void takers_of_a_counting_semaphore_return(bool is_static)
{
	delete_under(is_static ? xSemaphoreCreateCountingStatic(3, 0,
								&static_memory)
			       : xSemaphoreCreateCounting(3, 0), take, "tt");
}
DYNAMIC_AND_STATIC(takers_of_a_counting_semaphore_return)

static void takers_of_a_mutex_return(bool is_static)
{
	SemaphoreHandle_t m = is_static
		? xSemaphoreCreateMutexStatic(&static_memory)
		: xSemaphoreCreateMutex();

	xSemaphoreTake(m, 0);
	delete_under(m, take, "tt");
	/* What the holder inherited has gone with it. */
	CHECK(uxTaskPriorityGet(NULL) == CASE_PRIORITY);
}
DYNAMIC_AND_STATIC(takers_of_a_mutex_return)

static void takers_of_a_recursive_mutex_return(bool is_static)
{
	SemaphoreHandle_t m = is_static
		? xSemaphoreCreateRecursiveMutexStatic(&static_memory)
		: xSemaphoreCreateRecursiveMutex();

	xSemaphoreTakeRecursive(m, 0);
	delete_under(m, take_recursive, "tt");
	CHECK(uxTaskPriorityGet(NULL) == CASE_PRIORITY);
}
DYNAMIC_AND_STATIC(takers_of_a_recursive_mutex_return)

const struct conformance_case deleted_cases[] = {
	BOTH(receivers_return),
	BOTH(peekers_return),
	BOTH(senders_return),
	BOTH(takers_of_a_semaphore_return),
	BOTH(takers_of_a_counting_semaphore_return),
	BOTH(takers_of_a_mutex_return),
	BOTH(takers_of_a_recursive_mutex_return),
	END_OF_CASES
};
