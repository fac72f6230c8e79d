/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The core's self test. Boot arguments:
 *
 *   (none)        run all cases; the exit status is 0 if all pass, else 1
 *   crash=<kind>  provoke a crash: crash.c says which there are
 *   echo          send back what the console receives, until "quit"
 *   clock         tell the time, or how long a sleep took, for each line; until "quit"
 *   args          print the boot arguments
 *   silent        say nothing and never end
 *   exit=<n>      end with this status
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/console.h>
#include <uk/plat/time.h>

#include "selftest.h"

static int run_all(void)
{
	unsigned int failed = 0, count = 0;

	count += selftest_run(sched_cases, &failed);
	count += selftest_run(sync_cases, &failed);
	count += selftest_run(memory_cases, &failed);
	count += selftest_run(fp_cases, &failed);
	printf("DONE %u passed, %u failed\n", count - failed, failed);
	return failed ? 1 : 0;
}

/* A line from the console; it comes by interrupt, so sleeping loses none. */
static void read_line(char *line, size_t size)
{
	size_t len = 0;
	char c;

	for (;;) {
		if (uk_console_in(&c, 1) != 1) {
			selftest_sleep_us(1000);
			continue;
		}
		if (c == '\n' || c == '\r')
			break;
		if (len + 1 < size)
			line[len++] = c;
	}
	line[len] = '\0';
}

static int echo(void)
{
	char line[128];

	printf("ECHO ready\n");
	do {
		read_line(line, sizeof(line));
		printf("ECHO %s\n", line);
	} while (strcmp(line, "quit"));
	return 0;
}

/* "now" tells the time, "sleep <us>" how long such a sleep took; in ns. */
static int tell_time(void)
{
	char line[128];
	__nsec begin;

	printf("CLOCK ready %lu us\n",
	       (unsigned long)ukplat_monotonic_clock() / 1000);
	for (;;) {
		read_line(line, sizeof(line));
		if (!strcmp(line, "quit"))
			return 0;
		begin = ukplat_monotonic_clock();
		if (strncmp(line, "sleep ", 6)) {
			printf("CLOCK %lu\n", (unsigned long)begin);
			continue;
		}
		selftest_sleep_us(strtoul(line + 6, NULL, 10));
		printf("SLEPT %lu\n",
		       (unsigned long)(ukplat_monotonic_clock() - begin));
	}
}

static void silent(void)
{
	for (;;)
		selftest_sleep_us(1000000);
}

int main(int argc, char *argv[])
{
	const char *what = argc > 1 ? argv[argc - 1] : "";
	int i;

	if (!strncmp(what, "crash=", 6)) {
		selftest_crash(what + 6);
		printf("there is no crash \"%s\"\n", what + 6);
		return 2;
	}
	if (!strncmp(what, "exit=", 5))
		return (int)strtoul(what + 5, NULL, 10);
	if (!strcmp(what, "echo"))
		return echo();
	if (!strcmp(what, "clock"))
		return tell_time();
	if (!strcmp(what, "silent"))
		silent();
	if (!strcmp(what, "args")) {
		for (i = 1; i < argc; i++)
			printf("ARG %s\n", argv[i]);
		return 0;
	}
	return run_all();
}
