/* SPDX-License-Identifier: BSD-3-Clause */
/* vsnprintf() and its kin: C's conversions without floating point. */
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <uk/essentials.h>

struct out {
	char *buf;
	size_t size;
	size_t len;	/* what it would be with room for all */
};

struct spec {
	bool left, zero, plus, space, alternate, upper;
	int width;
	int precision;	/* -1: none given */
	int longs;	/* 0 int, 1 long, -1 short, -2 char */
};

static void put(struct out *out, char c)
{
	if (out->len + 1 < out->size)
		out->buf[out->len] = c;
	out->len++;
}

static void pad(struct out *out, char c, int count)
{
	while (count-- > 0)
		put(out, c);
}

static void put_text(struct out *out, const struct spec *spec, const char *s)
{
	int len;

	s = s ? s : "(null)";
	len = spec->precision >= 0 ? (int)strnlen(s, spec->precision)
				   : (int)strlen(s);
	if (!spec->left)
		pad(out, ' ', spec->width - len);
	for (int i = 0; i < len; i++)
		put(out, s[i]);
	if (spec->left)
		pad(out, ' ', spec->width - len);
}

static void put_number(struct out *out, const struct spec *spec,
		       uint64_t value, unsigned int base, const char *prefix)
{
	const char *digits = spec->upper ? "0123456789ABCDEF"
					 : "0123456789abcdef";
	char text[24];
	int len = 0, zeros, blanks;

	while (value) {
		text[len++] = digits[value % base];
		value /= base;
	}
	zeros = (spec->precision >= 0 ? spec->precision : 1) - len;
	zeros = zeros > 0 ? zeros : 0;
	blanks = spec->width - len - zeros - (int)strlen(prefix);
	if (spec->zero && !spec->left && spec->precision < 0 && blanks > 0) {
		zeros += blanks;
		blanks = 0;
	}
	if (!spec->left)
		pad(out, ' ', blanks);
	while (*prefix)
		put(out, *prefix++);
	pad(out, '0', zeros);
	while (len)
		put(out, text[--len]);
	if (spec->left)
		pad(out, ' ', blanks);
}

/* Narrowed to what %h and %hh say; @p is_signed: and widened again. */
static uint64_t number_arg(const struct spec *spec, bool is_signed,
			   va_list *ap)
{
	static const unsigned char above_of[] = { 56, 48, 32, 0 };
	unsigned int above = above_of[spec->longs + 2];
	uint64_t value = above ? va_arg(*ap, unsigned int)
			       : va_arg(*ap, uint64_t);

	value <<= above;
	return is_signed ? (uint64_t)((int64_t)value >> above)
			 : value >> above;
}

static const char *parse_flags(const char *fmt, struct spec *spec)
{
	for (;; fmt++) {
		switch (*fmt) {
		case '-':
			spec->left = true;
			break;
		case '0':
			spec->zero = true;
			break;
		case '+':
			spec->plus = true;
			break;
		case ' ':
			spec->space = true;
			break;
		case '#':
			spec->alternate = true;
			break;
		default:
			return fmt;
		}
	}
}

static const char *parse_int(const char *fmt, int *value, va_list *ap)
{
	*value = 0;
	if (*fmt == '*') {
		*value = va_arg(*ap, int);
		return fmt + 1;
	}
	while (*fmt >= '0' && *fmt <= '9')
		*value = *value * 10 + *fmt++ - '0';
	return fmt;
}

static const char *parse_spec(const char *fmt, struct spec *spec, va_list *ap)
{
	memset(spec, 0, sizeof(*spec));
	spec->precision = -1;
	fmt = parse_flags(fmt, spec);
	fmt = parse_int(fmt, &spec->width, ap);
	if (spec->width < 0) {
		spec->left = true;
		spec->width = -spec->width;
	}
	if (*fmt == '.')
		fmt = parse_int(fmt + 1, &spec->precision, ap);
	for (;; fmt++) {
		if (*fmt == 'l' || *fmt == 'z' || *fmt == 't' || *fmt == 'j')
			spec->longs = 1;
		else if (*fmt == 'h' && spec->longs > -2)
			spec->longs--;
		else
			return fmt;
	}
}

static void convert_number(struct out *out, struct spec *spec,
			   char conversion, va_list *ap)
{
	bool is_signed = conversion == 'd' || conversion == 'i';
	const char *prefix = "";
	unsigned int base = 10;
	uint64_t value;

	if (conversion == 'p') {
		spec->longs = 1;
		spec->alternate = true;
	}
	value = number_arg(spec, is_signed, ap);
	if (is_signed) {
		prefix = (int64_t)value < 0 ? "-" : spec->plus ? "+"
			 : spec->space ? " " : "";
		value = (int64_t)value < 0 ? -value : value;
	} else if (conversion == 'o') {
		base = 8;
	} else if (conversion != 'u') {
		base = 16;
		spec->upper = conversion == 'X';
		if (spec->alternate && (value || conversion == 'p'))
			prefix = spec->upper ? "0X" : "0x";
	}
	put_number(out, spec, value, base, prefix);
}

static void convert(struct out *out, struct spec *spec, char conversion,
		    va_list *ap)
{
	char text[2] = { 0, 0 };

	if (conversion && strchr("diuoxXp", conversion)) {
		convert_number(out, spec, conversion, ap);
	} else if (conversion == 's') {
		put_text(out, spec, va_arg(*ap, const char *));
	} else if (conversion == 'c') {
		text[0] = (char)va_arg(*ap, int);
		put_text(out, spec, text);
	} else {
		put(out, '%');
		if (conversion && conversion != '%')
			put(out, conversion);
	}
}

int vsnprintf(char *buf, size_t size, const char *fmt, va_list ap)
{
	struct out out = { buf, size, 0 };
	struct spec spec;
	va_list args;

	va_copy(args, ap);
	for (; *fmt; fmt++) {
		if (*fmt != '%') {
			put(&out, *fmt);
			continue;
		}
		fmt = parse_spec(fmt + 1, &spec, &args);
		convert(&out, &spec, *fmt, &args);
		if (!*fmt)
			break;
	}
	va_end(args);
	if (size)
		buf[out.len < size ? out.len : size - 1] = '\0';
	return (int)out.len;
}

int snprintf(char *buf, size_t size, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(buf, size, fmt, ap);
	va_end(ap);
	return len;
}

int vsprintf(char *buf, const char *fmt, va_list ap)
{
	return vsnprintf(buf, INT_MAX, fmt, ap);
}

int sprintf(char *buf, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsprintf(buf, fmt, ap);
	va_end(ap);
	return len;
}
