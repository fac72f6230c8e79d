/* SPDX-License-Identifier: BSD-3-Clause */
/* Arm Generic Interrupt Controller, version 2: Arm IHI 0048B. */
#include <errno.h>
#include <intc.h>
#include <uk/assert.h>
#include <uk/intctlr.h>

#include "gicv2.h"
#include "gicv2_regs.h"

#define GICV2_PRIORITY_WORD	(GICV2_PRIORITY_DEFAULT * 0x01010101U)

/* uk_intctlr's operations name no controller, and a core has only one */
static volatile struct gicv2_dist_regs *gicv2_dist;
static volatile struct gicv2_cpu_regs *gicv2_cpu;
static unsigned int gicv2_lines;

static inline volatile struct gicv2_dist_regs *
gicv2_dist_regs(const struct gicv2 *dev)
{
	return (volatile struct gicv2_dist_regs *)dev->dist;
}

static inline volatile struct gicv2_cpu_regs *
gicv2_cpu_regs(const struct gicv2 *dev)
{
	return (volatile struct gicv2_cpu_regs *)dev->cpu;
}

void gicv2_handle_irq(void)
{
	volatile struct gicv2_cpu_regs *cpu = gicv2_cpu;
	/*
	 * One read per interrupt: what else is pending keeps the line up,
	 * and the core comes back at once. A loop here would cost every
	 * interrupt a second read, only to find nothing.
	 */
	__u32 iar = ioreg_read32(&cpu->iar);
	unsigned int irq = iar & GICV2_IAR_ID;

	/* The special numbers, "nothing pending" first, are no numbers. */
	if (unlikely(!intc_dispatch(irq)) && irq >= GICV2_ID_SPECIAL)
		return;
	/* All of IAR: for an SGI it also holds the core that raised it */
	ioreg_write32(&cpu->eoir, iar);
}

static void gicv2_mask_irq(unsigned int irq)
{
	UK_ASSERT(irq < gicv2_lines);
	ioreg_write32(&gicv2_dist->icenabler[irq / 32], 1U << (irq % 32));
}

static void gicv2_unmask_irq(unsigned int irq)
{
	UK_ASSERT(irq < gicv2_lines);
	ioreg_write32(&gicv2_dist->isenabler[irq / 32], 1U << (irq % 32));
}

/*
 * Set the trigger of @p irq and look whether it took: SGIs and, in many
 * GICs, PPIs are fixed. Interrupts are masked by the caller.
 */
static int gicv2_set_trigger(unsigned int irq, bool edge)
{
	volatile __u32 *icfgr = &gicv2_dist->icfgr[irq / 16];
	volatile __u32 *enable = &gicv2_dist->isenabler[irq / 32];
	__u32 field = GICV2_ICFGR_EDGE << (irq % 16 * 2);
	__u32 old = ioreg_read32(icfgr);
	__u32 value = edge ? old | field : old & ~field;
	__u32 enabled;

	if (value == old)
		return 0;
	/*
	 * Arm IHI 0048B, 4.3.13: disable the interrupt before changing its
	 * trigger, or the result is UNPREDICTABLE.
	 */
	enabled = ioreg_read32(enable) & (1U << (irq % 32));
	gicv2_mask_irq(irq);
	ioreg_write32(icfgr, value);
	value ^= ioreg_read32(icfgr);
	if (enabled)
		gicv2_unmask_irq(irq);
	return value & field ? -ENOTSUP : 0;
}

static int gicv2_configure_irq(struct uk_intctlr_irq *irq)
{
	unsigned long flags;
	int rc;

	if (irq->id >= gicv2_lines)
		return -EINVAL;
	if (irq->trigger == UK_INTCTLR_IRQ_TRIGGER_NONE)
		return 0;
	flags = ukplat_lcpu_save_irqf();
	rc = gicv2_set_trigger(irq->id,
			       irq->trigger == UK_INTCTLR_IRQ_TRIGGER_EDGE);
	ukplat_lcpu_restore_irqf(flags);
	return rc;
}

int gicv2_priority_set(struct gicv2 *dev, unsigned int irq, __u8 priority)
{
	volatile __u32 *word = &gicv2_dist_regs(dev)->ipriorityr[irq / 4];
	unsigned int shift = irq % 4 * 8;
	unsigned long flags;
	__u32 value;

	if (irq >= gicv2_lines)
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	value = ioreg_read32(word) & ~(0xffU << shift);
	ioreg_write32(word, value | (__u32)priority << shift);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

void gicv2_sgi_raise(struct gicv2 *dev, unsigned int id)
{
	UK_ASSERT(id < GICV2_SGI_COUNT);
	dsb(ishst);
	ioreg_write32(&gicv2_dist_regs(dev)->sgir,
		      GICV2_SGIR_TARGET_SELF | id);
}

/* Everything masked, idle, at one priority; shared ones to this core. */
static void gicv2_dist_init(volatile struct gicv2_dist_regs *dist,
			    unsigned int lines)
{
	/*
	 * Arm IHI 0048B, 4.3.12: the first eight registers read as this
	 * core's own mask, in each byte; as 0 where there is but one core.
	 */
	__u32 targets = ioreg_read32(&dist->itargetsr[0]);

	for (unsigned int i = 0; i < lines / 32; i++) {
		ioreg_write32(&dist->icenabler[i], __U32_MAX);
		ioreg_write32(&dist->icpendr[i], __U32_MAX);
		ioreg_write32(&dist->icactiver[i], __U32_MAX);
	}
	for (unsigned int i = 0; i < lines / 4; i++)
		ioreg_write32(&dist->ipriorityr[i], GICV2_PRIORITY_WORD);
	for (unsigned int i = GICV2_SPI_BASE / 4; i < lines / 4; i++)
		ioreg_write32(&dist->itargetsr[i], targets);
	for (unsigned int i = GICV2_SPI_BASE / 16; i < lines / 16; i++)
		ioreg_write32(&dist->icfgr[i], 0);
}

int gicv2_init(struct gicv2 *dev)
{
	static struct uk_intctlr_driver_ops ops = {
		.configure_irq = gicv2_configure_irq,
		.mask_irq = gicv2_mask_irq,
		.unmask_irq = gicv2_unmask_irq,
	};
	static struct uk_intctlr_desc desc = {
		.name = "gicv2",
		.ops = &ops,
	};
	unsigned int lines;

	gicv2_dist = gicv2_dist_regs(dev);
	gicv2_cpu = gicv2_cpu_regs(dev);
	lines = GICV2_TYPER_LINES(ioreg_read32(&gicv2_dist->typer));

	ioreg_write32(&gicv2_cpu->ctlr, 0);
	ioreg_write32(&gicv2_dist->ctlr, 0);
	gicv2_dist_init(gicv2_dist, lines);
	gicv2_lines = MIN(lines, (unsigned int)GICV2_LINES_MAX);

	/*
	 * The visible group only, and nothing else: right in non-secure
	 * state, in secure state, and without Security Extensions.
	 */
	ioreg_write32(&gicv2_dist->ctlr, GICV2_CTLR_ENABLE);
	ioreg_write32(&gicv2_cpu->pmr, GICV2_PMR_ALL);
	ioreg_write32(&gicv2_cpu->bpr, 0);
	ioreg_write32(&gicv2_cpu->ctlr, GICV2_CTLR_ENABLE);

	ukplat_handle_irq = gicv2_handle_irq;
	return uk_intctlr_register(&desc);
}

void gicv2_init_secure(struct gicv2 *dev)
{
	volatile struct gicv2_dist_regs *dist = gicv2_dist_regs(dev);
	volatile struct gicv2_cpu_regs *cpu = gicv2_cpu_regs(dev);
	__u32 typer = ioreg_read32(&dist->typer);

	if (!(typer & GICV2_TYPER_SECURITY_EXTN))
		return;
	for (unsigned int i = 0; i < GICV2_TYPER_LINES(typer) / 32; i++)
		ioreg_write32(&dist->igroupr[i], __U32_MAX);
	ioreg_write32(&dist->ctlr,
		      GICV2_CTLR_ENABLE | GICV2_CTLR_ENABLE_GRP1);
	/*
	 * Arm IHI 0048B, 4.4.2: the non-secure side can only set masks of
	 * the lower half, and none at all while this one is in the upper.
	 */
	ioreg_write32(&cpu->pmr, GICV2_PMR_ALL);
	ioreg_write32(&cpu->ctlr, GICV2_CTLR_ENABLE | GICV2_CTLR_ENABLE_GRP1 |
				  GICV2_GICC_CTLR_FIQEN);
}
