/* SPDX-License-Identifier: BSD-3-Clause */
/* The host core's time, and interrupts that come when a test says so. */
#include <setjmp.h>
#include <stdlib.h>
#include <string.h>

#include <uk_host.h>
#include "host_core.h"

#define HOST_IRQS	64

/* ---- Time ---- */

static __nsec now_ns;

__nsec ukplat_monotonic_clock(void)
{
	return now_ns;
}

static void alarms_deliver(void);

/*
 * Let the clock show @p end or the next deadline; wake whom that is for,
 * and fire what is set for it.
 */
static bool next_deadline(__nsec end)
{
	__nsec when = MIN(host_alarm_next(), host_sleeper_next());

	if (when > end)
		return false;
	now_ns = MAX(now_ns, when);
	host_sleepers_wake(now_ns);
	alarms_deliver();
	return true;
}

void host_advance(__nsec ns)
{
	__nsec end = now_ns + ns;

	host_run();
	while (next_deadline(end))
		host_run();
	now_ns = MAX(now_ns, end);
}

void host_spend(__nsec ns)
{
	now_ns += ns;
	next_deadline(now_ns);
}

void host_work(__nsec ns)
{
	__nsec end = now_ns + ns;

	while (next_deadline(end))
		uk_schedprio_preempt();
	now_ns = MAX(now_ns, end);
}

/* ---- Interrupts ---- */

bool host_in_isr;
static jmp_buf handler_exit;

void host_handler_leave(void)
{
	longjmp(handler_exit, 1);
}

static struct {
	uk_intctlr_irq_handler_func_t handler;
	void *arg;
	bool raised;
} irqs[HOST_IRQS];

/* ---- Interrupts and ends of slices at chosen points ---- */

static struct host_injection injections[HOST_INJECTIONS];
static unsigned int injection_count, injection_next;
static unsigned long points;

void host_inject(const struct host_injection *list, unsigned int count)
{
	if (count > HOST_INJECTIONS)
		abort();
	memcpy(injections, list, count * sizeof(*list));
	injection_count = count;
	injection_next = 0;
	points = 0;
}

unsigned long host_points(void)
{
	return points;
}

/* A thread runs unmasked: here an interrupt may come. */
static void point(void)
{
	struct host_injection *next = &injections[injection_next];

	points++;
	host_check();
	while (injection_next < injection_count && next->point == points) {
		if (next->irq == HOST_SLICE)
			host_slice_end();
		else
			irqs[next->irq % HOST_IRQS].raised = true;
		next = &injections[++injection_next];
	}
}

/* Alarms are due in the timer interrupt, which a mask holds back. */
static void alarms_deliver(void)
{
	if (host_masked || host_in_isr || host_alarm_next() > now_ns)
		return;
	host_in_isr = true;
	host_masked = true;
	if (!setjmp(handler_exit))
		host_alarms_fire(now_ns);
	host_masked = false;
	host_in_isr = false;
	uk_schedprio_preempt();
}

static void irqs_deliver(void)
{
	volatile unsigned int irq;

	if (host_masked || host_in_isr)
		return;
	alarms_deliver();
	if (host_in_thread())
		point();
	for (irq = 0; irq < HOST_IRQS; irq++) {
		if (!irqs[irq].raised || !irqs[irq].handler)
			continue;
		irqs[irq].raised = false;
		host_in_isr = true;
		host_masked = true;
		if (!setjmp(handler_exit))
			irqs[irq].handler(irqs[irq].arg);
		host_masked = false;
		host_in_isr = false;
	}
	uk_schedprio_preempt();
}

void host_slice(void)
{
	host_slice_end();
	uk_schedprio_preempt();
}

void host_raise(unsigned int irq)
{
	irqs[irq].raised = true;
	irqs_deliver();
}

int uk_intctlr_irq_register(unsigned int irq,
			    uk_intctlr_irq_handler_func_t handler, void *arg)
{
	if (irq >= HOST_IRQS)
		return -22;
	irqs[irq].handler = handler;
	irqs[irq].arg = arg;
	return 0;
}

int uk_intctlr_irq_unregister(unsigned int irq,
			      uk_intctlr_irq_handler_func_t handler)
{
	if (irq >= HOST_IRQS || irqs[irq].handler != handler)
		return -2;
	irqs[irq].handler = NULL;
	return 0;
}

void ukplat_lcpu_disable_irq(void)
{
	host_masked = true;
}

void ukplat_lcpu_enable_irq(void)
{
	host_masked = false;
	irqs_deliver();
}

unsigned long ukplat_lcpu_save_irqf(void)
{
	unsigned long flags = host_masked;

	host_masked = true;
	return flags;
}

void ukplat_lcpu_restore_irqf(unsigned long flags)
{
	host_masked = flags != 0;
	irqs_deliver();
}

int ukplat_lcpu_irqs_disabled(void)
{
	return host_masked;
}
