/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What makes the scheduler preemptive on upstream Unikraft.
 *
 * There, an interrupt saves its frame on a stack of its own, and no scheduler
 * is asked when it ends: the only sign of it is UK_INTCTLR_EVENT_IRQ, raised
 * before the handlers. So the event turns the frame around: the interrupt
 * returns not to where it came from but to schedprio_irq_exit(), on the stack
 * of the interrupted thread and masked, and this either goes on or switches.
 *
 * A switch always happens masked: nothing can interrupt one half-way.
 */
#include <uk/assert.h>
#include <uk/config.h>
#include <uk/event.h>
#include <uk/intctlr.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/prio.h>
#include <uk/sched_impl.h>
#include <uk/schedcoop.h>
#include <uk/schedprio.h>
#include <uk/schedprio_isr.h>

#include "timer.h"
#include "upstream.h"

#define SPSR_I		(1UL << 7)	/* interrupts masked */
#define SPSR_BTYPE	(3UL << 10)	/* of the branch that was interrupted */

/* Of uk_thread.flags, below the rank: begins by schedprio_thread_start(). */
#define THREAD_PREPARED	(1U << (SCHEDPRIO_SHIFT - 1))

/* plat/common/arm: what serves the timer interrupt before we do */
int generic_timer_irq_handler(void *arg);

volatile __u32 schedprio_in_isr;

/* What schedprio.c has in struct uk_sched, behind what we put there. */
static uk_sched_start_t start;
static uk_sched_thread_add_func_t thread_add;
static uk_sched_thread_woken_func_t thread_woken;

static int irq_event(void *data)
{
	struct __regs *regs = ((struct uk_intctlr_event_irq_data *)data)->regs;
	__u64 *resume;

	/* One entry may serve several interrupts, all with one frame. */
	if (schedprio_in_isr)
		return UK_EVENT_NOT_HANDLED;
	schedprio_in_isr = 1;
#if CONFIG_LIBUKSCHEDPRIO_ISR_FP
	schedprio_fp_save();
#endif /* CONFIG_LIBUKSCHEDPRIO_ISR_FP */
	resume = (__u64 *)regs->sp - 2;
	resume[0] = regs->elr_el1;
	resume[1] = regs->spsr_el1;
	regs->sp = (__u64)resume;
	regs->elr_el1 = (__u64)schedprio_irq_exit;
	regs->spsr_el1 = (regs->spsr_el1 & ~SPSR_BTYPE) | SPSR_I;
	return UK_EVENT_NOT_HANDLED;
}

UK_EVENT_HANDLER_PRIO(UK_INTCTLR_EVENT_IRQ, irq_event, UK_PRIO_EARLIEST);

/* A new thread is switched to masked: have it unmask before it begins. */
static void thread_prepare(struct uk_thread *t)
{
	__u64 *begin = (__u64 *)t->ctx.sp - 2;

	if (t->flags & THREAD_PREPARED)
		return;
	t->flags |= THREAD_PREPARED;
	begin[0] = t->ctx.ip;
	t->ctx.sp = (__uptr)begin;
	t->ctx.ip = (__uptr)schedprio_thread_start;
}

/*
 * Unikraft's own code does not look whether it woke somebody more important.
 * An interrupt does: let there be one as soon as the mask is lifted.
 */
static void preempt_soon(void)
{
	if (uk_schedprio_preempt_pending() && !schedprio_in_isr)
		timer_kick();
}

static int upstream_thread_add(struct uk_sched *s, struct uk_thread *t)
{
	int rc;

	thread_prepare(t);
	rc = thread_add(s, t);
	preempt_soon();
	return rc;
}

static void upstream_thread_woken(struct uk_sched *s, struct uk_thread *t)
{
	thread_woken(s, t);
	preempt_soon();
}

static int upstream_start(struct uk_sched *s, struct uk_thread *main)
{
	/* It masks the timer, and leaves no interrupt to who comes after. */
	uk_intctlr_irq_unregister(ukplat_time_get_irq(),
				  generic_timer_irq_handler);
	return start(s, main);
}

struct uk_sched *uk_schedcoop_create(struct uk_alloc *a,
				     struct uk_alloc *a_stack,
				     struct uk_alloc *a_auxstack,
				     struct uk_alloc *a_uktls)
{
	struct uk_sched *s = uk_schedprio_create(a, a_stack, a_auxstack,
						 a_uktls);

	if (!s)
		return NULL;
	start = s->sched_start;
	s->sched_start = upstream_start;
	thread_add = s->thread_add;
	s->thread_add = upstream_thread_add;
	/* thread_woken_isr stays: who calls that looks himself. */
	thread_woken = s->thread_woken;
	s->thread_woken = upstream_thread_woken;
	thread_prepare((struct uk_thread *)uk_sched_idle_thread(s, 0));
#if CONFIG_LIBUKSCHEDPRIO_ALLOC
	schedprio_alloc_guard(a);
#endif /* CONFIG_LIBUKSCHEDPRIO_ALLOC */
	return s;
}
