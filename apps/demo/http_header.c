/* SPDX-License-Identifier: BSD-3-Clause */
/* What headers mean, and what targets, queries and entity tags are. */
#include "http_header.h"

#include <string.h>

/* http_parser.seen */
#define SEEN_HOST	0x01U
#define SEEN_LENGTH	0x02U
#define SAYS_CLOSE	0x04U
#define SAYS_KEEP_ALIVE	0x08U
#define EXPECTS		0x10U
#define TAKES_GZIP	0x20U	/* as a content coding */
#define REFUSES_GZIP	0x40U

static const char *const names[] = {
	[HEADER_HOST] = "host",
	[HEADER_CONNECTION] = "connection",
	[HEADER_CONTENT_LENGTH] = "content-length",
	[HEADER_TRANSFER_ENCODING] = "transfer-encoding",
	[HEADER_EXPECT] = "expect",
	[HEADER_ACCEPT_ENCODING] = "accept-encoding",
	[HEADER_IF_NONE_MATCH] = "if-none-match",
};

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static size_t same_length(const char *text, const char *other)
{
	size_t len = 0;

	while (other[len] && lower(text[len]) == lower(other[len]))
		len++;
	return len;
}

bool http_starts_with(const char *text, const char *start)
{
	return !start[same_length(text, start)];
}

static bool is(const char *text, const char *name)
{
	size_t len = same_length(text, name);

	return !name[len] && !text[len];
}

uint8_t http_header_find(const char *name)
{
	uint8_t i;

	for (i = 0; i < HEADER_OTHER; i++)
		if (is(name, names[i]))
			return i;
	return HEADER_OTHER;
}

static const char *skip_space(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

/* The next element of a list, or NULL; `*at` goes behind it. */
static const char *list_next(const char **at)
{
	const char *element;

	while (**at == ',' || **at == ' ' || **at == '\t')
		(*at)++;
	if (!**at)
		return NULL;
	element = *at;
	while (**at && **at != ',')
		(*at)++;
	return element;
}

/* Whether a list's element is `name`; `*rest` is then what follows it. */
static bool element_is(const char *element, const char *name,
		       const char **rest)
{
	size_t len = same_length(element, name);

	if (name[len])
		return false;
	*rest = skip_space(element + len);
	return !**rest || **rest == ',' || **rest == ';';
}

/* RFC 9112, 3.2: one, and of the characters that hosts have (RFC 3986) */
static uint16_t on_host(struct http_parser *p)
{
	const char *c;

	if (p->seen & SEEN_HOST || p->overflow)
		return HTTP_BAD_REQUEST;
	p->seen |= SEEN_HOST;
	for (c = p->word; *c; c++)
		if (*c <= ' ' || (uint8_t)*c >= 0x7f
		    || strchr("\"#/<>?@\\^`{|}", *c))
			return HTTP_BAD_REQUEST;
	return 0;
}

static uint16_t on_connection(struct http_parser *p)
{
	const char *at = p->word, *element, *rest;

	if (p->overflow)
		return HTTP_HEAD_TOO_LARGE;
	while ((element = list_next(&at))) {
		if (element_is(element, "close", &rest))
			p->seen |= SAYS_CLOSE;
		if (element_is(element, "keep-alive", &rest))
			p->seen |= SAYS_KEEP_ALIVE;
	}
	return 0;
}

/* RFC 9110, 8.6: digits; what is too much is not counted any further. */
static uint16_t on_content_length(struct http_parser *p)
{
	const char *c = p->word;

	if (p->seen & SEEN_LENGTH || p->overflow || !*c)
		return HTTP_BAD_REQUEST;
	p->seen |= SEEN_LENGTH;
	for (; *c; c++) {
		if (*c < '0' || *c > '9')
			return HTTP_BAD_REQUEST;
		if (p->body_left <= HTTP_BODY_MAX)
			p->body_left = p->body_left * 10U + (uint32_t)(*c - '0');
	}
	return p->body_left > HTTP_BODY_MAX ? HTTP_CONTENT_TOO_LARGE : 0;
}

/* RFC 9112, 6.1: who does not take it says 411 or 501; 1.0 has none. */
static uint16_t on_transfer_encoding(struct http_parser *p)
{
	if (p->seen & SEEN_LENGTH || !p->request.minor)
		return HTTP_BAD_REQUEST;
	return is(p->word, "chunked") ? HTTP_LENGTH_REQUIRED
				      : HTTP_NOT_IMPLEMENTED;
}

static uint16_t on_expect(struct http_parser *p)
{
	if (!p->request.minor)
		return 0;
	if (!is(p->word, "100-continue"))
		return HTTP_EXPECTATION_FAILED;
	p->seen |= EXPECTS;
	return 0;
}

/* Whether parameters have a weight of zero (RFC 9110, 12.4.2). */
static bool weighs_nothing(const char *at)
{
	if (*at != ';')
		return false;
	at = skip_space(at + 1);
	if (!http_starts_with(at, "q=0"))
		return false;
	for (at += 3; *at == '.' || *at == '0'; at++)
		;
	at = skip_space(at);
	return !*at || *at == ',';
}

static uint16_t on_accept_encoding(struct http_parser *p)
{
	const char *at = p->word, *element, *rest;

	if (p->overflow)
		return 0;	/* as if it were not there */
	while ((element = list_next(&at))) {
		if (element_is(element, "gzip", &rest)
		    || element_is(element, "x-gzip", &rest))
			p->seen |= weighs_nothing(rest) ? REFUSES_GZIP
							: TAKES_GZIP;
		else if (element_is(element, "*", &rest)
			 && !weighs_nothing(rest))
			p->seen |= TAKES_GZIP;
	}
	return 0;
}

static uint16_t on_if_none_match(struct http_parser *p)
{
	if (!p->overflow)
		memcpy(p->request.if_none_match, p->word, p->fill + 1U);
	return 0;
}

static uint16_t (*const on_header[])(struct http_parser *p) = {
	[HEADER_HOST] = on_host,
	[HEADER_CONNECTION] = on_connection,
	[HEADER_CONTENT_LENGTH] = on_content_length,
	[HEADER_TRANSFER_ENCODING] = on_transfer_encoding,
	[HEADER_EXPECT] = on_expect,
	[HEADER_ACCEPT_ENCODING] = on_accept_encoding,
	[HEADER_IF_NONE_MATCH] = on_if_none_match,
};

uint16_t http_header_value(struct http_parser *p)
{
	return p->header < HEADER_OTHER ? on_header[p->header](p) : 0;
}

uint16_t http_headers_end(struct http_parser *p)
{
	struct http_request *r = &p->request;

	if (r->minor && !(p->seen & SEEN_HOST))
		return HTTP_BAD_REQUEST;
	r->close = p->seen & SAYS_CLOSE
		   || (!r->minor && !(p->seen & SAYS_KEEP_ALIVE));
	r->takes_gzip = (p->seen & (TAKES_GZIP | REFUSES_GZIP)) == TAKES_GZIP;
	/* Who waits for our leave to send a body is answered without it. */
	if (p->seen & EXPECTS && p->body_left) {
		p->body_left = 0;
		r->close = true;
	}
	return 0;
}

const char *http_reason(unsigned int status)
{
	switch (status) {
	case HTTP_OK:
		return "OK";
	case HTTP_NOT_MODIFIED:
		return "Not Modified";
	case HTTP_BAD_REQUEST:
		return "Bad Request";
	case HTTP_NOT_FOUND:
		return "Not Found";
	case HTTP_METHOD_NOT_ALLOWED:
		return "Method Not Allowed";
	case HTTP_REQUEST_TIMEOUT:
		return "Request Timeout";
	case HTTP_LENGTH_REQUIRED:
		return "Length Required";
	case HTTP_CONTENT_TOO_LARGE:
		return "Content Too Large";
	case HTTP_TARGET_TOO_LONG:
		return "URI Too Long";
	case HTTP_EXPECTATION_FAILED:
		return "Expectation Failed";
	case HTTP_HEAD_TOO_LARGE:
		return "Request Header Fields Too Large";
	case HTTP_NOT_IMPLEMENTED:
		return "Not Implemented";
	case HTTP_SERVICE_UNAVAILABLE:
		return "Service Unavailable";
	case HTTP_VERSION_NOT_SUPPORTED:
		return "HTTP Version Not Supported";
	default:
		return "Internal Server Error";
	}
}

static int hex_digit(char c)
{
	c = lower(c);
	if (c >= '0' && c <= '9')
		return c - '0';
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

const char *http_split_target(char *target)
{
	char *from = target, *to = target;
	int high, low;

	for (; *from && *from != '?'; from++) {
		if (*from != '%') {
			*to++ = *from;
			continue;
		}
		high = hex_digit(from[1]);
		low = high < 0 ? -1 : hex_digit(from[2]);
		if (low < 0 || !(high | low))
			return NULL;
		*to++ = (char)(high << 4 | low);
		from += 2;
	}
	if (*from == '?')
		from++;
	*to = '\0';
	return from;
}

uint32_t http_query_number(const char *query, const char *name,
			   uint32_t fallback)
{
	size_t len = strlen(name);
	uint64_t value = 0;
	const char *c;

	while (query && (strncmp(query, name, len) || query[len] != '=')) {
		query = strchr(query, '&');
		if (query)
			query++;
	}
	if (!query)
		return fallback;
	c = query + len + 1;
	if (*c < '0' || *c > '9')
		return fallback;
	for (; *c >= '0' && *c <= '9' && value <= UINT32_MAX; c++)
		value = value * 10U + (uint64_t)(*c - '0');
	if ((*c && *c != '&') || value > UINT32_MAX)
		return fallback;
	return (uint32_t)value;
}

bool http_etag_matches(const char *list, const char *etag)
{
	size_t len = strlen(etag);
	const char *end;

	for (;;) {
		while (*list == ',' || *list == ' ' || *list == '\t')
			list++;
		if (*list == '*')
			return true;
		if (list[0] == 'W' && list[1] == '/')
			list += 2;
		if (*list != '"')
			return false;
		end = strchr(list + 1, '"');
		if (!end)
			return false;
		end++;
		if ((size_t)(end - list) == len && !memcmp(list, etag, len))
			return true;
		list = end;
	}
}
