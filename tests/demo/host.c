/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The demo's web server on this machine's sockets. Its sensors and its clock
 * follow lines from standard input:
 *
 *	set SENSOR MILLI	this is read from now on
 *	fail SENSOR TEXT	reading fails so
 *	stall, go		no rounds any more; again
 *	later MS		the clock jumps
 *	quit
 *
 * It says "port N", then "done" after each line.
 */
#define _POSIX_C_SOURCE 200809L
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "server.h"

#define TURN_MS		2

static const struct sensor_label labels[] = {
	{ "t0", "tmp105", "temperature", "C" },
	{ "p0", "dps310", "pressure", "Pa" },
	{ "m0", "lsm303dlhc_mag", "magnetic field", "uT" },
};
#define SENSORS		(sizeof(labels) / sizeof(labels[0]))

static struct round round_now = {
	.of = { { NULL, 21500 }, { NULL, 101325000 }, { NULL, -48125 } },
};
static char errors[SENSORS][64];
static bool stalled;
static uint64_t ahead_ms;

static struct site site = {
	.history = { .labels = labels, .sensors = SENSORS },
};
static struct web_server server;

uint64_t station_uptime_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000U + (uint64_t)now.tv_nsec / 1000000U
	       + ahead_ms;
}

void station_look(struct station *station)
{
	station->board = "made-up";
	station->title = "Made-up \"4711\" \\ board";
	station->uptime_ms = station_uptime_ms();
	station->heap_free_bytes = 3000000000U;
	station->ram_used_bytes = 400000;
	station->tasks = 5;
}

static bool obey(char *line)
{
	unsigned long sensor;
	char *rest;

	if (!strcmp(line, "quit"))
		return false;
	stalled = strcmp(line, "go") && (stalled || !strcmp(line, "stall"));
	if (!strncmp(line, "later ", 6))
		ahead_ms += strtoul(line + 6, NULL, 10);
	rest = strchr(line, ' ');
	sensor = rest ? strtoul(rest, &rest, 10) % SENSORS : 0;
	if (!strncmp(line, "set ", 4)) {
		round_now.of[sensor].error = NULL;
		round_now.of[sensor].milli = (int32_t)strtol(rest, NULL, 10);
	}
	if (!strncmp(line, "fail ", 5)) {
		snprintf(errors[sensor], sizeof(errors[0]), "%s", rest + 1);
		round_now.of[sensor].error = errors[sensor];
	}
	return true;
}

/* Obey what has come from standard input; false: it is over. */
static bool listen_to_input(void)
{
	static char buffer[256];
	static size_t len;
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t got;
	char *end;

	if (poll(&input, 1, 0) <= 0)
		return true;
	got = read(STDIN_FILENO, buffer + len, sizeof(buffer) - 1 - len);
	if (got <= 0)
		return false;
	len += (size_t)got;
	buffer[len] = '\0';
	while ((end = strchr(buffer, '\n'))) {
		*end++ = '\0';
		if (!obey(buffer))
			return false;
		printf("done\n");
		fflush(stdout);
		len -= (size_t)(end - buffer);
		memmove(buffer, end, len + 1);
	}
	return true;
}

static void take_round(void)
{
	static uint64_t next_ms;
	uint64_t now_ms = station_uptime_ms();

	if (stalled || now_ms < next_ms)
		return;
	next_ms = now_ms + ROUND_PERIOD_MS;
	round_now.at_ms = now_ms;
	history_add(&site.history, &round_now);
}

int main(int argc, char *argv[])
{
	unsigned long port = argc > 1 ? strtoul(argv[1], NULL, 10) : 0;
	int error = web_open(&server, &site, (uint16_t)port);

	if (error) {
		fprintf(stderr, "port %lu: %s\n", port, strerror(error));
		return 1;
	}
	printf("port %u\n", web_port(&server));
	fflush(stdout);
	while (listen_to_input()) {
		take_round();
		if (!web_turn(&server, TURN_MS))
			return 1;
	}
	return 0;
}
