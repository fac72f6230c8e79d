/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A task carries out the lines that come from the console: read, limits,
 * switch, clock, eeprom, flash, common,
 * quit. Boot argument sensors.once: read all and end.
 */
#include <stdio.h>
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "board_devices.h"
#include "console_line.h"
#include "sensors.h"

#define STACK_WORDS	1024
#define LINE_MAX	192
#define ONCE		"sensors.once"

static bool once;

static const struct {
	const char *name;
	void (*call)(const char *arguments);
} commands[] = {
	{ "limits", parts_limits },
	{ "switch", parts_switch },
	{ "clock", parts_clock },
	{ "eeprom", parts_eeprom },
	{ "flash", parts_flash },
	{ "common", common_io },
};

/* Carry out a line; false ends the program. */
static bool carry_out(const char *line)
{
	char word[8];

	if (!word_take(&line, word, sizeof(word)))
		return true;
	while (*line == ' ')
		line++;
	if (!strcmp(word, "quit"))
		return false;
	if (!strcmp(word, "read")) {
		parts_read();
		return true;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (!strcmp(word, commands[i].name)) {
			commands[i].call(line);
			return true;
		}
	}
	printf("unknown: \"%s\"; known: read, limits, switch, clock, eeprom, "
	       "flash, common, quit\n", word);
	return true;
}

static void serve(void *arg)
{
	static char line[LINE_MAX];

	(void)arg;
	parts_init();
	if (once) {
		parts_read();
		vTaskEndScheduler();
	}
	printf("sensors: ready\n");
	do {
		console_line(line, sizeof(line));
	} while (carry_out(line));
	vTaskEndScheduler();
}

int main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++)
		once = once || !strcmp(argv[i], ONCE);
	if (bcm2835_bsc_init(&board_i2c1)) {
		printf("i2c1: cannot be set up\n");
		return 1;
	}
	if (bcm2835_spi_init(&board_spi0)) {
		printf("spi0: cannot be set up\n");
		return 1;
	}
	if (xTaskCreate(serve, "serve", STACK_WORDS, NULL, 2, NULL) != pdPASS) {
		printf("no memory for the task\n");
		return 1;
	}
	vTaskStartScheduler();
	return 0;
}
