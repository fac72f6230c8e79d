/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One look at each: why this run began, the temperature; then the end. Boot argument soc.bite: start the watchdog, and wait for it.
 */
#include <stdio.h>
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "board_devices.h"

#define STACK_WORDS	1024
#define PRIORITY	2
#define BITE		"soc.bite"
#define BITE_SECONDS	2U

static bool bite;
static int exit_status;

static void show_temperature(void)
{
	struct sensor *sensor = &board_firmware.sensor;
	int32_t milli;

	board_firmware_init();
	if (sensor_read(sensor, &milli)) {
		printf("temperature: %s\n", sensor_error_text(sensor));
		exit_status = 1;
		return;
	}
	printf("temperature: %ld.%03ld C\n", (long)(milli / 1000),
	       (long)(milli % 1000));
}

static void wait_for_the_bite(void)
{
	if (watchdog_start(&board_watchdog.watchdog, BITE_SECONDS)) {
		printf("watchdog: cannot count %u s\n", BITE_SECONDS);
		exit_status = 1;
		return;
	}
	vTaskDelay(pdMS_TO_TICKS((BITE_SECONDS + 2) * 1000));
	printf("watchdog: did not bite\n");
	exit_status = 1;
}

static void look(void *arg)
{
	struct watchdog *watchdog = &board_watchdog.watchdog;

	(void)arg;
	board_watchdog_init();
	printf("reset: %s\n", watchdog_reason_text(watchdog_reason(watchdog)));
	show_temperature();
	if (bite)
		wait_for_the_bite();
	vTaskEndScheduler();
	for (;;)
		vTaskDelay(portMAX_DELAY);
}

int main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++)
		bite = bite || !strcmp(argv[i], BITE);
	if (xTaskCreate(look, "look", STACK_WORDS, NULL, PRIORITY, NULL)
	    != pdPASS) {
		printf("no memory for the task\n");
		return 1;
	}
	vTaskStartScheduler();
	return exit_status;
}
