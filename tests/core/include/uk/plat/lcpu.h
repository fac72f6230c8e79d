/* SPDX-License-Identifier: BSD-3-Clause */
/* The host has one thread and no interrupts: the mask is always off. */
#ifndef __UKPLAT_LCPU_H__
#define __UKPLAT_LCPU_H__

static inline unsigned long ukplat_lcpu_save_irqf(void)
{
	return 0;
}

static inline void ukplat_lcpu_restore_irqf(unsigned long flags)
{
	(void)flags;
}

#endif /* __UKPLAT_LCPU_H__ */
