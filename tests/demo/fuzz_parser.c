/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests, mutated, into the parser: fuzz_parser COUNT SEED. Each input goes
 * in twice, whole and in pieces, and has to give the same; what comes out has
 * to keep the promises of http_parser.h. The bytes lie in memory of their own
 * size, so that a sanitizer sees a read beyond them.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "http_parser.h"

#define INPUT_MAX	700U

static const char *const corpus[] = {
	"GET / HTTP/1.1\r\nHost: board\r\n\r\n",
	"HEAD /metrics HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
	"GET http://board:80/api/v1/sensors?since=17&x HTTP/1.1\r\n"
	"Host: board\r\nAccept-Encoding: gzip, br;q=0.1\r\n\r\n",
	"POST /a%20b HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
	"GET / HTTP/1.1\r\nHost: a\r\nIf-None-Match: W/\"ab\", \"cd\"\r\n\r\n",
	"PUT / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\n"
	"Content-Length: 12\r\n\r\n",
	"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n",
	"\r\nOPTIONS * HTTP/1.1\r\nHost: [::1]\r\nConnection: close\r\n\r\n",
};

static const char *const words[] = {
	"\r\n", "\r", "\n", " ", ":", ",", ";q=0", "\"", "W/", "*", "%", "%00",
	"HTTP/1.1", "HTTP/2.0", "http://", "Host: x\r\n", "Content-Length: ",
	"4096", "4097", "99999999999", "-1", "gzip", "chunked", "close",
	"Transfer-Encoding: ", "Connection: ", "Accept-Encoding: ",
	"If-None-Match: ", "Expect: 100-continue\r\n", "\r\n\r\n", "?since=",
};

#define COUNT_OF(a)	(sizeof(a) / sizeof((a)[0]))

/* xorshift64* */
static uint64_t state;

static uint32_t below(uint32_t limit)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545f4914f6cdd1dULL) >> 33) % limit;
}

static size_t insert(uint8_t *data, size_t len, size_t at,
		     const void *what, size_t size)
{
	if (size > INPUT_MAX - len)
		size = INPUT_MAX - len;
	memmove(data + at + size, data + at, len - at);
	memcpy(data + at, what, size);
	return len + size;
}

static size_t mutate(uint8_t *data, size_t len)
{
	size_t at = below((uint32_t)len + 1), size;
	const char *word;
	uint8_t copy[64];

	switch (below(6)) {
	case 0:
		if (at < len)
			data[at] = (uint8_t)below(256);
		return len;
	case 1:
		if (at < len)
			data[at] ^= (uint8_t)(1U << below(8));
		return len;
	case 2:
		word = words[below(COUNT_OF(words))];
		return insert(data, len, at, word, strlen(word));
	case 3:
		size = below(32);
		if (size > len - at)
			size = len - at;
		memmove(data + at, data + at + size, len - at - size);
		return len - size;
	case 4:
		size = below(sizeof(copy));
		if (size > len - at)
			size = len - at;
		memcpy(copy, data + at, size);
		return insert(data, len, below((uint32_t)len + 1), copy, size);
	default:
		memset(copy, (int)below(256), sizeof(copy));
		for (size = 0; size < 5; size++)
			len = insert(data, len, at, copy, sizeof(copy));
		return len;
	}
}

static void die(const char *what, const uint8_t *data, size_t len)
{
	size_t i;

	fprintf(stderr, "%s: ", what);
	for (i = 0; i < len; i++)
		fprintf(stderr, "%02x", data[i]);
	fprintf(stderr, "\n");
	abort();
}

static size_t parse_in_pieces(struct http_parser *p, const uint8_t *data,
			      size_t len)
{
	size_t at = 0, taken = 0, size;

	http_parser_reset(p);
	while (at < len) {
		size = 1U + below(1U + below((uint32_t)(len - at)));
		taken += http_parse(p, data + at, size);
		at += size;
	}
	return taken;
}

static void check_request(struct http_request *r, const uint8_t *data,
			  size_t len)
{
	const char *query;

	if (!memchr(r->target, 0, sizeof(r->target))
	    || !memchr(r->if_none_match, 0, sizeof(r->if_none_match)))
		die("a string has no end", data, len);
	if (r->method != HTTP_OTHER_METHOD && r->target[0] != '/')
		die("a target is no path", data, len);
	http_etag_matches(r->if_none_match, "\"cd\"");
	query = http_split_target(r->target);
	if (query)
		http_query_number(query, "since", 0);
}

static void try_input(const uint8_t *data, size_t len)
{
	uint8_t *own = malloc(len ? len : 1);
	struct http_parser whole, pieces;
	size_t taken;

	memcpy(own, data, len);
	http_parser_reset(&whole);
	taken = http_parse(&whole, own, len);
	if (taken != parse_in_pieces(&pieces, own, len)
	    || memcmp(&whole, &pieces, sizeof(whole)))
		die("pieces give another result", data, len);
	if (taken > len || (!whole.status && taken != len))
		die("it takes what is not there, or stops", data, len);
	if (!strcmp(http_reason(whole.status ? whole.status : 200),
		    http_reason(999)))
		die("a status nobody knows", data, len);
	if (whole.status == HTTP_OK)
		check_request(&whole.request, data, len);
	free(own);
}

int main(int argc, char *argv[])
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 100000;
	unsigned long i, statuses[600] = { 0 };
	struct http_parser p;
	uint8_t data[INPUT_MAX];
	size_t len, steps;

	state = argc > 2 ? strtoull(argv[2], NULL, 10) * 2U + 1U : 1U;
	for (i = 0; i < count; i++) {
		const char *seed = corpus[below(COUNT_OF(corpus))];

		len = insert(data, 0, 0, seed, strlen(seed));
		for (steps = below(8); steps; steps--)
			len = mutate(data, len);
		try_input(data, len);
		http_parser_reset(&p);
		http_parse(&p, data, len);
		statuses[p.status]++;
	}
	printf("%lu inputs:", count);
	for (i = 0; i < COUNT_OF(statuses); i++)
		if (statuses[i])
			printf(" %lu: %lu", i, statuses[i]);
	printf("\n");
	return 0;
}
