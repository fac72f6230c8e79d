/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A task carries out the lines that come from the console:
 *
 *   info                      size and counters
 *   read SECTOR COUNT         CRC-32 of what is there
 *   write SECTOR COUNT SEED   the contents that storage.c describes
 *   bench SECTOR              speed of one request of 64 KiB, each way
 *   quit
 *
 * Boot argument storage.once: say the size, and end.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "console_line.h"
#include "storage.h"

#define STACK_WORDS	1024
#define PRIORITY	2
#define LINE_MAX	80
#define ONCE		"storage.once"

static bool once;
static int exit_status = 1;

/* Whether the line begins with @p word; the numbers behind it, or 0. */
static bool is(const char *line, const char *word, unsigned long *numbers,
	       unsigned int count)
{
	size_t length = strlen(word);
	char *at;

	if (strncmp(line, word, length) || (line[length] && line[length] != ' '))
		return false;
	at = (char *)line + length;
	for (unsigned int i = 0; i < count; i++) {
		while (*at == ' ')
			at++;
		numbers[i] = strtoul(at, &at, 0);
	}
	return true;
}

/* Carry out a line; false ends the program. */
static bool carry_out(struct uk_blkdev *dev, const char *line)
{
	unsigned long n[3];

	if (is(line, "quit", n, 0))
		return false;
	if (is(line, "info", n, 0))
		storage_info(dev);
	else if (is(line, "read", n, 2))
		storage_read(dev, n[0], n[1]);
	else if (is(line, "write", n, 3))
		storage_write(dev, n[0], n[1], (uint32_t)n[2]);
	else if (is(line, "bench", n, 1))
		storage_bench(dev, n[0], STORAGE_BATCH);
	else if (*line)
		printf("unknown: \"%s\"; known: info, read, write, bench, "
		       "quit\n", line);
	return true;
}

static void serve(void *arg)
{
	char line[LINE_MAX];
	struct uk_blkdev *dev = storage_open();

	(void)arg;
	if (dev) {
		exit_status = 0;
		storage_info(dev);
		if (!once)
			printf("storage: ready\n");
		do {
			if (once)
				break;
			console_line(line, sizeof(line));
		} while (carry_out(dev, line));
	}
	vTaskEndScheduler();
	for (;;)
		vTaskDelay(portMAX_DELAY);
}

int main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++)
		once = once || !strcmp(argv[i], ONCE);
	if (xTaskCreate(serve, "serve", STACK_WORDS, NULL, PRIORITY, NULL)
	    != pdPASS) {
		printf("no memory for the task\n");
		return 1;
	}
	vTaskStartScheduler();
	return exit_status;
}
