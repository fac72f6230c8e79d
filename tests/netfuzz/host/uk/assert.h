/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#define UK_ASSERT(x)	assert(x)
