/* SPDX-License-Identifier: BSD-3-Clause */
/* Tasks: creation, end, suspension, priority, states. */
#include "groups.h"
#include "queue.h"

static void note(void *arg)
{
	trace(*(const char *)arg);
}

/* ---- Creation ---- */

static void a_higher_task_runs_at_once(void)
{
	trace_reset();
	trace('a');
	worker(note, (void *)"h", HIGH);
	trace('b');
	CHECK(trace_is("ahb"));
}

static void an_equal_or_lower_task_waits(void)
{
	trace_reset();
	/* Early in a tick, so that no time slice ends meanwhile. */
	tick_edge();
	worker(note, (void *)"e", CASE_PRIORITY);
	worker(note, (void *)"l", LOW);
	trace('a');
	settle();
	CHECK(trace_is("ael") || !conformance_exact);
}

static StaticTask_t static_task;
static StackType_t static_stack[WORKER_STACK_WORDS]
	__attribute__((aligned(16)));

static void note_and_suspend(void *arg)
{
	trace(*(const char *)arg);
	vTaskSuspend(NULL);
}

static void a_static_task_allocates_nothing(void)
{
	size_t before = xPortGetFreeHeapSize();
	unsigned int i;

	trace_reset();
	/* Its memory is free for another once it is deleted. */
	for (i = 0; i < 3; i++) {
		TaskHandle_t task;

		task = xTaskCreateStatic(note_and_suspend, "static",
					 WORKER_STACK_WORDS, (void *)"s",
					 HIGH, static_stack, &static_task);
		REQUIRE(task);
		vTaskDelete(task);
	}
	CHECK(trace_is("sss"));
	CHECK(xPortGetFreeHeapSize() == before);
}

static void look_at_name(void *arg)
{
	bool *good = arg;

	*good = !strcmp(pcTaskGetName(NULL), "worker");
}

static void name_and_parameter_arrive(void)
{
	bool good = false;
	TaskHandle_t task = worker(look_at_name, &good, LOW);

	CHECK(!strcmp(pcTaskGetName(task), "worker"));
	settle();
	CHECK(good);
}

static void a_long_name_is_cut(void)
{
	TaskHandle_t task = NULL;

	xTaskCreate(note_and_suspend, "a name of more than sixteen letters",
		    WORKER_STACK_WORDS, (void *)"l", LOW, &task);
	REQUIRE(task);
	CHECK(!strcmp(pcTaskGetName(task), "a name of more "));
	vTaskDelete(task);
}

static void tasks_are_counted(void)
{
	UBaseType_t before = uxTaskGetNumberOfTasks();
	TaskHandle_t task = worker(note, (void *)"l", LOW);

	CHECK(uxTaskGetNumberOfTasks() == before + 1);
	worker_delete(task);
	CHECK(uxTaskGetNumberOfTasks() == before);
}

static void learn_handle(void *arg)
{
	*(TaskHandle_t *)arg = xTaskGetCurrentTaskHandle();
}

static void a_task_knows_its_handle(void)
{
	TaskHandle_t seen = NULL;
	TaskHandle_t task = worker(learn_handle, &seen, LOW);

	settle();
	CHECK(task && seen == task);
}

/* ---- End ---- */

static void delay_for_ever(void *arg)
{
	(void)arg;
	vTaskDelay(1000000);
	trace('!');
}

static void any_task_can_be_deleted(void)
{
	TaskHandle_t ready, delayed, suspended;

	trace_reset();
	ready = worker(note, (void *)"!", LOW);
	delayed = worker(delay_for_ever, NULL, HIGH);
	suspended = worker(delay_for_ever, NULL, HIGH);
	vTaskSuspend(suspended);
	worker_delete(ready);
	worker_delete(delayed);
	worker_delete(suspended);
	vTaskDelay(5);
	CHECK(trace_is(""));
}

static void delete_itself(void *arg)
{
	(void)arg;
	trace('d');
	vTaskDelete(NULL);
	trace('!');
}

static void a_task_can_delete_itself(void)
{
	TaskHandle_t task = NULL;

	trace_reset();
	CHECK(xTaskCreate(delete_itself, "self", WORKER_STACK_WORDS, NULL,
			  HIGH, &task) == pdPASS);
	settle();
	CHECK(trace_is("d"));
}

/* The supervisor looks whether the heap is back where it was. */
static void memory_of_ended_tasks_comes_back(void)
{
	unsigned int i;

	for (i = 0; i < 100; i++) {
		worker(note, (void *)".", HIGH);
		worker(note, (void *)".", LOW);
		vTaskDelay(1);
	}
}

/* ---- Suspension ---- */

static void spin(void *arg)
{
	volatile uint32_t *count = arg;

	for (;;)
		(*count)++;
}

/* No more than the last that ended may be left when another is created. */
static void memory_comes_back_while_a_task_of_priority_0_spins(void)
{
	static volatile uint32_t count;
	size_t left[2];
	unsigned int i;

	worker(spin, (void *)&count, 0);
	for (i = 0; i < 20; i++) {
		worker(note, (void *)".", HIGH);
		vTaskDelay(4);
		left[i > 0] = xPortGetFreeHeapSize();
	}
	CHECK(left[1] == left[0]);
}

static void a_suspended_task_does_not_run(void)
{
	volatile uint32_t count = 0;
	TaskHandle_t task = worker(spin, (void *)&count, LOW);
	uint32_t seen;

	AWAIT(count > 0);
	vTaskSuspend(task);
	seen = count;
	vTaskDelay(10);
	CHECK(count == seen);
	vTaskResume(task);
	AWAIT(count > seen);
}

static void suspend_itself(void *arg)
{
	(void)arg;
	trace('s');
	vTaskSuspend(NULL);
	trace('r');
}

static void resume_preempts(void)
{
	TaskHandle_t task;

	trace_reset();
	task = worker(suspend_itself, NULL, HIGH);
	trace('a');
	vTaskResume(task);
	trace('b');
	CHECK(trace_is("sarb"));
}

static void suspension_does_not_nest(void)
{
	TaskHandle_t task;

	trace_reset();
	task = worker(note, (void *)"n", LOW);
	vTaskSuspend(task);
	vTaskSuspend(task);
	vTaskResume(task);
	settle();
	CHECK(trace_is("n"));
}

static void resume_of_who_is_not_suspended_does_nothing(void)
{
	TickType_t begin = tick_edge();
	TaskHandle_t task;

	trace_reset();
	task = worker(delay_for_ever, NULL, HIGH);
	vTaskResume(task);
	vTaskDelay(3);
	CHECK_ELAPSED(begin, 3);
	CHECK(trace_is(""));
	CHECK(eTaskGetState(task) == eBlocked);
}

struct resume {
	TaskHandle_t task;
	BaseType_t result;
};

static BaseType_t resume_isr(void *arg)
{
	struct resume *r = arg;

	r->result = xTaskResumeFromISR(r->task);
	return r->result;
}

static void an_interrupt_resumes(void)
{
	struct resume r = { NULL, pdFALSE };

	trace_reset();
	r.task = worker(suspend_itself, NULL, HIGH);
	trace('a');
	in_interrupt(resume_isr, &r);
	trace('b');
	CHECK(r.result == pdTRUE);
	CHECK(trace_is("sarb"));
	r.task = worker(suspend_itself, NULL, LOW);
	settle();
	in_interrupt(resume_isr, &r);
	CHECK(r.result == pdFALSE);
	settle();
	CHECK(trace_is("sarbsr"));
}

static void receive(void *arg)
{
	uint32_t item = 0;

	if (xQueueReceive(arg, &item, portMAX_DELAY) == pdPASS && item == 7)
		trace('7');
	else
		trace('!');
}

/* Suspended while it waits: it waits no longer, and looks again after it. */
static void a_waiting_task_can_be_suspended(void)
{
	QueueHandle_t q = xQueueCreate(1, sizeof(uint32_t));
	TaskHandle_t task;
	uint32_t item = 7;

	REQUIRE(q);
	trace_reset();
	task = worker(receive, q, HIGH);
	vTaskSuspend(task);
	CHECK(eTaskGetState(task) == eSuspended);
	xQueueSend(q, &item, 0);
	CHECK(trace_is(""));
	vTaskResume(task);
	CHECK(trace_is("7"));
	settle();
	vQueueDelete(q);
}

/* ---- Priority ---- */

static void raising_a_ready_task_makes_it_run(void)
{
	TaskHandle_t task;

	trace_reset();
	task = worker(note, (void *)"l", LOW);
	trace('a');
	vTaskPrioritySet(task, HIGH);
	trace('b');
	CHECK(trace_is("alb"));
}

static void lowering_itself_gives_way(void)
{
	trace_reset();
	worker(note, (void *)"l", LOW);
	trace('a');
	vTaskPrioritySet(NULL, LOWER);
	trace('b');
	CHECK(uxTaskPriorityGet(NULL) == LOWER);
	vTaskPrioritySet(NULL, CASE_PRIORITY);
	CHECK(trace_is("alb"));
}

static void a_blocked_task_wakes_with_its_new_priority(void)
{
	QueueHandle_t q = xQueueCreate(1, sizeof(uint32_t));
	uint32_t item = 7;
	TaskHandle_t task;

	REQUIRE(q);
	trace_reset();
	task = worker(receive, q, HIGH);
	vTaskPrioritySet(task, LOW);
	CHECK(uxTaskPriorityGet(task) == LOW);
	xQueueSend(q, &item, 0);
	trace('a');
	settle();
	CHECK(trace_is("a7"));
	vQueueDelete(q);
}

static BaseType_t read_priority_isr(void *arg)
{
	UBaseType_t *seen = arg;

	seen[0] = uxTaskPriorityGetFromISR(NULL);
	seen[1] = uxTaskPriorityGetFromISR((TaskHandle_t)seen[1]);
	return pdFALSE;
}

static void an_interrupt_reads_priorities(void)
{
	TaskHandle_t task = worker(note, (void *)"l", LOW);
	UBaseType_t seen[2] = { 99, (UBaseType_t)task };

	in_interrupt(read_priority_isr, seen);
	CHECK(seen[0] == CASE_PRIORITY);
	CHECK(seen[1] == LOW);
	worker_delete(task);
}

/* ---- States ---- */

static void take_notification(void *arg)
{
	(void)arg;
	ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
}

static void states_are_told(void)
{
	QueueHandle_t q = xQueueCreate(1, sizeof(uint32_t));
	TaskHandle_t ready = worker(note, (void *)".", LOW);
	TaskHandle_t delayed = worker(delay_for_ever, NULL, HIGH);
	TaskHandle_t suspended = worker(suspend_itself, NULL, HIGH);
	TaskHandle_t waiting = worker(receive, q, HIGH);
	TaskHandle_t notified = worker(take_notification, NULL, HIGH);

	CHECK(eTaskGetState(xTaskGetCurrentTaskHandle()) == eRunning);
	CHECK(eTaskGetState(ready) == eReady);
	CHECK(eTaskGetState(delayed) == eBlocked);
	CHECK(eTaskGetState(suspended) == eSuspended);
	/* To wait for ever is to wait. */
	CHECK(eTaskGetState(waiting) == eBlocked);
	CHECK(eTaskGetState(notified) == eBlocked);
	worker_delete(waiting);
	vQueueDelete(q);
}

/* ---- Equals ---- */

static void take_turns(void *arg)
{
	unsigned int i;

	for (i = 0; i < 3; i++) {
		trace(*(const char *)arg);
		taskYIELD();
	}
}

static void equals_take_turns_on_yield(void)
{
	trace_reset();
	/* Early in a tick, so that no time slice ends meanwhile. */
	tick_edge();
	worker(take_turns, (void *)"1", CASE_PRIORITY);
	worker(take_turns, (void *)"2", CASE_PRIORITY);
	take_turns((void *)"c");
	settle();
	CHECK(trace_is("c12c12c12") || !conformance_exact);
}

static void yield_stays_above_lower_tasks(void)
{
	trace_reset();
	worker(note, (void *)"l", LOW);
	trace('a');
	taskYIELD();
	trace('b');
	CHECK(trace_is("ab"));
	settle();
}

static void equals_share_the_processor(void)
{
	static volatile uint32_t counts[3];
	unsigned int i;

	memset((void *)counts, 0, sizeof(counts));
	for (i = 0; i < 3; i++)
		worker(spin, (void *)&counts[i], LOW);
	vTaskDelay(60);
	for (i = 0; i < 3; i++)
		AWAIT(counts[i] > 0);
	for (i = 0; i < 3; i++)
		CHECK(counts[i] / 4 < counts[(i + 1) % 3]
		      || !conformance_exact);
}

const struct conformance_case task_cases[] = {
	CASE(a_higher_task_runs_at_once),
	CASE(an_equal_or_lower_task_waits),
	CASE(a_static_task_allocates_nothing),
	CASE(name_and_parameter_arrive),
	CASE(a_long_name_is_cut),
	CASE(tasks_are_counted),
	CASE(a_task_knows_its_handle),
	CASE(any_task_can_be_deleted),
	CASE(a_task_can_delete_itself),
	CASE(memory_of_ended_tasks_comes_back),
	CASE(memory_comes_back_while_a_task_of_priority_0_spins),
	CASE(a_suspended_task_does_not_run),
	CASE(resume_preempts),
	CASE(suspension_does_not_nest),
	CASE(resume_of_who_is_not_suspended_does_nothing),
	CASE(an_interrupt_resumes),
	CASE(a_waiting_task_can_be_suspended),
	CASE(raising_a_ready_task_makes_it_run),
	CASE(lowering_itself_gives_way),
	CASE(a_blocked_task_wakes_with_its_new_priority),
	CASE(an_interrupt_reads_priorities),
	CASE(states_are_told),
	CASE(equals_take_turns_on_yield),
	CASE(yield_stays_above_lower_tasks),
	CASE(equals_share_the_processor),
	END_OF_CASES
};
