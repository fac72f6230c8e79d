/* SPDX-License-Identifier: BSD-3-Clause */
/* What may be done before vTaskStartScheduler(), as drivers' init does. */
#include "groups.h"
#include "queue.h"
#include "semphr.h"

static struct {
	BaseType_t state;
	bool ran_early;
	bool queue_works;
	bool semaphores_work;
	bool memory_works;
	bool mask_nests;
} before;

static QueueHandle_t early_queue;
static TaskHandle_t early_high, early_low, early_suspended;
static volatile char order[4];
static volatile unsigned int ran;
static volatile bool suspended_ran;

static void early(void *arg)
{
	if (ran < sizeof(order) - 1)
		order[ran++] = *(const char *)arg;
	vTaskDelete(NULL);
}

static void early_sleeper(void *arg)
{
	(void)arg;
	suspended_ran = true;
	vTaskDelete(NULL);
}

static void make_early_tasks(void)
{
	xTaskCreate(early, "early", WORKER_STACK_WORDS, (void *)"l", HIGH,
		    &early_low);
	xTaskCreate(early, "early", WORKER_STACK_WORDS, (void *)"h", HIGHER,
		    &early_high);
	xTaskCreate(early_sleeper, "sleeper", WORKER_STACK_WORDS, NULL,
		    HIGHER, &early_suspended);
	vTaskSuspend(early_suspended);
	before.ran_early = ran != 0 || suspended_ran;
}

static bool queue_works(void)
{
	uint32_t a = 0;

	early_queue = xQueueCreate(1, sizeof(a));
	return early_queue
	       && xQueueReceive(early_queue, &a, 0) == errQUEUE_EMPTY
	       && xQueueSend(early_queue, &(uint32_t){ 1 }, 0) == pdPASS
	       && xQueueSend(early_queue, &(uint32_t){ 2 }, 0) == errQUEUE_FULL
	       && xQueuePeek(early_queue, &a, 0) == pdPASS && a == 1
	       && uxQueueMessagesWaiting(early_queue) == 1;
}

static bool semaphores_work(void)
{
	SemaphoreHandle_t s = xSemaphoreCreateBinary();
	SemaphoreHandle_t c = xSemaphoreCreateCounting(2, 1);
	bool holds;

	if (!s || !c)
		return false;
	holds = xSemaphoreTake(s, 0) == pdFALSE
		&& xSemaphoreGive(s) == pdTRUE && xSemaphoreTake(s, 0) == pdTRUE
		&& xSemaphoreGive(c) == pdTRUE && uxSemaphoreGetCount(c) == 2;
	vSemaphoreDelete(s);
	vSemaphoreDelete(c);
	return holds;
}

void conformance_before_start(void)
{
	void *memory = pvPortMalloc(100);

	before.memory_works = memory != NULL;
	vPortFree(memory);
	before.state = xTaskGetSchedulerState();
	before.queue_works = queue_works();
	before.semaphores_work = semaphores_work();
	taskENTER_CRITICAL();
	taskENTER_CRITICAL();
	taskEXIT_CRITICAL();
	taskEXIT_CRITICAL();
	before.mask_nests = true;
	make_early_tasks();
}

static void state_is_not_started(void)
{
	CHECK(before.state == taskSCHEDULER_NOT_STARTED);
	CHECK(xTaskGetSchedulerState() == taskSCHEDULER_RUNNING);
}

static void tasks_wait_for_the_start(void)
{
	CHECK(!before.ran_early);
	CHECK(ran == 2);
}

static void the_highest_task_runs_first(void)
{
	CHECK(order[0] == 'h' && order[1] == 'l');
}

static void a_task_can_be_suspended(void)
{
	static bool resumed;

	CHECK(resumed || !suspended_ran);
	if (!resumed)
		vTaskResume(early_suspended);
	resumed = true;
	CHECK(suspended_ran);
}

static void objects_can_be_used(void)
{
	uint32_t a = 0;

	CHECK(before.queue_works);
	CHECK(before.semaphores_work);
	CHECK(before.memory_works);
	CHECK(before.mask_nests);
	/* And what was sent then is there now. */
	if (uxQueueMessagesWaiting(early_queue)) {
		CHECK(xQueueReceive(early_queue, &a, 0) == pdPASS);
		CHECK(a == 1);
		xQueueSend(early_queue, &a, 0);
	}
}

const struct conformance_case start_cases[] = {
	CASE(state_is_not_started),
	CASE(tasks_wait_for_the_start),
	CASE(the_highest_task_runs_first),
	CASE(a_task_can_be_suspended),
	CASE(objects_can_be_used),
	END_OF_CASES
};
