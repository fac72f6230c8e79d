/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Preemptive scheduler with fixed priorities, round robin among equals.
 *
 * Written against Unikraft's scheduler interface (uk/sched_impl.h). A thread
 * that never asked for a priority has UK_SCHEDPRIO_DEFAULT.
 */
#ifndef __UK_SCHEDPRIO_H__
#define __UK_SCHEDPRIO_H__

#include <uk/sched.h>

/* 0 is the lowest; the idle thread is below all of them. */
#define UK_SCHEDPRIO_LEVELS	64
#define UK_SCHEDPRIO_DEFAULT	1

/* Create the scheduler (there is one); NULL: no memory. */
struct uk_sched *uk_schedprio_create(struct uk_alloc *a,
				     struct uk_alloc *a_stack,
				     struct uk_alloc *a_auxstack,
				     struct uk_alloc *a_uktls);

/*
 * Give @p t a priority. 0, or -EINVAL when it is not below
 * UK_SCHEDPRIO_LEVELS. If this makes another thread the one to run, it is
 * left pending: uk_schedprio_preempt() or the next interrupt switches.
 */
int uk_schedprio_thread_prio_set(struct uk_thread *t, unsigned int prio);

unsigned int uk_schedprio_thread_prio_get(const struct uk_thread *t);

/* Not 0: another thread should run now. Written with interrupts masked. */
extern volatile __u32 uk_schedprio_pending;

static inline bool uk_schedprio_preempt_pending(void)
{
	return uk_schedprio_pending != 0;
}

/*
 * Switch now if a switch is pending and preemption is not locked; the
 * current thread stays first among its equals. Not for interrupt handlers:
 * there the core does it when the last one returns.
 */
void uk_schedprio_preempt(void);

/* Keep the current thread running whatever wakes. Locks nest. */
void uk_schedprio_lock(void);

/* Undo one lock; the last one lets a pending switch happen. */
void uk_schedprio_unlock(void);

#endif /* __UK_SCHEDPRIO_H__ */
