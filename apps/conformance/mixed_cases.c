/* SPDX-License-Identifier: BSD-3-Clause */
/* Unikraft's threads and FreeRTOS's tasks, on each other's objects. */
#include <uk/mutex.h>
#include <uk/sched.h>
#include <uk/schedprio.h>
#include <uk/semaphore.h>

#include "groups.h"
#include "semphr.h"

/* The scheduler's level of a FreeRTOS priority */
#define LEVEL(priority)	((priority) + 1)

/* A Unikraft thread at a FreeRTOS priority. */
static struct uk_thread *thread(uk_thread_fn1_t fn, void *arg,
				UBaseType_t priority)
{
	struct uk_thread *t;

	vTaskSuspendAll();
	t = uk_sched_thread_create(uk_sched_current(), fn, arg, "thread");
	CHECK(t != NULL);
	if (t)
		uk_schedprio_thread_prio_set(t, LEVEL((unsigned int)priority));
	xTaskResumeAll();
	return t;
}

/* The end of a thread that used FreeRTOS's API */
static __noreturn void end(void)
{
	vTaskDelete(NULL);
	uk_sched_thread_exit();
}

struct shared {
	QueueHandle_t q;
	SemaphoreHandle_t s;
	struct uk_semaphore semaphore;
	struct uk_mutex mutex;
	TaskHandle_t handle;
	uint32_t value;
	BaseType_t result;
	unsigned int level;
	__nsec left;
};

/* ---- Priorities are one scale ---- */

static __noreturn void note_thread(void *arg)
{
	trace(*(const char *)arg);
	uk_sched_thread_exit();
}

static void note_task(void *arg)
{
	trace(*(const char *)arg);
}

static void threads_and_tasks_share_one_scale_of_priorities(void)
{
	trace_reset();
	trace('a');
	thread(note_thread, (void *)"h", HIGH);
	thread(note_thread, (void *)"l", LOW);
	worker(note_task, (void *)"t", LOW + 1);
	trace('b');
	settle();
	CHECK(trace_is("ahbtl"));
}

/* ---- A thread on FreeRTOS's objects ---- */

static __noreturn void receive_thread(void *arg)
{
	struct shared *x = arg;

	x->result = xQueueReceive(x->q, &x->value, portMAX_DELAY);
	trace('r');
	end();
}

static void a_thread_waits_for_a_queue(void)
{
	struct shared x = { .q = xQueueCreate(1, sizeof(uint32_t)) };

	REQUIRE(x.q);
	trace_reset();
	thread(receive_thread, &x, HIGH);
	trace('a');
	xQueueSend(x.q, &(uint32_t){ 7 }, 0);
	trace('b');
	CHECK(trace_is("arb"));
	CHECK(x.result == pdPASS && x.value == 7);
	settle();
	vQueueDelete(x.q);
}

static __noreturn void take_with_timeout_thread(void *arg)
{
	struct shared *x = arg;

	x->result = xSemaphoreTake(x->s, 5);
	trace('t');
	end();
}

static void a_thread_times_out(void)
{
	struct shared x = { .s = xSemaphoreCreateBinary(), .result = 9 };
	TickType_t begin;

	REQUIRE(x.s);
	trace_reset();
	begin = tick_edge();
	thread(take_with_timeout_thread, &x, HIGH);
	while (trace_is(""))
		;
	CHECK_ELAPSED(begin, 5);
	CHECK(x.result == pdFALSE);
	settle();
	vSemaphoreDelete(x.s);
}

static __noreturn void give_thread(void *arg)
{
	struct shared *x = arg;

	vTaskDelay(20);
	trace('g');
	xSemaphoreGive(x->s);
	trace('h');
	end();
}

static void a_thread_gives_to_a_task(void)
{
	struct shared x = { .s = xSemaphoreCreateBinary() };

	REQUIRE(x.s);
	trace_reset();
	thread(give_thread, &x, LOW);
	CHECK(xSemaphoreTake(x.s, 5000) == pdTRUE);
	trace('t');
	CHECK(trace_is("gt"));
	settle();
	CHECK(trace_is("gth"));
	vSemaphoreDelete(x.s);
}

static __noreturn void notified_thread(void *arg)
{
	struct shared *x = arg;

	x->handle = xTaskGetCurrentTaskHandle();
	x->result = xTaskNotifyWait(0, 0, &x->value, portMAX_DELAY);
	trace('n');
	end();
}

static void a_thread_is_notified(void)
{
	struct shared x = { .handle = NULL };

	trace_reset();
	thread(notified_thread, &x, HIGH);
	REQUIRE(x.handle);
	CHECK(!strcmp(pcTaskGetName(x.handle), "thread"));
	CHECK(uxTaskPriorityGet(x.handle) == HIGH);
	xTaskNotify(x.handle, 42, eSetValueWithOverwrite);
	CHECK(trace_is("n"));
	CHECK(x.result == pdTRUE && x.value == 42);
	settle();
}

static __noreturn void hold_thread(void *arg)
{
	struct shared *x = arg;

	xSemaphoreTake(x->s, portMAX_DELAY);
	vTaskDelay(50);
	x->level = uk_schedprio_thread_prio_get(uk_thread_current());
	xSemaphoreGive(x->s);
	x->value = uk_schedprio_thread_prio_get(uk_thread_current());
	end();
}

static void a_thread_that_holds_a_mutex_inherits(void)
{
	struct shared x = { .s = xSemaphoreCreateMutex() };

	REQUIRE(x.s);
	thread(hold_thread, &x, LOW);
	settle();
	CHECK(xSemaphoreTake(x.s, 5000) == pdTRUE);
	CHECK(x.level == LEVEL(CASE_PRIORITY));
	xSemaphoreGive(x.s);
	settle();
	CHECK(x.value == LEVEL(LOW));
	vSemaphoreDelete(x.s);
}

static BaseType_t send_isr(void *arg)
{
	struct shared *x = arg;

	xQueueSendFromISR(x->q, &(uint32_t){ 9 }, &x->result);
	return x->result;
}

static void an_interrupt_wakes_a_thread(void)
{
	struct shared x = { .q = xQueueCreate(1, sizeof(uint32_t)) };
	struct shared at = { .q = x.q, .result = pdFALSE };

	REQUIRE(x.q);
	trace_reset();
	thread(receive_thread, &x, HIGH);
	trace('a');
	in_interrupt(send_isr, &at);
	trace('b');
	CHECK(trace_is("arb"));
	CHECK(x.value == 9 && at.result == pdTRUE);
	settle();
	vQueueDelete(x.q);
}

/* ---- A task on Unikraft's objects ---- */

static void down_task(void *arg)
{
	struct shared *x = arg;

	uk_semaphore_down(&x->semaphore);
	trace('d');
}

static __noreturn void up_thread(void *arg)
{
	struct shared *x = arg;

	trace('u');
	uk_semaphore_up(&x->semaphore);
	trace('v');
	uk_sched_thread_exit();
}

static void a_task_waits_for_a_uk_semaphore(void)
{
	struct shared x;

	trace_reset();
	uk_semaphore_init(&x.semaphore, 0);
	worker(down_task, &x, HIGH);
	CHECK(trace_is(""));
	thread(up_thread, &x, LOW);
	settle();
	CHECK(trace_is("udv"));
}

static void a_task_times_out_on_a_uk_semaphore(void)
{
	struct shared x;
	TickType_t begin = tick_edge();

	uk_semaphore_init(&x.semaphore, 0);
	x.left = uk_semaphore_down_to(&x.semaphore, 5000000);
	CHECK(x.left == __NSEC_MAX);
	CHECK_ELAPSED(begin, 5);
}

static __noreturn void lock_thread(void *arg)
{
	struct shared *x = arg;

	uk_mutex_lock(&x->mutex);
	trace('l');
	uk_sched_thread_sleep(20000000);
	trace('u');
	uk_mutex_unlock(&x->mutex);
	uk_sched_thread_exit();
}

static void a_task_waits_for_a_uk_mutex(void)
{
	struct shared x;

	trace_reset();
	uk_mutex_init(&x.mutex);
	thread(lock_thread, &x, HIGH);
	CHECK(trace_is("l"));
	uk_mutex_lock(&x.mutex);
	trace('t');
	uk_mutex_unlock(&x.mutex);
	CHECK(trace_is("lut"));
	settle();
}

/* ---- Both ways at once ---- */

static __noreturn void pong_thread(void *arg)
{
	struct shared *x = arg;
	unsigned int i;

	for (i = 0; i < 200; i++) {
		uk_semaphore_down(&x->semaphore);
		xSemaphoreGive(x->s);
	}
	x->result = pdTRUE;
	end();
}

static void task_and_thread_play_ping_pong(void)
{
	struct shared x = { .s = xSemaphoreCreateBinary() };
	unsigned int i, good = 0;

	REQUIRE(x.s);
	uk_semaphore_init(&x.semaphore, 0);
	thread(pong_thread, &x, CASE_PRIORITY);
	for (i = 0; i < 200; i++) {
		uk_semaphore_up(&x.semaphore);
		good += xSemaphoreTake(x.s, 1000) == pdTRUE;
	}
	settle();
	CHECK(good == 200);
	CHECK(x.result == pdTRUE);
	vSemaphoreDelete(x.s);
}

/* ---- The scheduler is Unikraft's, and not in all as FreeRTOS's ---- */

/* FreeRTOS goes on with the next of them, as at every switch. */
static void a_preempted_task_goes_on_before_its_equals(void)
{
	trace_reset();
	/* Early in a tick, so that no time slice ends meanwhile. */
	tick_edge();
	worker(note_task, (void *)"e", CASE_PRIORITY);
	worker(note_task, (void *)"h", HIGH);
	trace('p');
	settle();
	CHECK(trace_is("hpe") || !conformance_exact);
}

const struct conformance_case mixed_cases[] = {
	CASE(threads_and_tasks_share_one_scale_of_priorities),
	CASE(a_thread_waits_for_a_queue),
	CASE(a_thread_times_out),
	CASE(a_thread_gives_to_a_task),
	CASE(a_thread_is_notified),
	CASE(a_thread_that_holds_a_mutex_inherits),
	CASE(an_interrupt_wakes_a_thread),
	CASE(a_task_waits_for_a_uk_semaphore),
	CASE(a_task_times_out_on_a_uk_semaphore),
	CASE(a_task_waits_for_a_uk_mutex),
	CASE(task_and_thread_play_ping_pong),
	CASE(a_preempted_task_goes_on_before_its_equals),
	END_OF_CASES
};
