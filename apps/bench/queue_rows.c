/* SPDX-License-Identifier: BSD-3-Clause */
/* Queues of small and of larger items. */
#include "bench.h"

#include "queue.h"

static QueueHandle_t there, back;

static void answer(void *arg)
{
	uint32_t item;

	(void)arg;
	for (;;) {
		xQueueReceive(there, &item, portMAX_DELAY);
		xQueueSend(back, &item, portMAX_DELAY);
	}
}

static void small_items(void)
{
	uint32_t item = 1;

	there = xQueueCreate(8, sizeof(item));
	BENCH_MEASURE(bench_series,
		      xQueueSend(there, &item, 0);
		      xQueueReceive(there, &item, 0));
	bench_report("queue.send_recv_4B", bench_series);

	BENCH_MEASURE_BOTH(xQueueSend(there, &item, 0),
			   xQueueReceive(there, &item, 0));
	bench_report("queue.send_4B", bench_series);
	bench_report("queue.recv_4B", bench_series2);
	vQueueDelete(there);
}

static void large_items(void)
{
	static uint64_t from[8], to[8];

	there = xQueueCreate(8, sizeof(from));
	BENCH_MEASURE(bench_series,
		      xQueueSend(there, from, 0);
		      xQueueReceive(there, to, 0));
	bench_report("queue.send_recv_64B", bench_series);
	vQueueDelete(there);
}

static void there_and_back(void)
{
	uint32_t item = 1;

	there = xQueueCreate(1, sizeof(item));
	back = xQueueCreate(1, sizeof(item));
	bench_start(answer, BENCH_PRIORITY);
	taskYIELD();
	BENCH_MEASURE(bench_series,
		      xQueueSend(there, &item, portMAX_DELAY);
		      xQueueReceive(back, &item, portMAX_DELAY));
	series_report("queue.pingpong_4B_per_switch", bench_series, 2, true);
	bench_stop();
	vQueueDelete(there);
	vQueueDelete(back);
}

void bench_queue(void)
{
	small_items();
	large_items();
	there_and_back();
}
