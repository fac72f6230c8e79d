/* SPDX-License-Identifier: BSD-3-Clause */
/* The interrupt mask of a processor that is not there. */
#ifndef __UKPLAT_LCPU_H__
#define __UKPLAT_LCPU_H__

#include <uk/arch/lcpu.h>

extern int host_irqs_masked;

static inline unsigned long ukplat_lcpu_save_irqf(void)
{
	unsigned long flags = (unsigned long)host_irqs_masked;

	host_irqs_masked = 1;
	return flags;
}

static inline void ukplat_lcpu_restore_irqf(unsigned long flags)
{
	host_irqs_masked = (int)flags;
}

#endif /* __UKPLAT_LCPU_H__ */
