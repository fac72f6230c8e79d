/* SPDX-License-Identifier: BSD-3-Clause */
/* How many hold an object. */
#ifndef __UK_REFCOUNT_H__
#define __UK_REFCOUNT_H__

#include <uk/arch/types.h>

static inline void uk_refcount_init(__atomic *ref, __u32 value)
{
	__atomic_store_n(&ref->counter, value, __ATOMIC_RELEASE);
}

static inline __u32 uk_refcount_read(const __atomic *ref)
{
	return __atomic_load_n(&ref->counter, __ATOMIC_ACQUIRE);
}

static inline void uk_refcount_acquire(__atomic *ref)
{
	__atomic_fetch_add(&ref->counter, 1, __ATOMIC_RELAXED);
}

/* 1 when nobody holds it any more. */
static inline int uk_refcount_release(__atomic *ref)
{
	return __atomic_fetch_sub(&ref->counter, 1, __ATOMIC_ACQ_REL) == 1;
}

#endif /* __UK_REFCOUNT_H__ */
