/* SPDX-License-Identifier: BSD-3-Clause */
/* Text into a buffer of fixed size; what does not fit is noticed. */
#ifndef TEXT_H
#define TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct text {
	char *data;
	size_t size;
	size_t len;
	bool full;	/* something did not fit, and is not there */
};

static inline struct text text_in(char *data, size_t size)
{
	return (struct text){ .data = data, .size = size };
}

void text_add(struct text *t, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Thousandths as a decimal number: -1500 is "-1.500". */
void text_add_milli(struct text *t, int64_t milli);

/* A string in quotes, as JSON and Prometheus both read it. */
void text_add_quoted(struct text *t, const char *string);

#endif /* TEXT_H */
