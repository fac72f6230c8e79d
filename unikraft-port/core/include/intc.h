/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the exception vectors and the interrupt controller's driver. */
#ifndef __INTC_H__
#define __INTC_H__

#include <uk/config.h>
#include <uk/intctlr.h>

/*
 * Set by the controller's driver when it is initialised: read what is
 * pending, call intc_dispatch() for it, acknowledge.
 */
extern void (*ukplat_handle_irq)(void);

/*
 * What to call for each number: its handler, if it has one and nobody
 * observes; else something that finds out.
 */
struct intc_line {
	uk_intctlr_irq_handler_func_t call;
	void *arg;
};

extern struct intc_line intc_lines[CONFIG_LIBUKINTCTLR_MAX_IRQS];

/* Call the handlers of @p irq. False: there is no such number. */
static inline bool intc_dispatch(unsigned int irq)
{
	if (unlikely(irq >= CONFIG_LIBUKINTCTLR_MAX_IRQS))
		return false;
	intc_lines[irq].call(intc_lines[irq].arg);
	return true;
}

#endif /* __INTC_H__ */
