/* SPDX-License-Identifier: BSD-3-Clause */
/* The default allocator under its C names, numbers, the end. */
#ifndef __STDLIB_H__
#define __STDLIB_H__

#include <stddef.h>

void *malloc(size_t size);
void *calloc(size_t n, size_t size);
void *realloc(void *ptr, size_t size);
void free(void *ptr);
unsigned long strtoul(const char *s, char **end, int base);
void exit(int status) __attribute__((noreturn));
void abort(void) __attribute__((noreturn));

#endif /* __STDLIB_H__ */
