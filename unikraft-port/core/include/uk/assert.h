/* SPDX-License-Identifier: BSD-3-Clause */
/* Our own bugs: an assertion that does not hold halts the machine. */
#ifndef __UKDEBUG_ASSERT_H__
#define __UKDEBUG_ASSERT_H__

#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/plat/bootstrap.h>
#include <uk/print.h>

/* Report "*** CRASH: assertion failed: ..." with a backtrace; no return. */
void _uk_assert_fail(const char *expr, const char *file, int line)
	__noreturn;

#if CONFIG_LIBUKDEBUG_ENABLE_ASSERT
#define UK_ASSERT(x) do {					\
	if (unlikely(!(x)))					\
		_uk_assert_fail(#x, __FILE__, __LINE__);	\
} while (0)
#else
/* Not evaluated, but still compiled: an assertion cannot rot. */
#define UK_ASSERT(x) do { if (0) (void)(x); } while (0)
#endif

#define UK_BUGON(x)	UK_ASSERT(!(x))
#define UK_BUG()	UK_BUGON(1)
#define UK_CRASH(fmt, ...) do {			\
	uk_pr_crit((fmt), ##__VA_ARGS__);	\
	ukplat_terminate(UKPLAT_CRASH);		\
} while (0)

#endif /* __UKDEBUG_ASSERT_H__ */
