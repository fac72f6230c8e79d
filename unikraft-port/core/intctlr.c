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

struct intc_line intc_lines[CONFIG_LIBUKINTCTLR_MAX_IRQS];

static void no_controller(void)
{
	UK_CRASH("an interrupt came before its controller was set up\n");
}

void (*ukplat_handle_irq)(void) = no_controller;

int uk_intctlr_register(struct uk_intctlr_desc *intctlr)
{
	uk_intctlr = intctlr;
	return 0;
}

static bool is_observed(void)
{
	const struct uk_event *e = UK_EVENT_PTR(uk_intctlr_event_irq);

	return (const uk_event_handler_t *)(e + 1) < e->hlist_end;
}

/* The frame of the interrupted thread, with what thread_irq leaves out. */
static struct __regs *interrupted(void)
{
	struct __regs *regs = (struct __regs *)SYSREG_READ64(sp_el0);

	regs->elr_el1 = SYSREG_READ64(elr_el1);
	regs->spsr_el1 = SYSREG_READ64(spsr_el1);
	regs->sp = (__u64)(regs + 1);
	return regs;
}

/* The way around for a line that is observed, shared, or nobody's. */
static int dispatch_slowly(void *irq)
{
	uk_intctlr_irq_handle(interrupted(), (unsigned int)(__uptr)irq);
	return 1;
}

static void line_update(unsigned int irq)
{
	struct handler *only = lines[irq];

	if (only && !only->next && !is_observed())
		intc_lines[irq] = (struct intc_line){ only->call, only->arg };
	else
		intc_lines[irq] = (struct intc_line){
			dispatch_slowly, (void *)(__uptr)irq };
}

int uk_intctlr_init(struct uk_alloc *alloc __unused)
{
	unsigned int irq;

	for (irq = 0; irq < ARRAY_SIZE(lines); irq++)
		line_update(irq);
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
		line_update(irq);
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
	line_update(irq);
	if (!lines[irq])
		uk_intctlr->ops->mask_irq(irq);
	ukplat_lcpu_restore_irqf(flags);
	return rc;
}
