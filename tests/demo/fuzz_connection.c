/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Mutated requests into a connection: fuzz_connection COUNT SEED. Its socket
 * is made up here (--wrap): it gives and takes as much as it likes, says "not
 * now", and breaks. However it does, what comes out has to be the same, or
 * the beginning of it when it broke, and the connection has to end.
 */
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "fuzz_input.h"
#include "server.h"

#define OUTPUT_MAX	(1U << 20)
#define TURNS_MAX	1000000U

static const struct sensor_label labels[] = {
	{ "t0", "tmp105", "temperature", "C" },
	{ "p0", "dps310", "pressure", "Pa" },
};

static struct web_server server;
static struct site site;

/* The made-up socket. */
static const uint8_t *input;
static size_t input_len, input_at;
static uint8_t *output;
static size_t output_len;
static bool moody, closed, broken;

static void die(const char *what)
{
	size_t i;

	fprintf(stderr, "%s: ", what);
	for (i = 0; i < input_len; i++)
		fprintf(stderr, "%02x", input[i]);
	fprintf(stderr, "\n");
	abort();
}

/* How much moves of `len`; 0: not now. */
static size_t some(size_t len)
{
	if (!moody)
		return len;
	if (below(4) == 0)
		return 0;
	return 1U + below((uint32_t)len);
}

static bool breaks(void)
{
	broken = broken || (moody && below(500) == 0);
	return broken;
}

static ssize_t not_now(void)
{
	errno = breaks() ? ECONNRESET : EAGAIN;
	return -1;
}

ssize_t __wrap_recv(int fd, void *data, size_t len, int flags);
ssize_t __wrap_send(int fd, const void *data, size_t len, int flags);
int __wrap_shutdown(int fd, int how);
int __wrap_close(int fd);

ssize_t __wrap_recv(int fd, void *data, size_t len, int flags)
{
	size_t left = input_len - input_at, got;

	(void)fd;
	(void)flags;
	if (!left)
		return 0;
	got = some(left < len ? left : len);
	if (!got)
		return not_now();
	memcpy(data, input + input_at, got);
	input_at += got;
	return (ssize_t)got;
}

ssize_t __wrap_send(int fd, const void *data, size_t len, int flags)
{
	size_t sent = some(len);

	(void)fd;
	(void)flags;
	if (!len)
		die("nothing is sent");
	if (!sent || breaks())
		return not_now();
	if (output_len + sent > OUTPUT_MAX)
		die("it sends without end");
	memcpy(output + output_len, data, sent);
	output_len += sent;
	return (ssize_t)sent;
}

int __wrap_shutdown(int fd, int how)
{
	(void)fd;
	(void)how;
	return 0;
}

int __wrap_close(int fd)
{
	(void)fd;
	if (closed)
		die("it closes twice");
	closed = true;
	return 0;
}

uint64_t station_uptime_ms(void)
{
	return 100000;
}

void station_look(struct station *station)
{
	station->board = "made-up";
	station->title = "Made-up board";
	station->uptime_ms = station_uptime_ms();
}

static void begin_world(void)
{
	struct round round = { .of = { { NULL, 21500 }, { "gone", 0 } } };
	unsigned int i;

	memset(&server, 0, sizeof(server));
	memset(&site, 0, sizeof(site));
	server.site = &site;
	site.history.labels = labels;
	site.history.sensors = COUNT_OF(labels);
	for (i = 0; i < 40; i++)
		history_add(&site.history, &round);
	site.counters.open = 1;
}

/* Serve the input into `to`; how many bytes came out. */
static size_t serve(uint8_t *to, bool in_moods)
{
	struct web_connection *c = &server.connections[0];
	unsigned int turns = 0;

	begin_world();
	output = to;
	output_len = input_at = 0;
	moody = in_moods;
	closed = broken = false;
	web_begin(c, 5, 0);
	while (c->stage != WEB_FREE) {
		web_go_on(&server, c, 0);
		if (++turns > TURNS_MAX)
			die("it does not end");
	}
	if (!closed || site.counters.open)
		die("it ends and is not closed");
	return output_len;
}

int main(int argc, char *argv[])
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 10000;
	static uint8_t whole[OUTPUT_MAX], pieces[OUTPUT_MAX];
	unsigned long i, replies = 0, breaks_seen = 0;
	uint8_t data[INPUT_MAX];
	size_t len, again;

	seed_random(argc > 2 ? argv[2] : NULL);
	for (i = 0; i < count; i++) {
		input_len = make_input(data, 1U + below(4));
		input = data;
		len = serve(whole, false);
		replies += site.counters.requests;
		again = serve(pieces, true);
		breaks_seen += broken;
		if (again > len || (again < len && !broken)
		    || memcmp(whole, pieces, again))
			die("another answer when the socket has moods");
	}
	printf("%lu inputs, %lu replies, %lu broken\n", count, replies,
	       breaks_seen);
	return 0;
}
