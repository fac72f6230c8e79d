/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupts: handlers by number, one controller behind them. */
#ifndef __UK_INTCTLR_H__
#define __UK_INTCTLR_H__

#include <uk/alloc.h>
#include <uk/essentials.h>
#include <uk/plat/lcpu.h>

/* Raised for every interrupt before its handlers run. */
#define UK_INTCTLR_EVENT_IRQ	uk_intctlr_event_irq

struct uk_intctlr_event_irq_data {
	struct __regs *regs;
	unsigned long irq;
};

enum uk_intctlr_irq_trigger {
	UK_INTCTLR_IRQ_TRIGGER_NONE,
	UK_INTCTLR_IRQ_TRIGGER_EDGE,
	UK_INTCTLR_IRQ_TRIGGER_LEVEL,
};

struct uk_intctlr_irq {
	unsigned int id;
	unsigned int trigger;
};

struct uk_intctlr_driver_ops {
	int (*configure_irq)(struct uk_intctlr_irq *irq);
	int (*fdt_xlat)(const void *fdt, int nodeoffset, __u32 index,
			struct uk_intctlr_irq *irq);
	void (*mask_irq)(unsigned int irq);
	void (*unmask_irq)(unsigned int irq);
};

struct uk_intctlr_desc {
	char *name;
	struct uk_intctlr_driver_ops *ops;
};

/* The controller in use. */
extern struct uk_intctlr_desc *uk_intctlr;

/* Returns 1 when the interrupt was its own, 0 to let the next one look. */
typedef int (*uk_intctlr_irq_handler_func_t)(void *);

int uk_intctlr_register(struct uk_intctlr_desc *intctlr);
int uk_intctlr_init(struct uk_alloc *alloc);

/* Called by the controller's driver for each interrupt it reads. */
void uk_intctlr_irq_handle(struct __regs *regs, unsigned int irq);

int uk_intctlr_irq_configure(struct uk_intctlr_irq *irq);

/*
 * Call @p handler with @p arg in interrupt context whenever @p irq fires,
 * and unmask it. Lines may be shared. 0, -EINVAL (no such number) or
 * -ENOMEM (CONFIG_LIBUKINTCTLR_MAX_HANDLERS are in use).
 */
int uk_intctlr_irq_register(unsigned int irq,
			    uk_intctlr_irq_handler_func_t handler, void *arg);
int uk_intctlr_irq_unregister(unsigned int irq,
			      uk_intctlr_irq_handler_func_t handler);

void uk_intctlr_irq_mask(unsigned int irq);
void uk_intctlr_irq_unmask(unsigned int irq);

#endif /* __UK_INTCTLR_H__ */
