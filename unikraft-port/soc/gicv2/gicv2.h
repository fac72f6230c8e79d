/* SPDX-License-Identifier: BSD-3-Clause */
/* Arm Generic Interrupt Controller, version 2 (GIC-400 and emulations). */
#ifndef __GICV2_H__
#define __GICV2_H__

#include <uk/essentials.h>

struct __regs;

struct gicv2 {
	/* From the board: */
	__uptr dist;		/* GICD: the distributor */
	__uptr cpu;		/* GICC: this core's CPU interface */
};

/* Priorities: lower is more urgent; a GIC has at least these 16 steps. */
#define GICV2_PRIORITY_HIGHEST	0x00
#define GICV2_PRIORITY_DEFAULT	0xa0
#define GICV2_PRIORITY_LOWEST	0xf0

/*
 * Take over the controller for this core: everything masked, level, one
 * priority, all shared interrupts to this core; then switch it on and
 * register with uk_intctlr. Interrupt numbers are INTIDs: SGI n is n,
 * PPI n is 16 + n, SPI n is 32 + n.
 * @return 0
 */
int gicv2_init(struct gicv2 *dev);

/*
 * Give all interrupts to the non-secure side. Only a core that was entered
 * at EL3 needs this, and must call it there: from below EL3 nobody can.
 * Without Security Extensions there is nothing to give away, and it does
 * nothing. Touches no memory but the registers: the MMU may be off.
 */
void gicv2_init_secure(struct gicv2 *dev);

/* The interrupt entry: acknowledge one interrupt, handle it, end it. */
void gicv2_handle_irq(void);

/* @return 0, or -EINVAL when @p irq is not one of this controller */
int gicv2_priority_set(struct gicv2 *dev, unsigned int irq, __u8 priority);

/*
 * Raise software interrupt @p id (0 to 15) on this core. What was written
 * before is visible to its handler.
 */
void gicv2_sgi_raise(struct gicv2 *dev, unsigned int id);

#endif /* __GICV2_H__ */
