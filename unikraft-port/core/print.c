/* SPDX-License-Identifier: BSD-3-Clause */
/* Text on the console: whole lines from threads, anything from a crash. */
#include <stdio.h>
#include <string.h>
#include <uk/arch/time.h>
#include <uk/console.h>
#include <uk/mutex.h>
#include <uk/plat/time.h>
#include <uk/print.h>
#include <uk/sched.h>

#include <image.h>

#define LINE_MAX	256

static struct uk_mutex output = UK_MUTEX_INITIALIZER_RECURSIVE(output);

void core_puts_raw(const char *s)
{
	uk_console_out(s, strlen(s));
}

/* One call, one piece: two threads do not mix within it. */
static void write_text(const char *s, __sz len)
{
	bool shared = uk_thread_current() && !ukplat_lcpu_irqs_disabled();

	if (shared)
		uk_mutex_lock(&output);
	uk_console_out(s, len);
	if (shared)
		uk_mutex_unlock(&output);
}

int vprintf(const char *fmt, va_list ap)
{
	char line[LINE_MAX];
	int len = vsnprintf(line, sizeof(line), fmt, ap);

	write_text(line, MIN((__sz)len, sizeof(line) - 1));
	return len;
}

int printf(const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vprintf(fmt, ap);
	va_end(ap);
	return len;
}

int puts(const char *s)
{
	return printf("%s\n", s);
}

int putchar(int c)
{
	char text = (char)c;

	write_text(&text, 1);
	return c;
}

void _uk_printk(int lvl, const char *fmt, ...)
{
	static const char *const names[] = {
		"crit", "err", "warn", "info", "debug"
	};
	__nsec now = ukplat_monotonic_clock();
	char line[LINE_MAX];
	va_list ap;
	int len;

	len = snprintf(line, sizeof(line), "[%5lu.%06lu] %s: ",
		       ukarch_time_nsec_to_sec(now),
		       ukarch_time_nsec_to_usec(ukarch_time_subsec(now)),
		       names[lvl]);
	va_start(ap, fmt);
	len += vsnprintf(line + len, sizeof(line) - len, fmt, ap);
	va_end(ap);
	write_text(line, MIN((__sz)len, sizeof(line) - 1));
}
