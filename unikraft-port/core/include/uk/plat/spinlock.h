/* SPDX-License-Identifier: BSD-3-Clause */
/* Spin locks together with the interrupt mask. */
#ifndef __UKPLAT_SPINLOCK_H__
#define __UKPLAT_SPINLOCK_H__

#include <uk/arch/spinlock.h>
#include <uk/plat/lcpu.h>

#define ukplat_spin_lock_irqsave(lock, flags) do {	\
	(flags) = ukplat_lcpu_save_irqf();		\
	ukarch_spin_lock(lock);				\
} while (0)

#define ukplat_spin_unlock_irqrestore(lock, flags) do {	\
	ukarch_spin_unlock(lock);			\
	ukplat_lcpu_restore_irqf(flags);		\
} while (0)

#endif /* __UKPLAT_SPINLOCK_H__ */
