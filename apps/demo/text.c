/* SPDX-License-Identifier: BSD-3-Clause */
/* Text into a buffer of fixed size. */
#include "text.h"

#include <stdarg.h>
#include <stdio.h>

void text_add(struct text *t, const char *format, ...)
{
	va_list arguments;
	int len;

	if (t->full)
		return;
	va_start(arguments, format);
	len = vsnprintf(t->data + t->len, t->size - t->len, format, arguments);
	va_end(arguments);
	if (len < 0 || (size_t)len >= t->size - t->len)
		t->full = true;
	else
		t->len += (size_t)len;
}

void text_add_milli(struct text *t, int64_t milli)
{
	uint64_t size = milli < 0 ? 0U - (uint64_t)milli : (uint64_t)milli;

	text_add(t, "%s%llu.%03u", milli < 0 ? "-" : "",
		 (unsigned long long)(size / 1000U), (unsigned int)(size % 1000U));
}

void text_add_quoted(struct text *t, const char *string)
{
	text_add(t, "\"");
	for (; *string; string++) {
		if (*string == '"' || *string == '\\')
			text_add(t, "\\%c", *string);
		else if ((unsigned char)*string >= ' ')
			text_add(t, "%c", *string);
		else
			text_add(t, " ");
	}
	text_add(t, "\"");
}
