/* SPDX-License-Identifier: BSD-3-Clause */
/* Critical sections, interrupt handlers. */
#include "shim.h"

#include <uk/intctlr.h>

/* ---- Critical sections ---- */

uint32_t shim_critical;

/* Not masked before means that this is the first one. */
void shim_critical_enter(void)
{
	if (likely(!ukplat_lcpu_irqs_disabled())) {
		ukplat_lcpu_disable_irq();
		shim_critical = 1;
	} else if (shim_critical) {
		shim_critical++;
	} else {
		shim_critical = SHIM_CRITICAL_MASKED + 1;
	}
}

static __noinline void critical_exit_nested(void)
{
	if (shim_critical == SHIM_CRITICAL_MASKED)
		shim_critical = 0;
}

void shim_critical_exit(void)
{
	if (unlikely(--shim_critical)) {
		critical_exit_nested();
		return;
	}
	ukplat_lcpu_enable_irq();
	if (unlikely(uk_schedprio_preempt_pending()))
		uk_schedprio_preempt();
}

/* ESP-IDF's kind, which may give up when another core has the lock. */
BaseType_t shim_critical_enter_timeout(void)
{
	shim_critical_enter();
	return pdPASS;
}

BaseType_t shim_port_core(void)
{
	return 0;
}

BaseType_t shim_port_inside_interrupt(void)
{
	return shim_in_isr();
}

/* ---- Interrupt handlers of drivers ---- */

struct interrupt {
	struct interrupt *next;
	uint32_t number;
	bool enabled;
	XInterruptHandler handler;
	void *arg;
};

static struct interrupt *interrupts;

static struct interrupt *interrupt_find(uint32_t number)
{
	struct interrupt *irq = interrupts;

	while (irq && irq->number != number)
		irq = irq->next;
	return irq;
}

/* What FreeRTOS calls a handler returns nothing: the line was its own. */
static int interrupt_entry(void *arg)
{
	struct interrupt *irq = arg;

	irq->handler(irq->arg);
	return 1;
}

BaseType_t shim_interrupt_install(uint32_t number, XInterruptHandler handler,
				  void *arg)
{
	struct interrupt *irq = interrupt_find(number);
	unsigned long flags;

	if (!irq) {
		irq = shim_alloc(sizeof(*irq));
		if (!irq)
			return pdFAIL;
		irq->number = number;
		irq->enabled = false;
		irq->next = interrupts;
		interrupts = irq;
	}
	flags = ukplat_lcpu_save_irqf();
	irq->handler = handler;
	irq->arg = arg;
	ukplat_lcpu_restore_irqf(flags);
	return pdPASS;
}

void shim_interrupt_enable(uint32_t number)
{
	struct interrupt *irq = interrupt_find(number);

	/* Registering unmasks the line: so that waits until now. */
	if (irq && !irq->enabled)
		irq->enabled = uk_intctlr_irq_register(number, interrupt_entry,
						       irq) == 0;
}

void shim_interrupt_disable(uint32_t number)
{
	struct interrupt *irq = interrupt_find(number);

	if (irq && irq->enabled) {
		uk_intctlr_irq_unregister(number, interrupt_entry);
		irq->enabled = false;
	}
}

/* ---- FP registers ---- */

/* A task that may not use them gets room for their values, and may. */
void shim_task_uses_fp(void)
{
#if configUSE_TASK_FPU_SUPPORT == 1
	struct uk_thread *thread = uk_thread_current();
	void **block, **ectx;

	if (thread->ectx)
		return;
	block = shim_alloc(sizeof(*block) + ukarch_ectx_align()
			   + ukarch_ectx_size());
	if (!block)
		UK_CRASH("freertos: no memory for the FP registers of %s\n",
			 thread->name);
	ectx = (void **)ALIGN_UP((__uptr)(block + 1), ukarch_ectx_align());
	ectx[-1] = block;
	ukarch_ectx_init((struct ukarch_ectx *)ectx);
	thread->ectx = (struct ukarch_ectx *)ectx;
	thread->flags |= UK_THREADF_ECTX;
#endif
}

void shim_fp_free(struct uk_thread *thread)
{
	if (configUSE_TASK_FPU_SUPPORT == 1 && thread->ectx)
		shim_free(((void **)thread->ectx)[-1]);
}
