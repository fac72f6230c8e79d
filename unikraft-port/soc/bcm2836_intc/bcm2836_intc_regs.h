/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of the Raspberry Pi 2 and 3's two interrupt controllers: one
 * for each core's own sources ("ARM-local", BCM2836 QA7 rev 3.4) and, behind
 * its GPU source, the one of BCM2835 (BCM2835 ARM Peripherals, chapter 7).
 */
#ifndef __BCM2836_INTC_REGS_H__
#define __BCM2836_INTC_REGS_H__

#include <uk/essentials.h>

/* BCM2836 QA7 rev 3.4, chapter 4, "Control registers" */
struct bcm2836_local_regs {
	__u32 control;		/* 0x00 Control register */
	__u32 reserved_04;
	__u32 prescaler;	/* 0x08 Core timer prescaler */
	__u32 gpu_routing;	/* 0x0c GPU interrupts routing */
	__u32 pmu_set;		/* 0x10 Performance monitor interrupts
				 *      routing-set
				 */
	__u32 pmu_clear;	/* 0x14 Performance monitor interrupts
				 *      routing-clear
				 */
	__u32 reserved_18;
	__u32 counter_low;	/* 0x1c Core timer access LS 32 bits */
	__u32 counter_high;	/* 0x20 Core timer access MS 32 bits */
	__u32 local_routing;	/* 0x24 Local interrupt 0 routing */
	__u32 reserved_28;
	__u32 axi_counters;	/* 0x2c AXI outstanding counters */
	__u32 axi_irq;		/* 0x30 AXI outstanding IRQ */
	__u32 timer_control;	/* 0x34 Local timer control and status */
	__u32 timer_flags;	/* 0x38 Local timer write flags */
	__u32 reserved_3c;
	__u32 timer_irqs[4];	/* 0x40 Core 0..3 timers interrupt control */
	__u32 mailbox_irqs[4];	/* 0x50 Core 0..3 mailboxes interrupt control */
	__u32 irq_source[4];	/* 0x60 Core 0..3 IRQ source */
	__u32 fiq_source[4];	/* 0x70 Core 0..3 FIQ source */
	__u32 mailbox_set[16];	/* 0x80 Core 0..3 mailbox 0..3 write-set */
	__u32 mailbox_clear[16]; /* 0xc0 Core 0..3 mailbox 0..3 read and
				  *      write-high-to-clear
				  */
};
_Static_assert(offsetof(struct bcm2836_local_regs, gpu_routing) == 0x0c, "GPU");
_Static_assert(offsetof(struct bcm2836_local_regs, pmu_clear) == 0x14, "PMU");
_Static_assert(offsetof(struct bcm2836_local_regs, local_routing) == 0x24, "L");
_Static_assert(offsetof(struct bcm2836_local_regs, timer_control) == 0x34, "T");
_Static_assert(offsetof(struct bcm2836_local_regs, timer_irqs) == 0x40, "TI");
_Static_assert(offsetof(struct bcm2836_local_regs, irq_source) == 0x60, "SRC");
_Static_assert(offsetof(struct bcm2836_local_regs, mailbox_set) == 0x80, "MS");
_Static_assert(offsetof(struct bcm2836_local_regs, mailbox_clear) == 0xc0, "M");

/* BCM2836 QA7 rev 3.4, 4.10, "Core interrupt sources": bit = our number */
#define BCM2836_LOCAL_SOURCE_TIMERS	0xfU	/* 0 to 3 */
#define BCM2836_LOCAL_SOURCE_MAILBOX0	4	/* 4 to 7 */
#define BCM2836_LOCAL_SOURCE_GPU	8
#define BCM2836_LOCAL_SOURCE_PMU	9
#define BCM2836_LOCAL_SOURCE_TIMER	11
#define BCM2836_LOCAL_SOURCE_MASK	0xfffU

/* QA7 rev 3.4, GPU interrupts routing: IRQ to core n, FIQ in bits 3:2 */
#define BCM2836_LOCAL_GPU_ROUTING_CORE0	0U
/* QA7 rev 3.4, Local interrupt 0 routing: 0 = IRQ of core 0 */
#define BCM2836_LOCAL_ROUTING_CORE0	0U
/* QA7 rev 3.4, Performance monitor routing: IRQ 3:0, FIQ 7:4 of core n */
#define BCM2836_LOCAL_PMU_ALL		0xffU
/* QA7 rev 3.4, Local timer control and status: interrupt enable */
#define BCM2836_LOCAL_TIMER_CONTROL_IRQ	(1U << 29)

/*
 * BCM2835 ARM Peripherals, 7.5, table of registers, from 0x7e00b200 where
 * the device tree, too, lets the controller begin.
 */
struct bcm2835_armctrl_regs {
	__u32 basic_pending;	/* 0x00 IRQ basic pending */
	__u32 pending[2];	/* 0x04 IRQ pending 1, 2 */
	__u32 fiq_control;	/* 0x0c FIQ control */
	__u32 enable[2];	/* 0x10 Enable IRQs 1, 2 */
	__u32 enable_basic;	/* 0x18 Enable basic IRQs */
	__u32 disable[2];	/* 0x1c Disable IRQs 1, 2 */
	__u32 disable_basic;	/* 0x24 Disable basic IRQs */
};
_Static_assert(offsetof(struct bcm2835_armctrl_regs, fiq_control) == 0x0c, "F");
_Static_assert(offsetof(struct bcm2835_armctrl_regs, enable) == 0x10, "EN");
_Static_assert(offsetof(struct bcm2835_armctrl_regs, enable_basic) == 0x18,
	       "ENB");
_Static_assert(offsetof(struct bcm2835_armctrl_regs, disable) == 0x1c, "DIS");
_Static_assert(offsetof(struct bcm2835_armctrl_regs, disable_basic) == 0x24,
	       "DISB");

/*
 * BCM2835 ARM Peripherals, 7.5, "Basic pending register": bits 0 to 7 are
 * the basic interrupts, 8 and 9 say that pending 1 or 2 has more, 10 to 20
 * repeat eleven GPU interrupts so that they need no second read.
 */
#define BCM2835_ARMCTRL_BASIC		0xffU
#define BCM2835_ARMCTRL_PENDING_1	(1U << 8)
#define BCM2835_ARMCTRL_PENDING_2	(1U << 9)
#define BCM2835_ARMCTRL_SHORT_SHIFT	10
#define BCM2835_ARMCTRL_SHORT_MASK	0x7ffU

#endif /* __BCM2836_INTC_REGS_H__ */
