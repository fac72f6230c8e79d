/* SPDX-License-Identifier: BSD-3-Clause */
/* The core's own messages: "[    0.001234] warn: ..." on the console. */
#ifndef __UKDEBUG_PRINT_H__
#define __UKDEBUG_PRINT_H__

#include <stdarg.h>
#include <uk/config.h>
#include <uk/essentials.h>

#define KLVL_DEBUG	(4)
#define KLVL_INFO	(3)
#define KLVL_WARN	(2)
#define KLVL_ERR	(1)
#define KLVL_CRIT	(0)

#define KLVL_MAX	CONFIG_LIBUKDEBUG_PRINTK_LEVEL

void _uk_printk(int lvl, const char *fmt, ...) __printf(2, 3);

#define uk_printk(lvl, fmt, ...) do {				\
	if ((lvl) <= KLVL_MAX)					\
		_uk_printk((lvl), (fmt), ##__VA_ARGS__);	\
} while (0)

#define uk_pr_debug(fmt, ...)	uk_printk(KLVL_DEBUG, (fmt), ##__VA_ARGS__)
#define uk_pr_info(fmt, ...)	uk_printk(KLVL_INFO, (fmt), ##__VA_ARGS__)
#define uk_pr_warn(fmt, ...)	uk_printk(KLVL_WARN, (fmt), ##__VA_ARGS__)
#define uk_pr_err(fmt, ...)	uk_printk(KLVL_ERR, (fmt), ##__VA_ARGS__)
#define uk_pr_crit(fmt, ...)	uk_printk(KLVL_CRIT, (fmt), ##__VA_ARGS__)

#endif /* __UKDEBUG_PRINT_H__ */
