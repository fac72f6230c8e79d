/* SPDX-License-Identifier: BSD-3-Clause */
/* Eight words of the board's source of random numbers, or why there are none. */
#include <stdio.h>

#include "FreeRTOS.h"
#include "task.h"

#include "board_devices.h"

#define STACK_WORDS	1024
#define PRIORITY	2
#define RANDOM_WORDS	8U

static int exit_status;

/* No source is no failure of this program: the machine has none. */
static void show_random(void)
{
	uint32_t words[RANDOM_WORDS];
	int rc = board_rng_init();

	if (!rc)
		rc = rng_read(words, sizeof(words));
	if (rc) {
		printf("random: %s\n", rng_error_text(rc));
		exit_status = rc == RNG_ERR_NO_DEVICE ? exit_status : 1;
		return;
	}
	printf("random:");
	for (uint32_t i = 0; i < RANDOM_WORDS; i++)
		printf(" %08x", words[i]);
	printf(" (%s, %u words tested)\n", rng_source()->name,
	       rng_source()->words);
}

static void look(void *arg)
{
	(void)arg;
	show_random();
	vTaskEndScheduler();
	for (;;)
		vTaskDelay(portMAX_DELAY);
}

int main(void)
{
	if (xTaskCreate(look, "look", STACK_WORDS, NULL, PRIORITY, NULL)
	    != pdPASS) {
		printf("no memory for the task\n");
		return 1;
	}
	vTaskStartScheduler();
	return exit_status;
}
