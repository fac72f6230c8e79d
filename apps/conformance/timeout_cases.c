/* SPDX-License-Identifier: BSD-3-Clause */
/* vTaskSetTimeOutState() and xTaskCheckForTimeOut(), as drivers pair them. */
#include "groups.h"
#include "semphr.h"

static void what_is_left_counts_down(void)
{
	TickType_t left = 20;
	TimeOut_t timeout;

	tick_edge();
	vTaskSetTimeOutState(&timeout);
	vTaskDelay(5);
	CHECK(xTaskCheckForTimeOut(&timeout, &left) == pdFALSE
	      || !conformance_exact);
	CHECK(left == 15 || !conformance_exact);
	vTaskDelay(5);
	CHECK(xTaskCheckForTimeOut(&timeout, &left) == pdFALSE
	      || !conformance_exact);
	CHECK(left == 10 || !conformance_exact);
}

static void it_ends_when_all_has_gone(void)
{
	TickType_t left = 5;
	TimeOut_t timeout;

	tick_edge();
	vTaskSetTimeOutState(&timeout);
	vTaskDelay(5);
	CHECK(xTaskCheckForTimeOut(&timeout, &left) == pdTRUE);
	CHECK(left == 0);
}

static void nothing_to_wait_has_ended(void)
{
	TickType_t left = 0;
	TimeOut_t timeout;

	vTaskSetTimeOutState(&timeout);
	CHECK(xTaskCheckForTimeOut(&timeout, &left) == pdTRUE);
}

static void for_ever_never_ends(void)
{
	TickType_t left = portMAX_DELAY;
	TimeOut_t timeout;

	vTaskSetTimeOutState(&timeout);
	vTaskDelay(20);
	CHECK(xTaskCheckForTimeOut(&timeout, &left) == pdFALSE);
	CHECK(left == portMAX_DELAY);
}

/* What drivers with 32-bit variables mean by "for ever". */
static void ffffffff_is_as_good_as_for_ever(void)
{
	TickType_t left = 0xffffffffUL;
	TimeOut_t timeout;

	vTaskSetTimeOutState(&timeout);
	vTaskDelay(20);
	CHECK(xTaskCheckForTimeOut(&timeout, &left) == pdFALSE);
	CHECK(left > 0xffffff00UL);
}

static void give_now_and_then(void *arg)
{
	for (;;) {
		vTaskDelay(3);
		xSemaphoreGive((SemaphoreHandle_t)arg);
	}
}

/* The loop they are made for: wake-ups do not prolong the whole. */
static void a_loop_of_waits_keeps_to_the_whole(void)
{
	SemaphoreHandle_t s = xSemaphoreCreateBinary();
	TickType_t left = 20, begin;
	unsigned int wakes = 0;
	TimeOut_t timeout;
	TaskHandle_t giver;

	REQUIRE(s);
	giver = worker(give_now_and_then, s, HIGH);
	begin = tick_edge();
	vTaskSetTimeOutState(&timeout);
	do {
		wakes += xSemaphoreTake(s, left) == pdTRUE;
	} while (xTaskCheckForTimeOut(&timeout, &left) == pdFALSE);
	CHECK_ELAPSED(begin, 20);
	CHECK(wakes >= 5 || !conformance_exact);
	worker_delete(giver);
	vSemaphoreDelete(s);
}

const struct conformance_case timeout_cases[] = {
	CASE(what_is_left_counts_down),
	CASE(it_ends_when_all_has_gone),
	CASE(nothing_to_wait_has_ended),
	CASE(for_ever_never_ends),
	CASE(ffffffff_is_as_good_as_for_ever),
	CASE(a_loop_of_waits_keeps_to_the_whole),
	END_OF_CASES
};
