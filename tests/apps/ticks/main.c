/* SPDX-License-Identifier: BSD-3-Clause */
/* Says what the header has for a tick, and how long one really is. */
#include <stdio.h>
#include <stdlib.h>
#include <uk/plat/time.h>
#include "FreeRTOS.h"
#include "task.h"

static void measure(void *unused)
{
	TickType_t before = xTaskGetTickCount();
	__nsec start;

	(void)unused;
	vTaskDelay(1);
	start = ukplat_monotonic_clock();
	vTaskDelay(20);
	printf("%u Hz: 20 ticks took %lu ms, counted %u\n",
	       (unsigned int)configTICK_RATE_HZ,
	       (unsigned long)(ukplat_monotonic_clock() - start) / 1000000,
	       (unsigned int)(xTaskGetTickCount() - before));
	vTaskEndScheduler();
}

int main(void)
{
	xTaskCreate(measure, "measure", configMINIMAL_STACK_SIZE, NULL, 1, NULL);
	vTaskStartScheduler();
	return 0;
}
