/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupt controllers of the Raspberry Pi 2 and 3 (BCM2836, BCM2837). */
#ifndef __BCM2836_INTC_H__
#define __BCM2836_INTC_H__

#include <uk/essentials.h>

struct __regs;

struct bcm2836_intc {
	/* From the board: */
	__uptr local;		/* ARM-local controller: 0x40000000 */
	__uptr armctrl;		/* BCM2835's: peripherals + 0xb200 */
};

/*
 * Interrupt numbers: 0 to 11 the core's own sources (secure, non-secure,
 * hypervisor, virtual timer; mailboxes 0 to 3; 8 and 10 are not to be had;
 * 9 PMU; 11 local timer), then GPU and basic interrupts from these bases.
 */
#define BCM2836_INTC_GPU_BASE	32	/* + 0..63 */
#define BCM2836_INTC_BASIC_BASE	96	/* + 0..7 */
#define BCM2836_INTC_COUNT	104

/*
 * Take over both controllers for core 0: everything masked, no FIQ, GPU
 * interrupts to this core; then register with uk_intctlr.
 * @return 0
 */
int bcm2836_intc_init(struct bcm2836_intc *dev);

/* The interrupt entry: find one pending interrupt and handle it. */
void bcm2836_intc_handle_irq(void);

/* Raise interrupt 4 + @p mailbox (0 to 3) on this core. */
void bcm2836_intc_mailbox_raise(struct bcm2836_intc *dev, unsigned int mailbox);

/* Take it back: the handler's duty, or it comes again at once. */
void bcm2836_intc_mailbox_clear(struct bcm2836_intc *dev, unsigned int mailbox);

#endif /* __BCM2836_INTC_H__ */
