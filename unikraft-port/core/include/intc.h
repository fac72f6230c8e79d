/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the exception vectors and the interrupt controller's driver. */
#ifndef __INTC_H__
#define __INTC_H__

struct __regs;

/*
 * Set by the controller's driver when it is initialised: read what is
 * pending, call uk_intctlr_irq_handle() for it, acknowledge.
 */
extern void (*ukplat_handle_irq)(struct __regs *regs);

#endif /* __INTC_H__ */
