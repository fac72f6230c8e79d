/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory and strings, sixteen bytes a step where it counts. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <errno.h>
#include <uk/essentials.h>

int errno;

/* Two registers' worth, wherever it lies (the MMU allows it). */
struct pair {
	uint64_t low, high;
} __attribute__((packed, aligned(1), may_alias));

struct word {
	uint64_t value;
} __attribute__((packed, aligned(1), may_alias));

void *memcpy(void *restrict dst, const void *restrict src, size_t len)
{
	const char *from = src;
	char *to = dst;

	for (; len >= 16; len -= 16, to += 16, from += 16)
		*(struct pair *)to = *(const struct pair *)from;
	while (len--)
		*to++ = *from++;
	return dst;
}

void *memmove(void *dst, const void *src, size_t len)
{
	const char *from = src;
	char *to = dst;

	if (to <= from || to >= from + len)
		return memcpy(dst, src, len);
	while (len--)
		to[len] = from[len];
	return dst;
}

void *memset(void *dst, int value, size_t len)
{
	uint64_t word = 0x0101010101010101UL * (unsigned char)value;
	const struct pair filled = { word, word };
	char *to = dst, *end = to + len / 32 * 32;

	for (; to != end; to += 32) {
		((struct pair *)to)[0] = filled;
		((struct pair *)to)[1] = filled;
	}
	for (len %= 32; len >= 8; len -= 8, to += 8)
		*(struct word *)to = (struct word){ word };
	while (len--)
		*to++ = (char)value;
	return dst;
}

int memcmp(const void *a, const void *b, size_t len)
{
	const unsigned char *left = a, *right = b;

	for (; len--; left++, right++) {
		if (*left != *right)
			return *left - *right;
	}
	return 0;
}

size_t strnlen(const char *s, size_t max)
{
	size_t len = 0;

	while (len < max && s[len])
		len++;
	return len;
}

size_t strlen(const char *s)
{
	return strnlen(s, SIZE_MAX);
}

int strncmp(const char *a, const char *b, size_t len)
{
	for (; len; len--, a++, b++) {
		if (*a != *b || !*a)
			return (unsigned char)*a - (unsigned char)*b;
	}
	return 0;
}

int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, SIZE_MAX);
}

char *strchr(const char *s, int c)
{
	for (;; s++) {
		if (*s == (char)c)
			return (char *)s;
		if (!*s)
			return NULL;
	}
}

char *strrchr(const char *s, int c)
{
	const char *last = NULL;

	do {
		if (*s == (char)c)
			last = s;
	} while (*s++);
	return (char *)last;
}

__cold char *strstr(const char *haystack, const char *needle)
{
	size_t len = strlen(needle);

	for (; *haystack; haystack++) {
		if (!strncmp(haystack, needle, len))
			return (char *)haystack;
	}
	return len ? NULL : (char *)haystack;
}

__cold char *strncpy(char *restrict dst, const char *restrict src, size_t len)
{
	size_t used = strnlen(src, len);

	memcpy(dst, src, used);
	memset(dst + used, 0, len - used);
	return dst;
}

static __cold int digit_of(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'Z')
		return c - 'A' + 10;
	return 99;
}

__cold unsigned long strtoul(const char *s, char **end, int base)
{
	unsigned long value = 0;

	if ((base == 0 || base == 16) && s[0] == '0'
	    && (s[1] == 'x' || s[1] == 'X')) {
		base = 16;
		s += 2;
	}
	base = base ? base : 10;
	for (; digit_of(*s) < base; s++)
		value = value * base + digit_of(*s);
	if (end)
		*end = (char *)s;
	return value;
}
