/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupt controllers of the Raspberry Pi 2 and 3: BCM2836 QA7 rev 3.4 and
 * BCM2835 ARM Peripherals, chapter 7. Both are masks over level-triggered
 * lines: nothing to acknowledge, the device takes its interrupt back.
 */
#include <errno.h>
#include <intc.h>
#include <uk/assert.h>
#include <uk/intctlr.h>

#include "bcm2836_intc.h"
#include "bcm2836_intc_regs.h"

/* The core that runs threads; the others are parked */
#define CORE	0

/* uk_intctlr's operations name no controller, and a core has only one */
static volatile struct bcm2836_local_regs *bcm2836_local;
static volatile struct bcm2835_armctrl_regs *bcm2835_armctrl;

/* BCM2835 ARM Peripherals, 7.5: GPU interrupts of basic pending 10 to 20 */
static const __u8 bcm2835_short[] = {
	7, 9, 10, 18, 19, 53, 54, 55, 56, 57, 62
};

/* The GPU or basic interrupt that is pending; negative: none. */
static int bcm2835_armctrl_pending(void)
{
	__u32 basic = ioreg_read32(&bcm2835_armctrl->basic_pending);
	__u32 brief = (basic >> BCM2835_ARMCTRL_SHORT_SHIFT) &
		      BCM2835_ARMCTRL_SHORT_MASK;
	int bank = basic & BCM2835_ARMCTRL_PENDING_1 ? 0 : 1;
	__u32 pending;

	if (brief)
		return BCM2836_INTC_GPU_BASE +
		       bcm2835_short[__builtin_ctz(brief)];
	if (basic & (BCM2835_ARMCTRL_PENDING_1 | BCM2835_ARMCTRL_PENDING_2)) {
		pending = ioreg_read32(&bcm2835_armctrl->pending[bank]);
		if (pending)
			return BCM2836_INTC_GPU_BASE + bank * 32 +
			       __builtin_ctz(pending);
	}
	if (basic & BCM2835_ARMCTRL_BASIC)
		return BCM2836_INTC_BASIC_BASE + __builtin_ctz(basic);
	return -ENOENT;
}

void bcm2836_intc_handle_irq(void)
{
	/* One per entry: what else is pending enters again at once */
	__u32 source = ioreg_read32(&bcm2836_local->irq_source[CORE]) &
		       BCM2836_LOCAL_SOURCE_MASK;
	int irq;

	if (unlikely(!source))
		return;
	irq = __builtin_ctz(source);
	if (irq == BCM2836_LOCAL_SOURCE_GPU) {
		irq = bcm2835_armctrl_pending();
		if (unlikely(irq < 0))
			return;
	}
	intc_dispatch((unsigned int)irq);
}

/* Set or clear bits of a register that other interrupts share. */
static void bcm2836_update(volatile __u32 *reg, __u32 bits, bool set)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	__u32 value = ioreg_read32(reg);

	ioreg_write32(reg, set ? value | bits : value & ~bits);
	ukplat_lcpu_restore_irqf(flags);
}

static void bcm2836_local_enable(unsigned int irq, bool enable)
{
	volatile struct bcm2836_local_regs *regs = bcm2836_local;

	if (irq < BCM2836_LOCAL_SOURCE_MAILBOX0)
		bcm2836_update(&regs->timer_irqs[CORE], 1U << irq, enable);
	else if (irq < BCM2836_LOCAL_SOURCE_GPU)
		bcm2836_update(&regs->mailbox_irqs[CORE],
			       1U << (irq - BCM2836_LOCAL_SOURCE_MAILBOX0),
			       enable);
	else if (irq == BCM2836_LOCAL_SOURCE_PMU)
		ioreg_write32(enable ? &regs->pmu_set : &regs->pmu_clear,
			      1U << CORE);
	else if (irq == BCM2836_LOCAL_SOURCE_TIMER)
		bcm2836_update(&regs->timer_control,
			       BCM2836_LOCAL_TIMER_CONTROL_IRQ, enable);
}

static bool bcm2836_intc_has(unsigned int irq)
{
	if (irq < BCM2836_INTC_GPU_BASE)
		return irq < BCM2836_LOCAL_SOURCE_GPU ||
		       irq == BCM2836_LOCAL_SOURCE_PMU ||
		       irq == BCM2836_LOCAL_SOURCE_TIMER;
	return irq < BCM2836_INTC_COUNT;
}

static void bcm2836_intc_enable(unsigned int irq, bool enable)
{
	volatile struct bcm2835_armctrl_regs *regs = bcm2835_armctrl;
	unsigned int n = irq - BCM2836_INTC_GPU_BASE;

	UK_ASSERT(bcm2836_intc_has(irq));
	if (irq < BCM2836_INTC_GPU_BASE)
		bcm2836_local_enable(irq, enable);
	else if (irq < BCM2836_INTC_BASIC_BASE)
		ioreg_write32(enable ? &regs->enable[n / 32] :
				       &regs->disable[n / 32],
			      1U << (n % 32));
	else
		ioreg_write32(enable ? &regs->enable_basic :
				       &regs->disable_basic,
			      1U << (irq - BCM2836_INTC_BASIC_BASE));
}

static void bcm2836_intc_mask_irq(unsigned int irq)
{
	bcm2836_intc_enable(irq, false);
}

static void bcm2836_intc_unmask_irq(unsigned int irq)
{
	bcm2836_intc_enable(irq, true);
}

static int bcm2836_intc_configure_irq(struct uk_intctlr_irq *irq)
{
	if (!bcm2836_intc_has(irq->id))
		return -EINVAL;
	return irq->trigger == UK_INTCTLR_IRQ_TRIGGER_EDGE ? -ENOTSUP : 0;
}

void bcm2836_intc_mailbox_raise(struct bcm2836_intc *dev, unsigned int mailbox)
{
	volatile struct bcm2836_local_regs *regs =
		(volatile struct bcm2836_local_regs *)dev->local;

	UK_ASSERT(mailbox < 4);
	dsb(ishst);
	ioreg_write32(&regs->mailbox_set[CORE * 4 + mailbox], 1);
}

void bcm2836_intc_mailbox_clear(struct bcm2836_intc *dev, unsigned int mailbox)
{
	volatile struct bcm2836_local_regs *regs =
		(volatile struct bcm2836_local_regs *)dev->local;

	UK_ASSERT(mailbox < 4);
	ioreg_write32(&regs->mailbox_clear[CORE * 4 + mailbox], __U32_MAX);
}

/* Everything masked; interrupts, not FIQs, and those to core 0. */
static void bcm2836_local_init(volatile struct bcm2836_local_regs *regs)
{
	ioreg_write32(&regs->gpu_routing, BCM2836_LOCAL_GPU_ROUTING_CORE0);
	ioreg_write32(&regs->pmu_clear, BCM2836_LOCAL_PMU_ALL);
	ioreg_write32(&regs->local_routing, BCM2836_LOCAL_ROUTING_CORE0);
	bcm2836_update(&regs->timer_control, BCM2836_LOCAL_TIMER_CONTROL_IRQ,
		       false);
	ioreg_write32(&regs->timer_irqs[CORE], 0);
	ioreg_write32(&regs->mailbox_irqs[CORE], 0);
}

static void bcm2835_armctrl_init(volatile struct bcm2835_armctrl_regs *regs)
{
	ioreg_write32(&regs->fiq_control, 0);
	ioreg_write32(&regs->disable[0], __U32_MAX);
	ioreg_write32(&regs->disable[1], __U32_MAX);
	ioreg_write32(&regs->disable_basic, BCM2835_ARMCTRL_BASIC);
}

int bcm2836_intc_init(struct bcm2836_intc *dev)
{
	static struct uk_intctlr_driver_ops ops = {
		.configure_irq = bcm2836_intc_configure_irq,
		.mask_irq = bcm2836_intc_mask_irq,
		.unmask_irq = bcm2836_intc_unmask_irq,
	};
	static struct uk_intctlr_desc desc = {
		.name = "bcm2836-intc",
		.ops = &ops,
	};

	bcm2836_local = (volatile struct bcm2836_local_regs *)dev->local;
	bcm2835_armctrl = (volatile struct bcm2835_armctrl_regs *)dev->armctrl;
	bcm2836_local_init(bcm2836_local);
	bcm2835_armctrl_init(bcm2835_armctrl);
	ukplat_handle_irq = bcm2836_intc_handle_irq;
	return uk_intctlr_register(&desc);
}
