/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Boot argument misuse=NAME: a task makes one wrong call. With configASSERT,
 * as here, it does not get past it.
 */
#include <stdio.h>
#include <string.h>
#include <uk/arch/lcpu.h>

#include "FreeRTOS.h"
#include "task.h"
#include "semphr.h"

#define STACK_WORDS	512
#define TOO_FEW_WORDS	32
/* Arm's Base System Architecture: PPI 14 is the non-secure physical timer. */
#define TIMER		30

struct misuse {
	const char *name;
	void (*make)(void);
	bool before_start;	/* by main(), with a task there */
};

static void null_queue(void)
{
	xQueueReset(NULL);
}

static void deleted_queue(void)
{
	QueueHandle_t queue = xQueueCreate(4, sizeof(int));
	int item = 0;

	vQueueDelete(queue);
	xQueueSend(queue, &item, 0);
}

static void task_for_queue(void)
{
	int item;

	xQueueReceive((QueueHandle_t)xTaskGetCurrentTaskHandle(), &item, 0);
}

static void queue_for_semaphore(void)
{
	xSemaphoreTake(xQueueCreate(4, sizeof(int)), 0);
}

static void deleted_task(void)
{
	TaskHandle_t task;

	/* Lower than this one: it never runs. */
	xTaskCreate((TaskFunction_t)deleted_queue, "brief", STACK_WORDS, NULL,
		    0, &task);
	vTaskDelete(task);
	vTaskPrioritySet(task, 1);
}

static void no_length(void)
{
	xQueueCreate(0, sizeof(int));
}

static void small_stack(void)
{
	xTaskCreate((TaskFunction_t)null_queue, "small", TOO_FEW_WORDS, NULL,
		    1, NULL);
}

static void double_free(void)
{
	void *block = pvPortMalloc(64);

	vPortFree(block);
	vPortFree(block);
}

static void foreign_free(void)
{
	static uint64_t words[8];

	vPortFree(&words[4]);
}

static void wait_suspended(void)
{
	vTaskSuspendAll();
	vTaskDelay(1);
}

static void wait_early(void)
{
	xSemaphoreTake(xSemaphoreCreateBinary(), portMAX_DELAY);
}

static void handle_timer(void *semaphore)
{
	SYSREG_WRITE64(cntp_ctl_el0, 0);
	xSemaphoreTake(semaphore, 1);
}

static void wait_in_interrupt(void)
{
	xPortInstallInterruptHandler(TIMER, handle_timer,
				     xSemaphoreCreateBinary());
	vPortEnableInterrupt(TIMER);
	SYSREG_WRITE64(cntp_cval_el0, 0);
	SYSREG_WRITE64(cntp_ctl_el0, 1);
	vTaskDelay(1);
}

static const struct misuse misuses[] = {
	{ "null-queue", null_queue, false },
	{ "deleted-queue", deleted_queue, false },
	{ "task-for-queue", task_for_queue, false },
	{ "queue-for-semaphore", queue_for_semaphore, false },
	{ "deleted-task", deleted_task, false },
	{ "no-length", no_length, false },
	{ "small-stack", small_stack, false },
	{ "double-free", double_free, false },
	{ "foreign-free", foreign_free, false },
	{ "wait-suspended", wait_suspended, false },
	{ "wait-in-interrupt", wait_in_interrupt, false },
	{ "wait-early", wait_early, true },
};

static void make(void *arg)
{
	const struct misuse *misuse = arg;

	misuse->make();
	printf("misuse: nobody minded\n");
	vTaskEndScheduler();
}

static const struct misuse *find(const char *argument)
{
	static const char key[] = "misuse=";
	unsigned int i;

	if (strncmp(argument, key, strlen(key)))
		return NULL;
	for (i = 0; i < sizeof(misuses) / sizeof(misuses[0]); i++)
		if (!strcmp(misuses[i].name, argument + strlen(key)))
			return &misuses[i];
	return NULL;
}

int main(int argc, char *argv[])
{
	const struct misuse *misuse = find(argv[argc - 1]);

	if (!misuse) {
		printf("misuse: which one? boot argument misuse=NAME\n");
		return 2;
	}
	if (xTaskCreate(make, "misuser", STACK_WORDS, (void *)misuse, 2, NULL)
	    != pdPASS)
		return 2;
	if (misuse->before_start)
		misuse->make();
	vTaskStartScheduler();
	return 0;
}
