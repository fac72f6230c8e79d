/* SPDX-License-Identifier: BSD-3-Clause */
/* Requests and how they are mutated, for the fuzzers: one file each includes it. */
#ifndef FUZZ_INPUT_H
#define FUZZ_INPUT_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

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

/* Begin with a seed; never zero. */
static void seed_random(const char *seed)
{
	state = seed ? strtoull(seed, NULL, 10) * 2U + 1U : 1U;
}

/* Up to `requests` of the corpus, one after the other, mutated. */
static size_t make_input(uint8_t *data, unsigned int requests)
{
	size_t len = 0, steps;
	const char *one;

	for (; requests; requests--) {
		one = corpus[below(COUNT_OF(corpus))];
		len = insert(data, len, len, one, strlen(one));
	}
	for (steps = below(8); steps; steps--)
		len = mutate(data, len);
	return len;
}

#endif /* FUZZ_INPUT_H */
