/* SPDX-License-Identifier: BSD-3-Clause */
/* Unikraft's spin lock names. */
#ifndef __UK_SPINLOCK_H__
#define __UK_SPINLOCK_H__

#include <uk/plat/spinlock.h>

#define uk_spinlock			__spinlock
#define UK_SPINLOCK_INITIALIZER()	UKARCH_SPINLOCK_INITIALIZER()
#define uk_spin_init(lock)		ukarch_spin_init(lock)
#define uk_spin_lock(lock)		ukarch_spin_lock(lock)
#define uk_spin_unlock(lock)		ukarch_spin_unlock(lock)
#define uk_spin_lock_irqsave(lock, flags) \
	ukplat_spin_lock_irqsave(lock, flags)
#define uk_spin_unlock_irqrestore(lock, flags) \
	ukplat_spin_unlock_irqrestore(lock, flags)

#endif /* __UK_SPINLOCK_H__ */
