/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupt handlers by number; the controller's driver calls them. */
#include <errno.h>
#include <intc.h>
#include <uk/assert.h>
#include <uk/config.h>
#include <uk/event.h>
#include <uk/intctlr.h>
#include <uk/plat/lcpu.h>

struct handler {
	uk_intctlr_irq_handler_func_t call;	/* NULL: this slot is free */
	void *arg;
	struct handler *next;			/* on the same line */
};

UK_EVENT(uk_intctlr_event_irq);

struct uk_intctlr_desc *uk_intctlr;

static struct handler pool[CONFIG_LIBUKINTCTLR_MAX_HANDLERS];
static struct handler *lines[CONFIG_LIBUKINTCTLR_MAX_IRQS];

static void no_controller(struct __regs *regs __unused)
{
	UK_CRASH("an interrupt came before its controller was set up\n");
}

void (*ukplat_handle_irq)(struct __regs *regs) = no_controller;

int uk_intctlr_register(struct uk_intctlr_desc *intctlr)
{
	uk_intctlr = intctlr;
	return 0;
}

int uk_intctlr_init(struct uk_alloc *alloc __unused)
{
	return uk_intctlr ? 0 : -ENODEV;
}

/* Nobody wants it: mask the line, or a level would fire for ever. */
static __cold void unhandled(unsigned int irq)
{
	uk_pr_warn("interrupt %u has no handler: masked\n", irq);
	uk_intctlr->ops->mask_irq(irq);
}

void uk_intctlr_irq_handle(struct __regs *regs, unsigned int irq)
{
	struct uk_intctlr_event_irq_data data = { regs, irq };
	struct handler *handler;

	uk_raise_event(uk_intctlr_event_irq, &data);
	if (unlikely(irq >= ARRAY_SIZE(lines) || !lines[irq])) {
		unhandled(irq);
		return;
	}
	for (handler = lines[irq]; handler; handler = handler->next) {
		if (handler->call(handler->arg) == 1)
			break;
	}
}

int uk_intctlr_irq_configure(struct uk_intctlr_irq *irq)
{
	return uk_intctlr->ops->configure_irq(irq);
}

void uk_intctlr_irq_mask(unsigned int irq)
{
	uk_intctlr->ops->mask_irq(irq);
}

void uk_intctlr_irq_unmask(unsigned int irq)
{
	uk_intctlr->ops->unmask_irq(irq);
}

static struct handler *free_handler(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(pool); i++) {
		if (!pool[i].call)
			return &pool[i];
	}
	return NULL;
}

int uk_intctlr_irq_register(unsigned int irq,
			    uk_intctlr_irq_handler_func_t handler, void *arg)
{
	struct handler *slot;
	unsigned long flags;

	if (irq >= ARRAY_SIZE(lines) || !handler)
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	slot = free_handler();
	if (slot) {
		slot->call = handler;
		slot->arg = arg;
		slot->next = lines[irq];
		lines[irq] = slot;
		uk_intctlr->ops->unmask_irq(irq);
	}
	ukplat_lcpu_restore_irqf(flags);
	return slot ? 0 : -ENOMEM;
}

int uk_intctlr_irq_unregister(unsigned int irq,
			      uk_intctlr_irq_handler_func_t handler)
{
	struct handler **link;
	unsigned long flags;
	int rc = -EINVAL;

	if (irq >= ARRAY_SIZE(lines))
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	for (link = &lines[irq]; *link; link = &(*link)->next) {
		if ((*link)->call == handler) {
			(*link)->call = NULL;
			*link = (*link)->next;
			rc = 0;
			break;
		}
	}
	if (!lines[irq])
		uk_intctlr->ops->mask_irq(irq);
	ukplat_lcpu_restore_irqf(flags);
	return rc;
}
