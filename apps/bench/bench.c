/* SPDX-License-Identifier: BSD-3-Clause */
/* The measuring task's partner, and where samples go. */
#include <uk/assert.h>

#include "bench.h"

TaskHandle_t bench_task;
TaskHandle_t bench_partner;
struct series *bench_series, *bench_series2, *bench_series3;

TaskHandle_t bench_start(TaskFunction_t code, UBaseType_t priority)
{
	if (xTaskCreate(code, "b", PARTNER_WORDS, NULL, priority,
			&bench_partner) != pdPASS)
		UK_CRASH("bench: no memory for a partner\n");
	return bench_partner;
}

void bench_stop(void)
{
	vTaskDelete(bench_partner);
}
