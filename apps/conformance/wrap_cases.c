/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The tick count wraps once, soon after the start (FreeRTOSConfig.h says
 * when): all that can wait across it begins before and ends after. So the
 * first case that runs lets everything wait, and each looks at its part.
 */
#include "groups.h"
#include "semphr.h"
#include "timers.h"

/* Where all begin, before the wrap, and for how long they wait */
#define BEGIN	((TickType_t)-50)
#define TICKS	100

static struct {
	bool tried;
	bool happened;
	TickType_t delay, delay_until, receive, take, notified, timer;
	BaseType_t until_result;
	TickType_t left;
	BaseType_t timed_out, timed_out_later;
} across;

static void delays(void *arg)
{
	(void)arg;
	vTaskDelay(TICKS);
	across.delay = xTaskGetTickCount();
}

static void delays_until(void *arg)
{
	TickType_t wake = BEGIN;

	(void)arg;
	across.until_result = xTaskDelayUntil(&wake, TICKS);
	across.delay_until = xTaskGetTickCount();
	CHECK(wake == BEGIN + TICKS);
}

static void receives(void *arg)
{
	uint32_t item;

	xQueueReceive(arg, &item, TICKS);
	across.receive = xTaskGetTickCount();
}

static void takes(void *arg)
{
	xSemaphoreTake((SemaphoreHandle_t)arg, TICKS);
	across.take = xTaskGetTickCount();
}

static void is_notified(void *arg)
{
	(void)arg;
	ulTaskNotifyTake(pdTRUE, TICKS);
	across.notified = xTaskGetTickCount();
}

static void on_timer(TimerHandle_t timer)
{
	(void)timer;
	across.timer = xTaskGetTickCount();
}

/* A timeout that the caller keeps himself, looked at before and after. */
static void keep_timeout(void)
{
	TickType_t left = TICKS;
	TimeOut_t timeout;

	vTaskSetTimeOutState(&timeout);
	vTaskDelay(70);
	across.timed_out = xTaskCheckForTimeOut(&timeout, &left);
	across.left = left;
	vTaskDelay(40);
	across.timed_out_later = xTaskCheckForTimeOut(&timeout, &left);
}

static void wait_across(void)
{
	QueueHandle_t q = xQueueCreate(1, sizeof(uint32_t));
	SemaphoreHandle_t s = xSemaphoreCreateBinary();
	TimerHandle_t timer = xTimerCreate("wrap", TICKS, pdFALSE, NULL,
					   on_timer);

	REQUIRE(q && s && timer);
	vTaskDelay(BEGIN - xTaskGetTickCount());
	worker(delays, NULL, HIGH);
	worker(delays_until, NULL, HIGH);
	worker(receives, q, HIGH);
	worker(takes, s, HIGH);
	worker(is_notified, NULL, HIGH);
	xTimerStart(timer, 0);
	keep_timeout();
	vTaskDelay(20);
	across.happened = true;
	xTimerDelete(timer, 1000);
	vQueueDelete(q);
	vSemaphoreDelete(s);
}

/* False: the case cannot be judged, and says so. */
static bool wrapped(void)
{
	if (!across.tried && xTaskGetTickCount() > BEGIN - 1000
	    && xTaskGetTickCount() < BEGIN)
		wait_across();
	across.tried = true;
	if (!across.happened)
		conformance_skip("the tick count does not wrap soon enough");
	return across.happened;
}

static bool is_in_time(TickType_t tick)
{
	return tick - (BEGIN + TICKS) <= (conformance_exact ? 0U : 500U);
}

static void a_delay_goes_across(void)
{
	if (wrapped())
		CHECK(is_in_time(across.delay));
}

static void delay_until_goes_across(void)
{
	if (!wrapped())
		return;
	CHECK(is_in_time(across.delay_until));
	CHECK(across.until_result == pdTRUE);
}

static void timeouts_of_objects_go_across(void)
{
	if (!wrapped())
		return;
	CHECK(is_in_time(across.receive));
	CHECK(is_in_time(across.take));
	CHECK(is_in_time(across.notified));
}

static void a_timeout_of_the_callers_goes_across(void)
{
	if (!wrapped())
		return;
	CHECK(across.timed_out == pdFALSE || !conformance_exact);
	CHECK(across.left == 30 || !conformance_exact);
	CHECK(across.timed_out_later == pdTRUE);
}

static void a_timer_goes_across(void)
{
	if (wrapped())
		CHECK(is_in_time(across.timer));
}

const struct conformance_case wrap_cases[] = {
	CASE(a_delay_goes_across),
	CASE(delay_until_goes_across),
	CASE(timeouts_of_objects_go_across),
	CASE(a_timeout_of_the_callers_goes_across),
	CASE(a_timer_goes_across),
	END_OF_CASES
};
