/* SPDX-License-Identifier: BSD-3-Clause */
/* assert() for portable code. */
#ifndef __ASSERT_H__
#define __ASSERT_H__

#include <uk/assert.h>

#define assert(x)	UK_ASSERT(x)

#endif /* __ASSERT_H__ */
