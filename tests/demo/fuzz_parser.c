/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Requests, mutated, into the parser: fuzz_parser COUNT SEED. Each input goes
 * in twice, whole and in pieces, and has to give the same; what comes out has
 * to keep the promises of http_parser.h. The bytes lie in memory of their own
 * size, so that a sanitizer sees a read beyond them.
 */
#include <stdio.h>

#include "fuzz_input.h"
#include "http_parser.h"

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
	size_t len;

	seed_random(argc > 2 ? argv[2] : NULL);
	for (i = 0; i < count; i++) {
		len = make_input(data, 1);
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
