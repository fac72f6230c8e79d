/* SPDX-License-Identifier: BSD-3-Clause */
/* The boot argument says what is to be seen; each says it in one line. */
#include <stdio.h>
#include <string.h>
#include <uk/intctlr.h>
#include "FreeRTOS.h"
#include "event_groups.h"
#include "queue.h"
#include "semphr.h"
#include "stream_buffer.h"
#include "task.h"
#include "timers.h"

#define WORDS	256	/* 2 KiB, more than any of the tasks needs */

/* ---- What a task takes ---- */

static void rest(void *arg)
{
	(void)arg;
	for (;;)
		vTaskSuspend(NULL);
}

static size_t taken(size_t before)
{
	return before - xPortGetFreeHeapSize();
}

/* A task that was deleted gives all of it back. */
static void memory(void)
{
	size_t before = xPortGetFreeHeapSize();
	TaskHandle_t task;
	size_t took;

	xTaskCreate(rest, "rest", WORDS, NULL, 1, &task);
	took = taken(before);
	vTaskDelete(task);
	printf("task %u, left %u\n", (unsigned int)took,
	       (unsigned int)taken(before));
}

/* ---- How deep calls go, with an interrupt that switches on top ---- */

#define TIMER_IRQ	30	/* EL1 physical timer (BSA, PPI assignments) */
#define PERIOD		117	/* of the counter: falls anywhere in time */
#define ROUNDS		400	/* ticks */

static TaskHandle_t above;

static void timer_set(uint64_t from_now)
{
	__asm__ __volatile__("msr cntp_tval_el0, %0\n\t"
			     "msr cntp_ctl_el0, %1\n\tisb"
			     :: "r"(from_now), "r"(from_now ? 1UL : 0UL));
}

static int fire(void *arg)
{
	(void)arg;
	timer_set(PERIOD);
	vTaskNotifyGiveFromISR(above, NULL);
	return 1;
}

static void preempt(void *arg)
{
	(void)arg;
	for (;;)
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
}

static QueueHandle_t queue;
static SemaphoreHandle_t mutex;
static EventGroupHandle_t bits;
static StreamBufferHandle_t stream;
static TimerHandle_t timer;

static void delays(void)
{
	vTaskDelay(1);
}

static void yields(void)
{
	taskYIELD();
}

static void sends(void)
{
	xQueueSend(queue, "q", 1);
}

static void receives(void)
{
	char item;

	xQueueReceive(queue, &item, 1);
}

static void sets(void)
{
	xEventGroupSetBits(bits, 1);
}

static void starts(void)
{
	xTimerStart(timer, 1);
}

static void locks(void)
{
	xSemaphoreTake(mutex, portMAX_DELAY);
	vTaskDelay(1);
	xSemaphoreGive(mutex);
}

static void waits_for_bits(void)
{
	xEventGroupWaitBits(bits, 1, pdTRUE, pdFALSE, 1);
}

static void sends_bytes(void)
{
	xStreamBufferSend(stream, "stream", 6, 1);
}

static void receives_bytes(void)
{
	char bytes[8];

	xStreamBufferReceive(stream, bytes, sizeof(bytes), 1);
}

static void creates(void)
{
	TaskHandle_t task;

	if (xTaskCreate(rest, "made", WORDS, NULL, 1, &task) == pdPASS)
		vTaskDelete(task);
}

static void expire(TimerHandle_t expired)
{
	(void)expired;
}

static const struct {
	const char *name;
	void (*call)(void);
} calls[] = {
	{ "delay", delays }, { "yield", yields }, { "send", sends },
	{ "receive", receives }, { "lock", locks }, { "lock2", locks },
	{ "set", sets }, { "wait", waits_for_bits },
	{ "write", sends_bytes }, { "read", receives_bytes },
	{ "start", starts }, { "create", creates },
};

static void repeat(void *arg)
{
	void (*call)(void) = arg;

	for (;;)
		call();
}

static void depth(void)
{
	TaskHandle_t tasks[sizeof(calls) / sizeof(calls[0])];
	unsigned int i, left;

	queue = xQueueCreate(2, 1);
	mutex = xSemaphoreCreateMutex();
	bits = xEventGroupCreate();
	stream = xStreamBufferCreate(16, 1);
	timer = xTimerCreate("t", 1, pdTRUE, NULL, expire);
	xTaskCreate(preempt, "above", WORDS, NULL, 20, &above);
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++)
		xTaskCreate(repeat, calls[i].name, WORDS,
			    (void *)calls[i].call, 2, &tasks[i]);
	uk_intctlr_irq_register(TIMER_IRQ, fire, NULL);
	timer_set(PERIOD);
	vTaskDelay(ROUNDS);
	timer_set(0);
	for (i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		left = uxTaskGetStackHighWaterMark(tasks[i]);
		printf("depth %s %u\n", calls[i].name,
		       (unsigned int)((WORDS - left) * sizeof(StackType_t)));
	}
	printf("depth of all\n");
}

/* ---- Below the stack ---- */

static __attribute__((noinline)) int deeper(int n)
{
	volatile char local[256];

	local[0] = (char)n;
	return n ? deeper(n - 1) + local[0] : local[0];
}

static void recurse(void *arg)
{
	(void)arg;
	printf("depth is %d\n", deeper(1000000));
}

static void overflow(void)
{
	xTaskCreate(recurse, "deep", WORDS, NULL, 6, NULL);
}

/* The lower half is there for what overflows the upper one. */
static StackType_t area[4 * WORDS];
static StaticTask_t record;
static const char *told;

#define TOO_MUCH	(WORDS * sizeof(StackType_t) / 2)

static void too_deep(void *arg)
{
	volatile char *local = __builtin_alloca(TOO_MUCH);
	unsigned int i;

	(void)arg;
	for (i = 0; i < TOO_MUCH; i += 64)
		local[i] = 1;
	vTaskDelay(1);
	vTaskSuspend(NULL);
}

#if configCHECK_FOR_STACK_OVERFLOW
/* On that stack, or what is left of it */
void vApplicationStackOverflowHook(TaskHandle_t task, char *name)
{
	(void)task;
	told = name;
}
#endif

static void hook(void)
{
	xTaskCreateStatic(too_deep, "spills", WORDS / 2, NULL, 6,
			  area + 2 * WORDS, &record);
	if (told)
		printf("overflow in %s\n", told);
	else
		printf("no overflow seen\n");
}

/* ---- */

static const struct {
	const char *name;
	void (*show)(void);
} scenes[] = {
	{ "memory", memory }, { "depth", depth }, { "overflow", overflow },
	{ "hook", hook },
};

static void scene(void *arg)
{
	unsigned int i;

	for (i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
		if (!strcmp(arg, scenes[i].name))
			scenes[i].show();
	vTaskEndScheduler();
}

int main(int argc, char *argv[])
{
	if (argc > 1)
		xTaskCreate(scene, "scene", 512, argv[1], 5, NULL);
	vTaskStartScheduler();
	return 0;
}
