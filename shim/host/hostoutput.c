/* SPDX-License-Identifier: BSD-3-Clause */
/* What the host core prints, and what it does with what cannot go on. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <uk_host.h>
#include "host_core.h"

static char output[8192];
static size_t output_length;

static void append(const char *fmt, va_list ap)
{
	size_t room = sizeof(output) - output_length;
	int n = vsnprintf(output + output_length, room, fmt, ap);

	output_length += (size_t)n < room ? (size_t)n : room - 1;
}

void host_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(fmt, ap);
	va_end(ap);
}

const char *host_output(void)
{
	output_length = 0;
	return output;
}

void host_crash(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(fmt, ap);
	va_end(ap);
	/* A handler ends where it crashed; without a thread nothing can. */
	if (host_in_isr)
		host_handler_leave();
	if (!host_in_thread()) {
		fputs(output, stderr);
		abort();
	}
	/* The thread stays where it crashed; the others go on. */
	host_stop_current();
}
