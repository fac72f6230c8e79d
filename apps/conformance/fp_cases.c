/* SPDX-License-Identifier: BSD-3-Clause */
/* FP registers: each task has its own, whatever comes in between. */
#include "groups.h"
#include "semphr.h"

#define TASKS	3
#define ROUNDS	20000U

struct sum {
	uint64_t seed;
	uint64_t result;
};

static void compute(void *arg)
{
	struct sum *s = arg;

	s->result = fp_work(s->seed, ROUNDS);
}

/* @p tasks have ended within a while. */
static bool all_end(TaskHandle_t *tasks, unsigned int count)
{
	unsigned int i, left = count;
	unsigned int patience = 5000;

	while (left && patience--) {
		vTaskDelay(1);
		for (left = 0, i = 0; i < count; i++)
			left += !worker_ended(tasks[i]);
	}
	return left == 0;
}

/* Let equals compute; time slices come in between, and whatever else. */
static void sums_are_right(void)
{
	TaskHandle_t tasks[TASKS];
	struct sum sums[TASKS];
	unsigned int i;

	for (i = 0; i < TASKS; i++) {
		sums[i] = (struct sum){ i + 1, 0 };
		tasks[i] = worker(compute, &sums[i], LOW);
	}
	CHECK(all_end(tasks, TASKS));
	for (i = 0; i < TASKS; i++)
		CHECK(sums[i].result == fp_work(i + 1, ROUNDS));
	CHECK(sums[0].result != sums[1].result);
}

static void sums_survive_time_slices(void)
{
	sums_are_right();
}

static void compute_often(void *arg)
{
	SemaphoreHandle_t go = arg;
	uint64_t alone = fp_work(77, 10);

	for (;;) {
		xSemaphoreTake(go, portMAX_DELAY);
		CHECK(fp_work(77, 10) == alone);
	}
}

static BaseType_t go_isr(void *arg)
{
	BaseType_t woken = pdFALSE;

	xSemaphoreGiveFromISR((SemaphoreHandle_t)arg, &woken);
	in_interrupt_after_us(go_isr, arg, 83);
	return woken;
}

/* An interrupt, and a higher task that computes too, at odd moments */
static void sums_survive_interrupts_and_preemption(void)
{
	SemaphoreHandle_t go = xSemaphoreCreateBinary();
	uint32_t before = interrupts_served;
	TaskHandle_t task;

	REQUIRE(go);
	task = worker(compute_often, go, HIGH);
	in_interrupt_after_us(go_isr, go, 83);
	sums_are_right();
	in_interrupt(NULL, NULL);
	CHECK(interrupts_served - before > 10);
	worker_delete(task);
	vSemaphoreDelete(go);
}

static StaticTask_t static_task;
static StackType_t static_stack[WORKER_STACK_WORDS]
	__attribute__((aligned(16)));

static void compute_and_end(void *arg)
{
	compute(arg);
	vTaskSuspend(NULL);
}

static void a_static_task_has_them_too(void)
{
	struct sum sum = { 5, 0 };
	uint64_t alone = fp_work(5, ROUNDS);
	TaskHandle_t task;

	task = xTaskCreateStatic(compute_and_end, "static",
				 WORKER_STACK_WORDS, &sum, CASE_PRIORITY,
				 static_stack, &static_task);
	REQUIRE(task);
	while (!sum.result) {
		CHECK(fp_work(6, 1000) == fp_work(6, 1000));
		taskYIELD();
	}
	CHECK(sum.result == alone);
	vTaskDelete(task);
}

const struct conformance_case fp_cases[] = {
	CASE(sums_survive_time_slices),
	CASE(sums_survive_interrupts_and_preemption),
	CASE(a_static_task_has_them_too),
	END_OF_CASES
};
