/* SPDX-License-Identifier: BSD-3-Clause */
/* What belongs to a task or is told of it; ends of delays before their time. */
#include "groups.h"
#include "queue.h"

/* ---- Thread-local storage pointers ---- */

#define POINTERS	configNUM_THREAD_LOCAL_STORAGE_POINTERS

static void set_own_pointers(void *arg)
{
	bool *good = arg;
	BaseType_t i;

	for (i = 0; i < POINTERS; i++) {
		*good &= !pvTaskGetThreadLocalStoragePointer(NULL, i);
		vTaskSetThreadLocalStoragePointer(NULL, i, &good[i]);
	}
	for (i = 0; i < POINTERS; i++)
		*good &= pvTaskGetThreadLocalStoragePointer(NULL, i)
			 == &good[i];
	vTaskSuspend(NULL);
}

static void each_task_has_pointers_of_its_own(void)
{
	bool good[2] = { true, true };
	TaskHandle_t task;

	vTaskSetThreadLocalStoragePointer(NULL, 0, &good[1]);
	task = worker(set_own_pointers, good, HIGH);
	CHECK(good[0]);
	CHECK(pvTaskGetThreadLocalStoragePointer(NULL, 0) == &good[1]);
	CHECK(pvTaskGetThreadLocalStoragePointer(task, 0) == &good[0]);
	vTaskSetThreadLocalStoragePointer(task, 0, NULL);
	CHECK(pvTaskGetThreadLocalStoragePointer(task, 0) == NULL);
}

static void pointers_out_of_range_are_refused(void)
{
	vTaskSetThreadLocalStoragePointer(NULL, POINTERS, (void *)1);
	CHECK(pvTaskGetThreadLocalStoragePointer(NULL, POINTERS) == NULL);
	CHECK(pvTaskGetThreadLocalStoragePointer(NULL, -1) == NULL);
}

/* ---- xTaskAbortDelay() ---- */

struct blocked {
	QueueHandle_t q;
	BaseType_t result;
};

static void delay(void *arg)
{
	(void)arg;
	vTaskDelay(100000);
	trace('d');
}

static void receive(void *arg)
{
	struct blocked *b = arg;
	uint32_t item;

	b->result = xQueueReceive(b->q, &item, 100000);
	trace('r');
}

static void take(void *arg)
{
	(void)arg;
	if (!ulTaskNotifyTake(pdTRUE, portMAX_DELAY))
		trace('n');
}

static void a_delay_can_be_ended(void)
{
	TaskHandle_t task;

	trace_reset();
	task = worker(delay, NULL, HIGH);
	trace('a');
	CHECK(xTaskAbortDelay(task) == pdPASS);
	trace('b');
	CHECK(trace_is("adb"));
}

/* As if its time had run out */
static void a_wait_can_be_ended(void)
{
	struct blocked b = { xQueueCreate(1, sizeof(uint32_t)), pdPASS };
	TaskHandle_t task;
	uint32_t item = 1;

	REQUIRE(b.q);
	trace_reset();
	task = worker(receive, &b, HIGH);
	CHECK(xTaskAbortDelay(task) == pdPASS);
	CHECK(trace_is("r") && b.result == errQUEUE_EMPTY);
	CHECK(xQueueSend(b.q, &item, 0) == pdPASS);
	CHECK(uxQueueMessagesWaiting(b.q) == 1);
	task = worker(take, NULL, HIGH);
	CHECK(xTaskAbortDelay(task) == pdPASS);
	CHECK(trace_is("rn"));
	vQueueDelete(b.q);
}

static void only_who_waits_can_be_woken_so(void)
{
	TaskHandle_t task = worker(delay, NULL, LOW);

	trace_reset();
	CHECK(xTaskAbortDelay(task) == pdFAIL);
	settle();
	vTaskSuspend(task);
	CHECK(xTaskAbortDelay(task) == pdFAIL);
	CHECK(trace_is(""));
}

/* ---- Of a task and of all ---- */

static void nothing(void *arg)
{
	(void)arg;
}

static void a_task_is_found_by_its_name(void)
{
	TaskHandle_t task;

	CHECK(xTaskGetHandle("worker") == NULL);
	task = worker(nothing, NULL, LOW);
	CHECK(task && xTaskGetHandle("worker") == task);
	CHECK(xTaskGetHandle("case") == xTaskGetCurrentTaskHandle());
	CHECK(xTaskGetHandle("nobody") == NULL);
}

static void a_task_is_described(void)
{
	TaskHandle_t task = worker(nothing, NULL, LOW);
	TaskStatus_t status;

	memset(&status, 0xff, sizeof(status));
	vTaskGetInfo(task, &status, pdTRUE, eInvalid);
	CHECK(status.xHandle == task);
	CHECK(!strcmp(status.pcTaskName, "worker"));
	CHECK(status.eCurrentState == eReady);
	CHECK(status.uxCurrentPriority == LOW);
	CHECK(status.uxBasePriority == LOW);
	CHECK(status.usStackHighWaterMark > 0);
	CHECK(status.usStackHighWaterMark < WORKER_STACK_WORDS);
	/* A state that is known need not be found, but for who runs. */
	vTaskGetInfo(task, &status, pdFALSE, eSuspended);
	CHECK(status.eCurrentState == eSuspended);
	vTaskGetInfo(NULL, &status, pdFALSE, eReady);
	CHECK(status.xHandle == xTaskGetCurrentTaskHandle());
	CHECK(status.eCurrentState == eRunning);
}

static void all_tasks_are_described(void)
{
	static TaskStatus_t all[20];
	TaskHandle_t task = worker(nothing, NULL, LOW);
	UBaseType_t count, i, found = 0;

	CHECK(uxTaskGetSystemState(all, 1, NULL) == 0);
	count = uxTaskGetSystemState(all, 20, NULL);
	CHECK(count == uxTaskGetNumberOfTasks());
	for (i = 0; i < count; i++) {
		if (all[i].xHandle == task)
			found += all[i].eCurrentState == eReady;
		if (all[i].xHandle == xTaskGetCurrentTaskHandle())
			found += all[i].eCurrentState == eRunning;
	}
	CHECK(found == 2);
}

static void use_stack(void *arg)
{
	volatile uint8_t much[3000];
	unsigned int i;

	for (i = 0; i < sizeof(much); i++)
		much[i] = 1;
	(void)arg;
	vTaskSuspend(NULL);
	CHECK(much[0]);
}

static void the_stack_that_was_never_used_is_told(void)
{
	TaskHandle_t little = worker(nothing, NULL, LOW);
	TaskHandle_t much = worker(use_stack, NULL, HIGH);
	UBaseType_t left = uxTaskGetStackHighWaterMark(much);

	CHECK(uxTaskGetStackHighWaterMark(little) > left);
	CHECK(left < WORKER_STACK_WORDS - 3000 / sizeof(StackType_t));
	CHECK(left > 0);
	CHECK(uxTaskGetStackHighWaterMark(NULL) > 0);
}

/* ---- Tags ---- */

static BaseType_t tag(void *arg)
{
	return *(int *)arg == 5 ? 55 : 0;
}

static void a_tag_is_kept_and_called(void)
{
	TaskHandle_t task = worker(nothing, NULL, LOW);
	int five = 5;

	CHECK(xTaskGetApplicationTaskTag(task) == NULL);
	CHECK(xTaskCallApplicationTaskHook(task, &five) == pdFAIL);
	vTaskSetApplicationTaskTag(task, tag);
	CHECK(xTaskGetApplicationTaskTag(task) == tag);
	CHECK(xTaskGetApplicationTaskTag(NULL) == NULL);
	CHECK(xTaskCallApplicationTaskHook(task, &five) == 55);
}

/* ---- Queues by name ---- */

static void a_registered_queue_has_a_name(void)
{
	QueueHandle_t q = xQueueCreate(1, 1);

	REQUIRE(q);
	CHECK(pcQueueGetName(q) == NULL);
	vQueueAddToRegistry(q, "name");
	CHECK(pcQueueGetName(q) && !strcmp(pcQueueGetName(q), "name"));
	vQueueUnregisterQueue(q);
	CHECK(pcQueueGetName(q) == NULL);
	vQueueAddToRegistry(q, "again");
	vQueueDelete(q);
}

const struct conformance_case info_cases[] = {
	CASE(each_task_has_pointers_of_its_own),
	CASE(pointers_out_of_range_are_refused),
	CASE(a_delay_can_be_ended),
	CASE(a_wait_can_be_ended),
	CASE(only_who_waits_can_be_woken_so),
	CASE(a_task_is_found_by_its_name),
	CASE(a_task_is_described),
	CASE(all_tasks_are_described),
	CASE(the_stack_that_was_never_used_is_told),
	CASE(a_tag_is_kept_and_called),
	CASE(a_registered_queue_has_a_name),
	END_OF_CASES
};
