/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What things cost: the FreeRTOS API, then the core below it. Meant for QEMU
 * with -icount shift=4,sleep=off, where a tick of the counter is an
 * instruction; `uk-board bench` runs it so.
 */
#include <stdio.h>
#include <uk/plat/lcpu.h>
#include <uk/schedprio.h>

#include "bench.h"

#define BENCH_WORDS	1024	/* 8 KiB of stack */

extern __u64 core_entry_counter;

static uint64_t main_counter, first_task_counter;
static size_t free_at_main;

/* From the heap: zeroing them would count as boot time. */
static struct series *new_series(void)
{
	struct series *s = pvPortCalloc(1, sizeof(*s));

	if (!s)
		UK_CRASH("bench: no memory for samples\n");
	return s;
}

/*
 * The idle thread with its stack was there before main(). FreeRTOS's is made
 * by its scheduler's start and counted, so this one is added.
 */
static size_t idle_takes(void)
{
	const struct uk_thread *idle = uk_sched_idle_thread(uk_sched_current(),
							    0);
	size_t stack = (size_t)((char *)(idle->_mem.allocs + 1)
				- (char *)idle->_mem.stack);
	size_t before = xPortGetFreeHeapSize();
	void *as_much = pvPortMalloc(stack);

	stack = before - xPortGetFreeHeapSize();
	vPortFree(as_much);
	return stack + sizeof(*idle);
}

static void report_boot(void)
{
	series_value("cntfrq", SYSREG_READ64(cntfrq_el0));
	series_value("boot.counter_at_entry", core_entry_counter);
	series_value("boot.entry_to_first_thread",
		     main_counter - core_entry_counter);
	series_value("boot.main_to_first_task",
		     first_task_counter - main_counter);
	series_value("boot.entry_to_first_task",
		     first_task_counter - core_entry_counter);
	series_value("ram.heap_used_at_first_task",
		     free_at_main - xPortGetFreeHeapSize() + idle_takes());
}

static void measure(void *arg)
{
	first_task_counter = series_now();
	(void)arg;
	bench_task = xTaskGetCurrentTaskHandle();
	report_boot();
	bench_series = new_series();
	bench_series2 = new_series();
	bench_series3 = new_series();
	series_calibrate(bench_series);
	bench_switch();
	bench_notify();
	bench_semaphore();
	bench_queue();
	bench_mutex();
	bench_event_group();
	bench_stream_buffer();
	bench_timer();
	bench_heap();
	bench_interrupt();
	bench_tick();
	bench_create();
	bench_memory();
	vTaskEndScheduler();
}

int main(int argc, char *argv[])
{
	main_counter = series_now();
	(void)argc;
	(void)argv;
	free_at_main = xPortGetFreeHeapSize();
	if (xTaskCreate(measure, "A", BENCH_WORDS, NULL, BENCH_PRIORITY, NULL)
	    != pdPASS) {
		printf("bench: no memory for a task\n");
		return 1;
	}
	vTaskStartScheduler();
	/* The scheduler's end left this thread above all. */
	uk_schedprio_thread_prio_set(uk_thread_current(),
				     UK_SCHEDPRIO_DEFAULT);
	bench_core();
	printf("END\n");
	return 0;
}
