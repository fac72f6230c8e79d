/* SPDX-License-Identifier: BSD-3-Clause */
/* Configuration of the core's files that are tested on the host. */
#define CONFIG_LIBUKDEBUG_ENABLE_ASSERT 0
#define CONFIG_LIBUKDEBUG_PRINTK_LEVEL 0
#define CONFIG_STACK_SIZE_PAGE_ORDER 2
