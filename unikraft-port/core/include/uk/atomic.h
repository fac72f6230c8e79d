/* SPDX-License-Identifier: BSD-3-Clause */
/* Atomic accesses under Unikraft's names, sequentially consistent. */
#ifndef __UK_ATOMIC_H__
#define __UK_ATOMIC_H__

#include <uk/essentials.h>

#define uk_load_n(src)		__atomic_load_n(src, __ATOMIC_SEQ_CST)
#define uk_store_n(src, value)	__atomic_store_n(src, value, __ATOMIC_SEQ_CST)

#endif /* __UK_ATOMIC_H__ */
