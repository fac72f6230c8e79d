/* SPDX-License-Identifier: BSD-3-Clause */
/* What objects take from the heap. They are kept: nothing comes after. */
#include "bench.h"

#include "semphr.h"
#include "event_groups.h"
#include "stream_buffer.h"
#include "timers.h"

/* More than the stacks that deleted tasks left for the next ones. */
#define FORMER_STACKS	16

static size_t free_before;

static void taken(const char *row)
{
	size_t now = xPortGetFreeHeapSize();

	series_value(row, free_before - now);
	free_before = now;
}

static void nothing(void *arg)
{
	(void)arg;
	for (;;)
		vTaskSuspend(NULL);
}

static void expire(TimerHandle_t timer)
{
	(void)timer;
}

void bench_memory(void)
{
	unsigned int i;

	for (i = 0; i < FORMER_STACKS; i++)
		bench_start(nothing, 1);
	free_before = xPortGetFreeHeapSize();
	bench_start(nothing, 1);
	taken("ram.task_with_2K_stack");
	xSemaphoreCreateBinary();
	taken("ram.binary_sem");
	xSemaphoreCreateMutex();
	taken("ram.mutex");
	xQueueCreate(8, 4);
	taken("ram.queue_8x4");
	xEventGroupCreate();
	taken("ram.event_group");
	xStreamBufferCreate(256, 1);
	taken("ram.stream_buffer_256");
	xTimerCreate("t", 10, pdFALSE, NULL, expire);
	taken("ram.timer");
}
