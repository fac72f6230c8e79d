/* SPDX-License-Identifier: BSD-3-Clause */
/* The console has no event for input: it is looked at, often enough. */
#include <uk/console.h>

#include "FreeRTOS.h"
#include "task.h"

#include "console_line.h"

/* Ours: less than a person notices, and than a FIFO needs to overflow */
#define LOOK_MS		5U

void console_line(char *line, size_t size)
{
	size_t n = 0;
	char c;

	for (;;) {
		if (uk_console_in(&c, 1) != 1) {
			vTaskDelay(pdMS_TO_TICKS(LOOK_MS));
		} else if (c == '\r' || c == '\n') {
			line[n] = '\0';
			return;
		} else if (n + 1 < size) {
			line[n++] = c;
		}
	}
}
