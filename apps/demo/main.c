/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A board shows its sensors to browsers. One task reads them; another has
 * the network, the history and all connections, so that nothing is shared.
 */
#include <stdio.h>

#include "FreeRTOS.h"
#include "queue.h"
#include "task.h"

#include "board_devices.h"
#include "net.h"
#include "network.h"
#include "sampling.h"
#include "server.h"

#define STACK_WORDS	768
/* Below the network stack: who waits for it does not keep it from working */
#define PRIORITY	3
/* Rounds that wait while a page goes out */
#define ROUNDS_WAITING	4
/* Readings are looked for so often when nobody asks */
#define TURN_MS		100
#define RETRY_MS	1000

static struct site site;
static struct web_server server;
static QueueHandle_t rounds;

static void tell_device(const char *device, int error)
{
	if (error)
		printf("network: %s: %s\n", device, net_error_text(error));
}

static void start_to_serve(void)
{
	int error;

	network_start(network_print);
	board_network_start(tell_device);
	while ((error = web_open(&server, &site,
				 APP_WEB_PORT))) {
		printf("web: port %u: error %d\n", APP_WEB_PORT, error);
		vTaskDelay(pdMS_TO_TICKS(RETRY_MS));
	}
}

/* Tell of the first reply: what the board is there for works. */
static void tell_first(void)
{
	static bool told;

	if (told || !site.counters.requests)
		return;
	told = true;
	station_look(&site.station);
	printf("web: first reply at %lu ms, RAM in use %lu KiB\n",
	       (unsigned long)site.station.uptime_ms,
	       (unsigned long)(site.station.ram_used_bytes >> 10));
}

static void web(void *arg)
{
	struct round round;

	(void)arg;
	start_to_serve();
	for (;;) {
		while (xQueueReceive(rounds, &round, 0) == pdPASS)
			history_add(&site.history, &round);
		if (!web_turn(&server, TURN_MS))
			vTaskDelay(pdMS_TO_TICKS(TURN_MS));
		tell_first();
	}
}

static bool start(void)
{
	site.history.labels = sampling_labels(&site.history.sensors);
	rounds = xQueueCreate(ROUNDS_WAITING, sizeof(struct round));
	return rounds && sampling_start(rounds)
	       && xTaskCreate(web, "web", STACK_WORDS, NULL, PRIORITY, NULL)
		  == pdPASS;
}

int main(void)
{
	if (bcm2835_bsc_init(&board_i2c1)) {
		printf("i2c1: cannot be set up\n");
		return 1;
	}
	if (!start()) {
		printf("no memory for the demo's tasks\n");
		return 1;
	}
	vTaskStartScheduler();
	return 0;
}
