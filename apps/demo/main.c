/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * One task reads the temperature through FreeRTOS drivers, another prints it,
 * a third listens for the line "quit". Boot argument demo.readings=N: end
 * after N readings.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/console.h>

#include "FreeRTOS.h"
#include "task.h"
#include "queue.h"

#include "board_devices.h"
#include "tmp105.h"

#define PERIOD_MS	200
#define STACK_WORDS	1024
#define READINGS	"demo.readings="

/* What the reading task tells the reporting one. */
struct reading {
	int error;
	int32_t milli_celsius;
};

static QueueHandle_t readings;
static unsigned long readings_wanted;	/* 0: until "quit" */
static int exit_status;

/* End the program from any task: main() goes on. */
static void finish(int status)
{
	exit_status = status;
	vTaskEndScheduler();
}

static void read_sensor(void *arg)
{
	TickType_t woken = xTaskGetTickCount();
	struct reading reading;
	struct tmp105 sensor;

	(void)arg;
	reading.error = tmp105_init(&sensor, APP_T0_BUS, APP_T0_ADDRESS);
	for (;;) {
		if (!reading.error)
			reading.error = tmp105_read(&sensor,
						    &reading.milli_celsius);
		xQueueSend(readings, &reading, portMAX_DELAY);
		xTaskDelayUntil(&woken, pdMS_TO_TICKS(PERIOD_MS));
	}
}

static void print_temperature(int32_t milli_celsius, const char *how)
{
	int32_t size = milli_celsius < 0 ? -milli_celsius : milli_celsius;

	printf("temperature: %s%ld.%03ld C (%s)\n",
	       milli_celsius < 0 ? "-" : "", (long)(size / 1000),
	       (long)(size % 1000), how);
}

static void report(void *arg)
{
	const char *how = bcm2835_bsc_has_interrupt(&board_i2c1)
			  ? "interrupt" : "polling";
	struct reading reading;
	unsigned long n;

	(void)arg;
	for (n = 1;; n++) {
		xQueueReceive(readings, &reading, portMAX_DELAY);
		if (reading.error) {
			printf("sensor at 0x%02x: %s\n", APP_T0_ADDRESS,
			       tmp105_error_text(reading.error));
			finish(1);
		}
		print_temperature(reading.milli_celsius, how);
		if (n == readings_wanted)
			finish(0);
	}
}

static void listen(void *arg)
{
	static const char quit[] = "quit";
	size_t matched = 0;
	char c;

	(void)arg;
	for (;;) {
		while (uk_console_in(&c, 1) == 1) {
			if (c == '\r' || c == '\n') {
				if (matched == strlen(quit))
					finish(0);
				matched = 0;
			} else if (matched < strlen(quit)
				   && c == quit[matched]) {
				matched++;
			} else {
				/* Not it, until the line ends */
				matched = sizeof(quit);
			}
		}
		vTaskDelay(pdMS_TO_TICKS(20));
	}
}

static int start(void)
{
	if (bcm2835_bsc_init(&board_i2c1)) {
		printf("i2c1: cannot be set up\n");
		return 1;
	}
	readings = xQueueCreate(4, sizeof(struct reading));
	if (!readings
	    || xTaskCreate(read_sensor, "read", STACK_WORDS, NULL, 3, NULL)
	       != pdPASS
	    || xTaskCreate(report, "report", STACK_WORDS, NULL, 2, NULL)
	       != pdPASS
	    || xTaskCreate(listen, "listen", STACK_WORDS, NULL, 1, NULL)
	       != pdPASS) {
		printf("no memory for the demo's tasks\n");
		return 1;
	}
	return 0;
}

int main(int argc, char *argv[])
{
	int i;

	for (i = 1; i < argc; i++)
		if (!strncmp(argv[i], READINGS, strlen(READINGS)))
			readings_wanted = strtoul(argv[i] + strlen(READINGS),
						  NULL, 10);
	if (start())
		return 1;
	vTaskStartScheduler();
	return exit_status;
}
