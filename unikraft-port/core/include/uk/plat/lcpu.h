/* SPDX-License-Identifier: BSD-3-Clause */
/* The one processor that runs threads: interrupt mask and halting. */
#ifndef __UKPLAT_LCPU_H__
#define __UKPLAT_LCPU_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/time.h>
#include <uk/config.h>

#define UKPLAT_DAIF_I		(1UL << 7)

static inline void ukplat_lcpu_enable_irq(void)
{
	__asm__ __volatile__("msr daifclr, #2" ::: "memory");
}

static inline void ukplat_lcpu_disable_irq(void)
{
	__asm__ __volatile__("msr daifset, #2" ::: "memory");
}

static inline unsigned long ukplat_lcpu_save_irqf(void)
{
	unsigned long flags = SYSREG_READ64(daif);

	ukplat_lcpu_disable_irq();
	return flags;
}

static inline void ukplat_lcpu_restore_irqf(unsigned long flags)
{
	SYSREG_WRITE64(daif, flags);
}

static inline int ukplat_lcpu_irqs_disabled(void)
{
	return (SYSREG_READ64(daif) & UKPLAT_DAIF_I) != 0;
}

/* Nothing is queued in software: unmasking delivers what is pending. */
static inline void ukplat_lcpu_irqs_handle_pending(void)
{
	ukplat_lcpu_enable_irq();
	isb();
	ukplat_lcpu_disable_irq();
}

/* Halt for good, interrupts masked. */
void ukplat_lcpu_halt(void) __noreturn;

/*
 * Wait for an interrupt; call with interrupts masked, returns with them
 * masked and the interrupt pending or served.
 */
void ukplat_lcpu_halt_irq(void);

/* The same, and wake up at @p until (ns since boot) at the latest. */
void ukplat_lcpu_halt_irq_until(__nsec until);

#define ukplat_lcpu_id()	(0)
#define ukplat_lcpu_idx()	(0)
#define ukplat_lcpu_count()	(1)

#define UKPLAT_PER_LCPU_DEFINE(type, name) \
	type name[CONFIG_UKPLAT_LCPU_MAXCOUNT]
#define ukplat_per_lcpu(name, idx)	name[idx]
#define ukplat_per_lcpu_current(name)	ukplat_per_lcpu(name, ukplat_lcpu_idx())

static inline __uptr ukplat_lcpu_get_auxsp(void)
{
	return 0;
}

/* The core has no auxiliary stacks: exceptions run on a stack of their own. */
static inline void ukplat_lcpu_set_auxsp(__uptr auxsp __unused)
{
}

#endif /* __UKPLAT_LCPU_H__ */
