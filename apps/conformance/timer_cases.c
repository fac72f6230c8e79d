/* SPDX-License-Identifier: BSD-3-Clause */
/* Software timers. Their daemon stands above all tasks of a case. */
#include "groups.h"
#include "timers.h"

#define DAEMON	configTIMER_TASK_PRIORITY

static StaticTimer_t static_memory;

/* When each callback came, and to which timer. */
static struct {
	volatile unsigned int count;
	TickType_t at[16];
	TimerHandle_t timer;
} fired;

static void on_timer(TimerHandle_t timer)
{
	if (fired.count < 16)
		fired.at[fired.count] = xTaskGetTickCount();
	fired.count++;
	fired.timer = timer;
}

static TimerHandle_t make(bool is_static, TickType_t period, BaseType_t reload)
{
	TimerHandle_t timer;

	memset(&fired, 0, sizeof(fired));
	if (is_static)
		timer = xTimerCreateStatic("timer", period, reload, NULL,
					   on_timer, &static_memory);
	else
		timer = xTimerCreate("timer", period, reload, NULL, on_timer);
	CHECK(timer != NULL);
	return timer;
}

static void delete_timer(TimerHandle_t timer)
{
	CHECK(xTimerDelete(timer, 1000) == pdPASS);
}

/* Virtual time: exactly; else not too early. */
static bool fired_at(unsigned int index, TickType_t tick)
{
	TickType_t late = fired.at[index] - tick;

	return index < fired.count && late <= (conformance_exact ? 0 : 500);
}

/* ---- Expiry ---- */

static void a_one_shot_timer_fires_once(bool is_static)
{
	TimerHandle_t timer = make(is_static, 5, pdFALSE);
	TickType_t begin;

	CHECK(xTimerIsTimerActive(timer) == pdFALSE);
	begin = tick_edge();
	CHECK(xTimerStart(timer, 0) == pdPASS);
	/* Where time is real, this task may be held up for so long. */
	CHECK(xTimerIsTimerActive(timer) == pdTRUE || fired.count);
	AWAIT(fired.count);
	CHECK(fired_at(0, begin + 5));
	CHECK(fired.timer == timer);
	CHECK(xTimerIsTimerActive(timer) == pdFALSE);
	vTaskDelay(20);
	CHECK(fired.count == 1);
	delete_timer(timer);
}
DYNAMIC_AND_STATIC(a_one_shot_timer_fires_once)

static void a_reloading_timer_fires_each_period(bool is_static)
{
	TimerHandle_t timer = make(is_static, 4, pdTRUE);
	TickType_t begin = tick_edge();

	xTimerStart(timer, 0);
	AWAIT(fired.count >= 4);
	CHECK(xTimerIsTimerActive(timer) == pdTRUE);
	CHECK(xTimerStop(timer, 0) == pdPASS);
	CHECK(fired_at(0, begin + 4) && fired_at(1, begin + 8));
	CHECK(fired_at(2, begin + 12) && fired_at(3, begin + 16));
	delete_timer(timer);
}
DYNAMIC_AND_STATIC(a_reloading_timer_fires_each_period)

static void a_stopped_timer_does_not_fire(bool is_static)
{
	TimerHandle_t timer = make(is_static, 50, pdTRUE);

	xTimerStart(timer, 0);
	vTaskDelay(3);
	CHECK(xTimerStop(timer, 0) == pdPASS);
	CHECK(xTimerIsTimerActive(timer) == pdFALSE);
	vTaskDelay(100);
	CHECK(fired.count == 0);
	delete_timer(timer);
}
DYNAMIC_AND_STATIC(a_stopped_timer_does_not_fire)

static void reset_and_start_begin_anew(void)
{
	TimerHandle_t timer = make(false, 50, pdFALSE);
	TickType_t begin = tick_edge();

	CHECK(xTimerReset(timer, 0) == pdPASS);
	vTaskDelay(20);
	CHECK(xTimerReset(timer, 0) == pdPASS);
	vTaskDelay(20);
	CHECK(xTimerStart(timer, 0) == pdPASS);
	AWAIT(fired.count);
	CHECK(fired_at(0, begin + 90));
	delete_timer(timer);
}

static void a_new_period_begins_at_once(void)
{
	TimerHandle_t timer = make(false, 500, pdFALSE);
	TickType_t begin = tick_edge();

	/* It also starts a timer that sleeps. */
	CHECK(xTimerChangePeriod(timer, 7, 0) == pdPASS);
	CHECK(xTimerGetPeriod(timer) == 7);
	AWAIT(fired.count);
	CHECK(fired_at(0, begin + 7));
	begin = tick_edge();
	xTimerChangePeriod(timer, 500, 0);
	vTaskDelay(2);
	xTimerChangePeriod(timer, 3, 0);
	AWAIT(fired.count == 2);
	CHECK(fired_at(1, begin + 5));
	delete_timer(timer);
}

static void the_expiry_time_is_told(void)
{
	TimerHandle_t timer = make(false, 30, pdFALSE);
	TickType_t begin = tick_edge();

	xTimerStart(timer, 0);
	CHECK(xTimerGetExpiryTime(timer) == begin + 30 || !conformance_exact);
	delete_timer(timer);
}

/* ---- What a timer is ---- */

static void name_identity_and_mode_are_kept(bool is_static)
{
	TimerHandle_t timer = make(is_static, 30, pdTRUE);

	CHECK(!strcmp(pcTimerGetName(timer), "timer"));
	CHECK(pvTimerGetTimerID(timer) == NULL);
	vTimerSetTimerID(timer, &fired);
	CHECK(pvTimerGetTimerID(timer) == &fired);
	CHECK(xTimerGetPeriod(timer) == 30);
	CHECK(xTimerGetReloadMode(timer) == pdTRUE);
	CHECK(uxTimerGetReloadMode(timer) == 1);
	vTimerSetReloadMode(timer, pdFALSE);
	CHECK(xTimerGetReloadMode(timer) == pdFALSE);
	delete_timer(timer);
}
DYNAMIC_AND_STATIC(name_identity_and_mode_are_kept)

static void a_reload_mode_can_be_taken_back(void)
{
	TimerHandle_t timer = make(false, 5, pdTRUE);

	xTimerStart(timer, 0);
	AWAIT(fired.count >= 2);
	vTimerSetReloadMode(timer, pdFALSE);
	vTaskDelay(20);
	CHECK(fired.count <= 3 || !conformance_exact);
	CHECK(xTimerIsTimerActive(timer) == pdFALSE);
	delete_timer(timer);
}

static void a_static_timer_allocates_nothing(void)
{
	size_t before = xPortGetFreeHeapSize();
	TimerHandle_t timer = make(true, 5, pdFALSE);
	StaticTimer_t *memory = NULL;

	CHECK(xPortGetFreeHeapSize() == before);
	CHECK(xTimerGetStaticBuffer(timer, &memory) == pdTRUE);
	CHECK(memory == &static_memory);
	delete_timer(timer);
}

static void an_active_timer_can_be_deleted(bool is_static)
{
	TimerHandle_t timer = make(is_static, 10, pdTRUE);

	xTimerStart(timer, 0);
	delete_timer(timer);
	vTaskDelay(30);
	CHECK(fired.count == 0);
}
DYNAMIC_AND_STATIC(an_active_timer_can_be_deleted)

/* ---- The daemon ---- */

static TaskHandle_t ran_in;

static void learn_task(TimerHandle_t timer)
{
	ran_in = xTaskGetCurrentTaskHandle();
	/* A callback may command timers, its own too. */
	if (xTimerIsTimerActive(timer))
		xTimerStop(timer, 0);
}

static void callbacks_run_in_the_daemon(void)
{
	TimerHandle_t timer = xTimerCreate("timer", 2, pdTRUE, NULL,
					   learn_task);

	REQUIRE(timer);
	ran_in = NULL;
	xTimerStart(timer, 0);
	AWAIT(ran_in);
	CHECK(ran_in == xTimerGetTimerDaemonTaskHandle());
	CHECK(uxTaskPriorityGet(ran_in) == DAEMON);
	CHECK(xTimerIsTimerActive(timer) == pdFALSE);
	delete_timer(timer);
}

static void note_id(TimerHandle_t timer)
{
	trace(*(const char *)pvTimerGetTimerID(timer));
}

static void they_fire_in_the_order_of_expiry(void)
{
	static const char marks[] = "abcd";
	static const TickType_t periods[] = { 30, 10, 20, 10 };
	TimerHandle_t timers[4];
	unsigned int i;

	trace_reset();
	tick_edge();
	for (i = 0; i < 4; i++) {
		timers[i] = xTimerCreate("timer", periods[i], pdFALSE,
					 (void *)&marks[i], note_id);
		REQUIRE(timers[i]);
		xTimerStart(timers[i], 0);
	}
	vTaskDelay(60);
	CHECK(trace_is("bdca"));
	for (i = 0; i < 4; i++)
		delete_timer(timers[i]);
}

/* Commands wait in a queue while their sender keeps the daemon off. */
static void a_full_command_queue_refuses(void)
{
	TimerHandle_t timer = make(false, 1000, pdFALSE);
	TickType_t begin;
	unsigned int i;

	vTaskPrioritySet(NULL, DAEMON + 1);
	for (i = 0; i < configTIMER_QUEUE_LENGTH; i++)
		CHECK(xTimerStart(timer, 0) == pdPASS);
	CHECK(xTimerStart(timer, 0) == pdFAIL);
	begin = xTaskGetTickCount();
	/* While it waits the daemon gets on. */
	CHECK(xTimerStop(timer, 10) == pdPASS);
	CHECK_ELAPSED(begin, 0);
	vTaskPrioritySet(NULL, CASE_PRIORITY);
	CHECK(xTimerIsTimerActive(timer) == pdFALSE);
	delete_timer(timer);
}

/* The time counts from the command, not from when the daemon sees it. */
static void a_late_daemon_makes_up_for_it(void)
{
	TimerHandle_t timer = make(false, 4, pdTRUE);
	TickType_t begin;

	vTaskPrioritySet(NULL, DAEMON + 1);
	begin = tick_edge();
	xTimerStart(timer, 0);
	spin_ticks(10);
	CHECK(fired.count == 0);
	vTaskPrioritySet(NULL, CASE_PRIORITY);
	/* What it missed comes at once, the next in time. */
	CHECK(fired.count == 2 || !conformance_exact);
	AWAIT(fired.count >= 3);
	CHECK(fired_at(2, begin + 12));
	delete_timer(timer);
}

/* ---- Pended calls ---- */

struct call {
	TaskHandle_t task;
	uint32_t number;
	BaseType_t woken;
	BaseType_t result;
};

static void called(void *arg, uint32_t number)
{
	struct call *c = arg;

	c->task = xTaskGetCurrentTaskHandle();
	c->number = number;
}

static void a_task_pends_a_call(void)
{
	struct call c = { .number = 0 };

	CHECK(xTimerPendFunctionCall(called, &c, 77, 0) == pdPASS);
	CHECK(c.number == 77);
	CHECK(c.task == xTimerGetTimerDaemonTaskHandle());
}

static BaseType_t pend_isr(void *arg)
{
	struct call *c = arg;

	c->result = xTimerPendFunctionCallFromISR(called, c, 78, &c->woken);
	return c->woken;
}

static void an_interrupt_pends_a_call(void)
{
	struct call c = { .number = 0 };

	in_interrupt(pend_isr, &c);
	CHECK(c.result == pdPASS && c.woken == pdTRUE);
	CHECK(c.number == 78);
	CHECK(c.task == xTimerGetTimerDaemonTaskHandle());
}

/* ---- Interrupts ---- */

struct command {
	TimerHandle_t timer;
	BaseType_t woken;
	BaseType_t result;
};

static BaseType_t start_isr(void *arg)
{
	struct command *c = arg;

	c->result = xTimerStartFromISR(c->timer, &c->woken);
	return c->woken;
}

static BaseType_t stop_isr(void *arg)
{
	struct command *c = arg;

	c->result = xTimerStopFromISR(c->timer, &c->woken);
	return c->woken;
}

static BaseType_t reset_isr(void *arg)
{
	struct command *c = arg;

	c->result = xTimerResetFromISR(c->timer, NULL);
	return pdTRUE;
}

static BaseType_t change_isr(void *arg)
{
	struct command *c = arg;

	c->result = xTimerChangePeriodFromISR(c->timer, 3, &c->woken);
	return c->woken;
}

static void an_interrupt_starts_and_stops(bool is_static)
{
	struct command c = { .timer = make(is_static, 50, pdFALSE) };
	TickType_t begin = tick_edge();

	in_interrupt(start_isr, &c);
	CHECK(c.result == pdPASS && c.woken == pdTRUE);
	CHECK(xTimerIsTimerActive(c.timer) == pdTRUE);
	CHECK(xTimerGetExpiryTime(c.timer) == begin + 50
	      || !conformance_exact);
	in_interrupt(stop_isr, &c);
	CHECK(c.result == pdPASS);
	CHECK(xTimerIsTimerActive(c.timer) == pdFALSE);
	delete_timer(c.timer);
}
DYNAMIC_AND_STATIC(an_interrupt_starts_and_stops)

static void an_interrupt_resets_and_changes(bool is_static)
{
	struct command c = { .timer = make(is_static, 50, pdFALSE) };
	TickType_t begin;

	in_interrupt(start_isr, &c);
	vTaskDelay(10);
	begin = tick_edge();
	in_interrupt(reset_isr, &c);
	CHECK(c.result == pdPASS);
	spin_ticks(1);
	CHECK(xTimerGetExpiryTime(c.timer) == begin + 50
	      || !conformance_exact);
	begin = tick_edge();
	in_interrupt(change_isr, &c);
	CHECK(c.result == pdPASS);
	AWAIT(fired.count);
	CHECK(fired_at(0, begin + 3));
	delete_timer(c.timer);
}
DYNAMIC_AND_STATIC(an_interrupt_resets_and_changes)

const struct conformance_case timer_cases[] = {
	BOTH(a_one_shot_timer_fires_once),
	BOTH(a_reloading_timer_fires_each_period),
	BOTH(a_stopped_timer_does_not_fire),
	CASE(reset_and_start_begin_anew),
	CASE(a_new_period_begins_at_once),
	CASE(the_expiry_time_is_told),
	BOTH(name_identity_and_mode_are_kept),
	CASE(a_reload_mode_can_be_taken_back),
	CASE(a_static_timer_allocates_nothing),
	BOTH(an_active_timer_can_be_deleted),
	CASE(callbacks_run_in_the_daemon),
	CASE(they_fire_in_the_order_of_expiry),
	CASE(a_full_command_queue_refuses),
	CASE(a_late_daemon_makes_up_for_it),
	CASE(a_task_pends_a_call),
	CASE(an_interrupt_pends_a_call),
	BOTH(an_interrupt_starts_and_stops),
	BOTH(an_interrupt_resets_and_changes),
	END_OF_CASES
};
