/* SPDX-License-Identifier: BSD-3-Clause */
/* Ranges of the basic types, page and stack sizes. */
#ifndef __UKARCH_LIMITS_H__
#define __UKARCH_LIMITS_H__

#include <uk/config.h>

#define __U16_MAX		0xffffU
#define __U32_MAX		0xffffffffU
#define __S64_MAX		0x7fffffffffffffffL
#define __S64_MIN		(-__S64_MAX - 1)
#define __U64_MAX		0xffffffffffffffffUL

#define __PAGE_SHIFT		12
#define __PAGE_SIZE		(1UL << __PAGE_SHIFT)
#define __PAGE_MASK		(~(__PAGE_SIZE - 1))

#define __STACK_SIZE		(__PAGE_SIZE << CONFIG_STACK_SIZE_PAGE_ORDER)
#define STACK_SIZE		__STACK_SIZE
#define AUXSTACK_SIZE		0UL

#endif /* __UKARCH_LIMITS_H__ */
