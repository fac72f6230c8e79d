/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * HTTP/1.1 requests, byte by byte: no input or output, no memory but the
 * structure. The same bytes give the same result however they are split.
 *
 * Strict where a lenient reading is how requests are smuggled (RFC 9112,
 * 11.2): lines end with CR LF, one Host, one Content-Length, no folding.
 */
#ifndef HTTP_PARSER_H
#define HTTP_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define HTTP_TARGET_MAX		255U	/* longer: 414 */
#define HTTP_VALUE_MAX		255U	/* of a header that matters here */
#define HTTP_HEADERS_MAX	64U	/* more: 431 */
#define HTTP_HEAD_MAX		8192U	/* bytes up to the empty line: 431 */
#define HTTP_BODY_MAX		4096U	/* is skipped; more: 413 */

/* RFC 9110, 15; what this server says */
#define HTTP_OK				200
#define HTTP_NOT_MODIFIED		304
#define HTTP_BAD_REQUEST		400
#define HTTP_NOT_FOUND			404
#define HTTP_METHOD_NOT_ALLOWED		405
#define HTTP_REQUEST_TIMEOUT		408
#define HTTP_LENGTH_REQUIRED		411
#define HTTP_CONTENT_TOO_LARGE		413
#define HTTP_TARGET_TOO_LONG		414
#define HTTP_EXPECTATION_FAILED		417
#define HTTP_HEAD_TOO_LARGE		431
#define HTTP_NOT_IMPLEMENTED		501
#define HTTP_SERVICE_UNAVAILABLE	503
#define HTTP_VERSION_NOT_SUPPORTED	505

enum http_method {
	HTTP_GET,
	HTTP_HEAD,
	HTTP_OTHER_METHOD,	/* of RFC 9110 or RFC 5789, not served here */
};

/* What a request says, as far as it matters here. */
struct http_request {
	enum http_method method;
	uint8_t minor;		/* of the version: 0, or 1 for all others */
	bool close;		/* no further request on this connection */
	bool takes_gzip;	/* and says so */
	/* "/path?query": an absolute target comes without its authority */
	char target[HTTP_TARGET_MAX + 1];
	char if_none_match[HTTP_VALUE_MAX + 1];
};

struct http_parser {
	/* 0: more bytes are needed; 200: complete; else what to answer */
	uint16_t status;
	uint8_t state;
	uint8_t header;		/* which one the value belongs to */
	uint8_t seen;		/* headers so far, and what they said: bits */
	uint8_t headers;
	uint16_t head_bytes;
	uint16_t fill;		/* of `word`, or of the target */
	bool overflow;		/* `word` was too short */
	uint32_t body_left;
	char word[HTTP_VALUE_MAX + 1];
	struct http_request request;
};

/* Begin with the first byte of a request. */
void http_parser_reset(struct http_parser *p);

/*
 * Take bytes up to the end of the request, body included, or up to the one
 * that is wrong; returns how many. Takes none once `status` is set.
 */
size_t http_parse(struct http_parser *p, const void *data, size_t len);

/* Whether no byte of a request has come since the last reset. */
static inline bool http_parser_is_idle(const struct http_parser *p)
{
	return p->head_bytes == 0;
}

/* The reason phrase of a status. */
const char *http_reason(unsigned int status);

/*
 * Undo percent-encoding of the path in `target`, in place, and end it there;
 * returns the query ("" if none), or NULL when the encoding is wrong.
 */
const char *http_split_target(char *target);

/* The number that `name` has in a query; `fallback` when it has none. */
uint32_t http_query_number(const char *query, const char *name,
			   uint32_t fallback);

/* Whether a list of entity tags (RFC 9110, 13.1.2) has `etag`, or is "*". */
bool http_etag_matches(const char *list, const char *etag);

#endif /* HTTP_PARSER_H */
