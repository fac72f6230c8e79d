/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The one interrupt: that of the EL1 physical timer, which nothing else
 * uses. Every ARMv8-A core has it, so no address of a board is needed.
 */
#include <uk/essentials.h>
#include <uk/intctlr.h>

#include "interrupt.h"

/* Where it arrives: PPI 30 of a GIC (Arm DEN 0094, BSA, "PE peripherals"),
 * else CNTPNSIRQ of the local controller (BCM2836 QA7 rev 3.4, 4.10).
 */
#define IRQ_GIC		30
#define IRQ_LOCAL	1

#define CTL_ENABLE	1UL
#define CTL_OFF		0UL

static void (*client)(void);

static int timer_interrupt(void *arg __unused)
{
	client();
	return 1;
}

int conformance_interrupt_init(void (*handler)(void))
{
	struct uk_intctlr_irq irq = {
		.id = IRQ_GIC,
		.trigger = UK_INTCTLR_IRQ_TRIGGER_LEVEL,
	};

	client = handler;
	conformance_clear_interrupt();
	/* The local controller refuses what it does not have. */
	if (uk_intctlr_irq_configure(&irq) < 0)
		irq.id = IRQ_LOCAL;
	return uk_intctlr_irq_register(irq.id, timer_interrupt, NULL);
}

static void start_timer(uint32_t ticks)
{
	__asm__ __volatile__("msr cntp_tval_el0, %0\n\t"
			     "msr cntp_ctl_el0, %1\n\t"
			     "isb"
			     :: "r"((uint64_t)ticks), "r"(CTL_ENABLE)
			     : "memory");
}

void conformance_raise_interrupt(void)
{
	start_timer(0);
}

void conformance_raise_interrupt_after(uint32_t us)
{
	uint64_t hz;

	__asm__ __volatile__("mrs %0, cntfrq_el0" : "=r"(hz));
	start_timer((uint32_t)(hz * us / 1000000));
}

void conformance_clear_interrupt(void)
{
	__asm__ __volatile__("msr cntp_ctl_el0, %0\n\tisb"
			     :: "r"(CTL_OFF) : "memory");
}
