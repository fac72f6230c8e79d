/* SPDX-License-Identifier: BSD-3-Clause */
/* The headers of a request that matter here; for the parser only. */
#ifndef HTTP_HEADER_H
#define HTTP_HEADER_H

#include "http_parser.h"

enum http_header {
	HEADER_HOST,
	HEADER_CONNECTION,
	HEADER_CONTENT_LENGTH,
	HEADER_TRANSFER_ENCODING,
	HEADER_EXPECT,
	HEADER_ACCEPT_ENCODING,
	HEADER_IF_NONE_MATCH,
	HEADER_OTHER,
};

/* Which one has this name, in any case. */
uint8_t http_header_find(const char *name);

/* Take `word` as the value of `header`; 0, or the status to answer with. */
uint16_t http_header_value(struct http_parser *p);

/* After the last one: what they mean together; 0 or a status. */
uint16_t http_headers_end(struct http_parser *p);

/* Whether `text` begins with `start`, in any case. */
bool http_starts_with(const char *text, const char *start);

#endif /* HTTP_HEADER_H */
