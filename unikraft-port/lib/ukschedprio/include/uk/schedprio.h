/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Preemptive scheduler with fixed priorities, round robin among equals.
 *
 * Written against Unikraft's scheduler interface (uk/sched_impl.h). A thread
 * that never asked for a priority has UK_SCHEDPRIO_DEFAULT.
 *
 * What a program does often stands here as inline functions; the state that
 * they need is in uk/schedprio_state.h, and is nobody else's business.
 */
#ifndef __UK_SCHEDPRIO_H__
#define __UK_SCHEDPRIO_H__

#include <uk/sched.h>

/* 0 is the lowest; the idle thread is below all of them. */
#define UK_SCHEDPRIO_LEVELS	64
#define UK_SCHEDPRIO_DEFAULT	1

#include <uk/schedprio_state.h>

/* Create the scheduler (there is one); NULL: no memory. */
struct uk_sched *uk_schedprio_create(struct uk_alloc *a,
				     struct uk_alloc *a_stack,
				     struct uk_alloc *a_auxstack,
				     struct uk_alloc *a_uktls);

/* ---- Priority ---- */

/*
 * Give @p t a priority. 0, or -EINVAL when it is not below
 * UK_SCHEDPRIO_LEVELS. If this makes another thread the one to run, it is
 * left pending: uk_schedprio_preempt() or the next interrupt switches.
 */
int uk_schedprio_thread_prio_set(struct uk_thread *t, unsigned int prio);

/* The same for one that no scheduler has yet. @p prio is not checked. */
static inline void uk_schedprio_thread_prio_init(struct uk_thread *t,
						 unsigned int prio)
{
	t->flags = (t->flags & ~SCHEDPRIO_MASK) | SCHEDPRIO_FLAGS(prio);
}

unsigned int uk_schedprio_thread_prio_get(const struct uk_thread *t);

/* ---- Preemption ---- */

/* Another thread should run now. */
static inline bool uk_schedprio_preempt_pending(void)
{
	return uk_schedprio.pending != 0;
}

/*
 * Switch now if a switch is pending and preemption is not locked; the
 * current thread stays first among its equals. Not for interrupt handlers:
 * there the core does it when the last one returns.
 */
void uk_schedprio_preempt(void);

/*
 * Keep the current thread running whatever wakes. Locks nest. Nobody else
 * changes the count between its load and its store: who preempts the
 * current thread there has put it back when that goes on.
 */
static inline void uk_schedprio_lock(void)
{
	uk_schedprio.locks++;
	barrier();
}

/*
 * Undo one lock; the last one lets a pending switch happen, unless
 * interrupts are masked: then whoever lifts the mask sees to it.
 */
static inline void uk_schedprio_unlock(void)
{
	UK_ASSERT(uk_schedprio.locks);
	barrier();
	uk_schedprio.locks--;
	if (unlikely(uk_schedprio.pending) && !ukplat_lcpu_irqs_disabled())
		uk_schedprio_preempt();
}

/*
 * ukplat_lcpu_restore_irqf() that makes a pending switch first, if @p flags
 * let interrupts in again. They never do in an interrupt handler.
 */
static inline void uk_schedprio_restore_irqf(unsigned long flags)
{
	if (unlikely(uk_schedprio.pending) && !(flags & SCHEDPRIO_DAIF_I))
		schedprio_switch();
	ukplat_lcpu_restore_irqf(flags);
}

/* How many locks there are. */
static inline unsigned int uk_schedprio_locked(void)
{
	return uk_schedprio.locks;
}

/* ---- Leaving and taking the processor ---- */

/* uk_sched_yield(), called directly. */
void uk_schedprio_yield(void);

/*
 * Block the current thread until it is woken or @p until (ns since boot; 0:
 * never), and run another. Call it with interrupts masked, it returns so.
 */
void uk_schedprio_block(__snsec until);

/*
 * Wake @p t, which has a scheduler, if it is blocked. True: it should run
 * before the current thread, and a switch is pending. Interrupts masked.
 */
static inline bool uk_schedprio_wake(struct uk_thread *t)
{
	return !(t->flags & UK_THREADF_RUNNABLE)
	       && schedprio_wake_blocked(t);
}

/* ---- Alarms ---- */

/*
 * A function for the timer interrupt to call, after it has woken whose time
 * has come. Zeroed but for @p fire, which runs with interrupts masked, is
 * told the deadline that it was set for, may wake threads (a switch happens
 * after it) and may set its alarm again.
 */
struct uk_schedprio_alarm;
typedef void (*uk_schedprio_alarm_func_t)(struct uk_schedprio_alarm *alarm,
					  __nsec deadline);

struct uk_schedprio_alarm {
	uk_schedprio_alarm_func_t fire;
	struct uk_thread sleeper;	/* nobody: its place in the list */
};

/*
 * Fire once, when the monotonic clock reaches @p deadline (not 0); at once
 * when it has. It replaces what the alarm was set to.
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

/*
 * Keep the current thread from being preempted or, in a watch, the next
 * one, as a lock does; but only until it leaves by itself. Interrupts
 * masked; a switch that was pending stays so.
 */
static inline void uk_schedprio_hold(bool on)
{
	uk_schedprio.hold = on;
}

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
