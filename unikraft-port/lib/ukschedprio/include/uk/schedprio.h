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

/* ---- Alarms ---- */

/*
 * A function for the timer interrupt to call. Zeroed but for @p fire, which
 * runs with interrupts masked, may wake threads (a switch happens after it)
 * and may set its alarm again.
 */
struct uk_schedprio_alarm;
typedef void (*uk_schedprio_alarm_func_t)(struct uk_schedprio_alarm *alarm);

struct uk_schedprio_alarm {
	struct uk_schedprio_alarm *next;
	__nsec deadline;
	uk_schedprio_alarm_func_t fire;
};

/*
 * Fire once, when the monotonic clock reaches @p deadline; at once when it
 * has. It replaces what the alarm was set to.
 */
void uk_schedprio_alarm_set(struct uk_schedprio_alarm *alarm, __nsec deadline);

/* Do not fire any more. An alarm that is not set may be cleared, too. */
void uk_schedprio_alarm_clear(struct uk_schedprio_alarm *alarm);

/* ---- Looking on ---- */

typedef void (*uk_schedprio_watch_func_t)(struct uk_thread *prev,
					  struct uk_thread *next);

/*
 * Have @p watch called, interrupts masked, before the processor goes from
 * @p prev to @p next; NULL: no more. There is one watch. What nobody watches
 * is not slowed down by this.
 */
void uk_schedprio_watch(uk_schedprio_watch_func_t watch);

/* ---- Turns of equals ---- */

/* Whether equals take turns by time (the default) or only when they yield. */
void uk_schedprio_slicing(bool on);

/* ---- For a thread that stands in for the idle thread ---- */

/* Free the threads that have exited, which is the idle thread's work. */
void uk_schedprio_gc(void);

#define UK_SCHEDPRIO_NEVER	((__nsec)-1)

/*
 * Interrupts masked: until when the caller might sleep. 0: not at all,
 * because another thread should run; UK_SCHEDPRIO_NEVER: nothing is due.
 */
__nsec uk_schedprio_idle_until(void);

#endif /* __UK_SCHEDPRIO_H__ */
