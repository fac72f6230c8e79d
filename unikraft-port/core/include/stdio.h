/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Formatted output: %d %i %u %x %X %o %c %s %p %%, with h, l, ll, z, t,
 * flags - 0 + space #, width and precision. No floating point.
 */
#ifndef __STDIO_H__
#define __STDIO_H__

#include <stdarg.h>
#include <stddef.h>

int printf(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
int vprintf(const char *fmt, va_list ap);
int snprintf(char *buf, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap);
/* Without a size: for callers who know that @p buf is large enough. */
int sprintf(char *buf, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));
int vsprintf(char *buf, const char *fmt, va_list ap);
int puts(const char *s);
int putchar(int c);

#endif /* __STDIO_H__ */
