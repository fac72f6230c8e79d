/* SPDX-License-Identifier: BSD-3-Clause */
/* What the headers of the core want to know, for host tests. */
#define CONFIG_LIBUKDEBUG_ENABLE_ASSERT	1
#define CONFIG_LIBUKDEBUG_PRINTK_LEVEL	2
#define CONFIG_STACK_SIZE_PAGE_ORDER	2
#define CONFIG_UKPLAT_LCPU_MAXCOUNT	1
#define CONFIG_HZ			1000
