/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Spin locks on one processor: masking interrupts is the lock, so these only
 * keep the compiler in order. The other cores are parked for good.
 */
#ifndef __UKARCH_SPINLOCK_H__
#define __UKARCH_SPINLOCK_H__

#include <uk/arch/lcpu.h>

typedef struct __spinlock {
	volatile int lock;
} __spinlock;

#define UKARCH_SPINLOCK_INITIALIZER()	{ 0 }

static inline void ukarch_spin_init(__spinlock *lock)
{
	lock->lock = 0;
}

static inline void ukarch_spin_lock(__spinlock *lock __unused)
{
	barrier();
}

static inline void ukarch_spin_unlock(__spinlock *lock __unused)
{
	barrier();
}

#endif /* __UKARCH_SPINLOCK_H__ */
