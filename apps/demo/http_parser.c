/* SPDX-License-Identifier: BSD-3-Clause */
/* The states of a request: one function each, which gets the next byte. */
#include "http_parser.h"

#include <string.h>

#include "http_header.h"

#define MORE	0	/* what a state returns when nothing is wrong */

enum state {
	START,
	START_LF,
	METHOD,
	TARGET,
	VERSION,
	LINE_LF,
	NAME_FIRST,
	NAME,
	VALUE_FIRST,
	VALUE,
	VALUE_LF,
	END_LF,
	BODY,
};

/* RFC 9110, 9.1 and RFC 5789; the order is that of enum http_method. */
static const char *const methods[] = {
	"GET", "HEAD",
	"POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
};

static bool is_token(uint8_t c)
{
	/* RFC 9110, 5.6.2: tchar */
	if ((c >= '0' && c <= '9') || (c >= 'a' && c <= 'z')
	    || (c >= 'A' && c <= 'Z'))
		return true;
	return c && strchr("!#$%&'*+-.^_`|~", c);
}

static uint16_t go(struct http_parser *p, enum state next)
{
	p->state = next;
	p->fill = 0;
	p->overflow = false;
	return MORE;
}

static void append(struct http_parser *p, uint8_t c)
{
	if (p->fill < HTTP_VALUE_MAX)
		p->word[p->fill++] = (char)c;
	else
		p->overflow = true;
}

static uint16_t on_method(struct http_parser *p, uint8_t c)
{
	unsigned int i;

	if (is_token(c)) {
		append(p, c);
		return MORE;
	}
	if (c != ' ' || !p->fill)
		return HTTP_BAD_REQUEST;
	p->word[p->fill] = '\0';
	for (i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (!strcmp(p->word, methods[i])) {
			p->request.method = i < HTTP_OTHER_METHOD
					    ? i : HTTP_OTHER_METHOD;
			return go(p, TARGET);
		}
	}
	return HTTP_NOT_IMPLEMENTED;
}

/* RFC 9112, 2.2: an empty line before a request is overlooked. */
static uint16_t on_start(struct http_parser *p, uint8_t c)
{
	if (c == '\r' && p->head_bytes == 1) {
		p->state = START_LF;
		return MORE;
	}
	p->state = METHOD;
	return on_method(p, c);
}

static uint16_t on_start_lf(struct http_parser *p, uint8_t c)
{
	p->state = START;
	return c == '\n' ? MORE : HTTP_BAD_REQUEST;
}

/*
 * RFC 9112, 3.2: "/path", or "http://authority/path", which becomes "/path".
 * "*" and "host:port" go with methods that are not served here.
 */
static uint16_t check_target(struct http_request *r)
{
	static const char scheme[] = "http://";
	size_t len = strlen(scheme);
	char *path;

	if (r->target[0] == '/' || r->method == HTTP_OTHER_METHOD)
		return MORE;
	if (!http_starts_with(r->target, scheme) || !r->target[len]
	    || r->target[len] == '/' || r->target[len] == '?')
		return HTTP_BAD_REQUEST;
	path = r->target + len;
	while (*path && *path != '/' && *path != '?')
		path++;
	/* An empty path is "/": there is room where the scheme was. */
	if (*path != '/')
		*--path = '/';
	memmove(r->target, path, strlen(path) + 1);
	return MORE;
}

static uint16_t on_target(struct http_parser *p, uint8_t c)
{
	struct http_request *r = &p->request;
	uint16_t status;

	if (c == ' ' && p->fill) {
		r->target[p->fill] = '\0';
		status = check_target(r);
		return status ? status : go(p, VERSION);
	}
	/* RFC 3986: visible characters, and no fragment is sent */
	if (c <= ' ' || c >= 0x7f || c == '#')
		return HTTP_BAD_REQUEST;
	if (p->fill == HTTP_TARGET_MAX)
		return HTTP_TARGET_TOO_LONG;
	r->target[p->fill++] = (char)c;
	return MORE;
}

/* RFC 9112, 2.3: HTTP/1.0 or HTTP/1.1; a later 1.x is understood as that. */
static uint16_t on_version(struct http_parser *p, uint8_t c)
{
	static const char form[] = "HTTP/1.1\r";
	unsigned int at = p->fill++;
	bool digit = c >= '0' && c <= '9';

	if (at == 5 && digit && c != '1')
		return HTTP_VERSION_NOT_SUPPORTED;
	if (at == 7) {
		p->request.minor = c != '0';
		return digit ? MORE : HTTP_BAD_REQUEST;
	}
	if (c != (uint8_t)form[at])
		return HTTP_BAD_REQUEST;
	return c == '\r' ? go(p, LINE_LF) : MORE;
}

static uint16_t on_line_lf(struct http_parser *p, uint8_t c)
{
	return c == '\n' ? go(p, NAME_FIRST) : HTTP_BAD_REQUEST;
}

static uint16_t on_name(struct http_parser *p, uint8_t c)
{
	if (is_token(c)) {
		append(p, c);
		return MORE;
	}
	if (c != ':')
		return HTTP_BAD_REQUEST;
	p->word[p->fill] = '\0';
	p->header = http_header_find(p->word);
	return go(p, VALUE_FIRST);
}

static uint16_t on_name_first(struct http_parser *p, uint8_t c)
{
	if (c == '\r')
		return go(p, END_LF);
	if (!is_token(c))
		return HTTP_BAD_REQUEST;
	if (++p->headers > HTTP_HEADERS_MAX)
		return HTTP_HEAD_TOO_LARGE;
	p->state = NAME;
	return on_name(p, c);
}

static uint16_t on_value(struct http_parser *p, uint8_t c)
{
	if (c == '\r') {
		while (p->fill && (p->word[p->fill - 1] == ' '
				   || p->word[p->fill - 1] == '\t'))
			p->fill--;
		p->word[p->fill] = '\0';
		p->state = VALUE_LF;
		return MORE;
	}
	/* RFC 9110, 5.5: no control characters */
	if ((c < ' ' && c != '\t') || c == 0x7f)
		return HTTP_BAD_REQUEST;
	if (p->header != HEADER_OTHER)
		append(p, c);
	return MORE;
}

static uint16_t on_value_first(struct http_parser *p, uint8_t c)
{
	if (c == ' ' || c == '\t')
		return MORE;
	p->state = VALUE;
	return on_value(p, c);
}

static uint16_t on_value_lf(struct http_parser *p, uint8_t c)
{
	uint16_t status;

	if (c != '\n')
		return HTTP_BAD_REQUEST;
	status = http_header_value(p);
	return status ? status : go(p, NAME_FIRST);
}

/* The empty line: what the headers say together. */
static uint16_t on_end_lf(struct http_parser *p, uint8_t c)
{
	uint16_t status;

	if (c != '\n')
		return HTTP_BAD_REQUEST;
	status = http_headers_end(p);
	if (status)
		return status;
	if (!p->body_left)
		return HTTP_OK;
	return go(p, BODY);
}

static uint16_t (*const on_byte[])(struct http_parser *p, uint8_t c) = {
	[START] = on_start,
	[START_LF] = on_start_lf,
	[METHOD] = on_method,
	[TARGET] = on_target,
	[VERSION] = on_version,
	[LINE_LF] = on_line_lf,
	[NAME_FIRST] = on_name_first,
	[NAME] = on_name,
	[VALUE_FIRST] = on_value_first,
	[VALUE] = on_value,
	[VALUE_LF] = on_value_lf,
	[END_LF] = on_end_lf,
};

void http_parser_reset(struct http_parser *p)
{
	memset(p, 0, sizeof(*p));
}

static size_t skip_body(struct http_parser *p, size_t len)
{
	if (len > p->body_left)
		len = p->body_left;
	p->body_left -= (uint32_t)len;
	if (!p->body_left)
		p->status = HTTP_OK;
	return len;
}

size_t http_parse(struct http_parser *p, const void *data, size_t len)
{
	const uint8_t *byte = data;
	size_t at = 0;

	while (at < len && !p->status) {
		if (p->state == BODY) {
			at += skip_body(p, len - at);
			continue;
		}
		p->status = p->head_bytes++ == HTTP_HEAD_MAX
			    ? HTTP_HEAD_TOO_LARGE
			    : on_byte[p->state](p, byte[at]);
		at++;
	}
	return at;
}
