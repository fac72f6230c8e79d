/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Preemptive scheduler: the highest ready priority runs, equals take turns.
 *
 * A list per priority and a bit map of those not empty make the choice O(1).
 * The running thread stays at the head of its list, so preemption is nothing
 * but a switch to another head. Threads that sleep are in a list ordered by
 * time. Without a tick: the timer is set to the first sleeper, or to the end
 * of the time slice while the running thread has equals that are ready.
 *
 * All state is guarded by masking interrupts; Unikraft calls the callbacks
 * that way.
 */
#include <uk/arch/limits.h>
#include <uk/assert.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/intctlr.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/sched_impl.h>
#include <uk/schedprio.h>

#include "alarm.h"
#include "timer.h"

#define SLICE_NS	((__nsec)CONFIG_LIBUKSCHEDPRIO_SLICE_US * 1000)

/* Bits of uk_thread.flags that Unikraft leaves free hold the priority. */
#define PRIO_SHIFT	24
#define PRIO_MASK	((__u32)(UK_SCHEDPRIO_LEVELS - 1) << PRIO_SHIFT)
#define PRIO_CHOSEN	(1U << 31)	/* else the default applies */

struct schedprio {
	struct uk_sched sched;
	__u64 ready_map;	/* bit p: ready[p] is not empty */
	struct uk_thread_list ready[UK_SCHEDPRIO_LEVELS];
	struct uk_thread_list sleepers;	/* by wakeup_time */
	__nsec slice_end;	/* 0: the running thread has no equals */
	__u32 locks;		/* WATCHED, and how many locks */
	struct uk_thread idle;
};

volatile __u32 uk_schedprio_pending;
__u64 schedprio_timer_scale;

/*
 * Somebody looks on. The bit is in the word of locks, which every switch
 * looks at anyway: so a watch costs nothing where there is none.
 */
#define WATCHED		(1U << 31)

static uk_schedprio_watch_func_t watch;

/* One processor, one scheduler: at a fixed address it costs no pointer. */
static struct schedprio scheduler;

static inline unsigned int prio_of(const struct uk_thread *t)
{
	return (t->flags & PRIO_MASK) >> PRIO_SHIFT;
}

static inline bool is_locked(void)
{
	return (scheduler.locks & ~WATCHED) != 0;
}

static inline bool is_idle(const struct uk_thread *t)
{
	return t == &scheduler.idle;
}

static inline bool is_ready(struct uk_thread *t)
{
	return t->sched && uk_thread_is_runnable(t) && !is_idle(t);
}

void schedprio_timer_update(void)
{
	struct uk_thread *first = UK_TAILQ_FIRST(&scheduler.sleepers);
	__nsec when = scheduler.slice_end;

	if (first && (!when || (__nsec)first->wakeup_time < when))
		when = first->wakeup_time;
	when = schedprio_alarm_or(when);
	if (when)
		timer_set(when);
	else
		timer_clear();
}

static __noinline void slice_start(void)
{
	scheduler.slice_end = ukplat_monotonic_clock() + SLICE_NS;
	schedprio_timer_update();
}

static inline void ready_insert(struct uk_thread *t)
{
	unsigned int prio = prio_of(t);

	UK_TAILQ_INSERT_TAIL(&scheduler.ready[prio], t, queue);
	scheduler.ready_map |= 1UL << prio;
}

static inline void ready_remove(struct uk_thread *t)
{
	struct uk_thread_list *list = &scheduler.ready[prio_of(t)];

	UK_TAILQ_REMOVE(list, t, queue);
	if (UK_TAILQ_EMPTY(list))
		scheduler.ready_map &= ~(1UL << prio_of(t));
}

static inline struct uk_thread *first_ready(void)
{
	if (unlikely(!scheduler.ready_map))
		return &scheduler.idle;
	return UK_TAILQ_FIRST(&scheduler.ready[
			      63 - __builtin_clzl(scheduler.ready_map)]);
}

/* There are locks, or a watch: false when @p prev goes on. */
static __noinline bool may_leave(struct uk_thread *prev,
				 struct uk_thread *next)
{
	if (is_locked() && uk_thread_is_runnable(prev))
		return false;
	uk_schedprio_pending = 0;
	if (watch && next != prev)
		watch(prev, next);
	return true;
}

/* Switch to the first of the highest priority; interrupts masked. */
static __noinline void schedule(void)
{
	struct uk_thread *prev = uk_thread_current();
	struct uk_thread *next = first_ready();

	if (unlikely(scheduler.locks) && !may_leave(prev, next))
		return;
	uk_schedprio_pending = 0;
	if (UK_TAILQ_NEXT(next, queue) && !scheduler.slice_end)
		slice_start();
	if (next != prev)
		uk_sched_thread_switch(next);
}

/* To the end of its equals, of which there are some. */
static inline void rotate(struct uk_thread *t)
{
	struct uk_thread_list *list = &scheduler.ready[prio_of(t)];

	UK_TAILQ_REMOVE(list, t, queue);
	UK_TAILQ_INSERT_TAIL(list, t, queue);
}

static inline bool is_first(const struct uk_thread *t)
{
	return t->queue.tqe_prev == &scheduler.ready[prio_of(t)].tqh_first;
}

static void schedprio_yield(struct uk_sched *s __unused)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct uk_thread *self = uk_thread_current();
	struct uk_thread *next = UK_TAILQ_NEXT(self, queue);

	/*
	 * The running thread is first of the highest list, unless a switch
	 * is pending or locked, or it was about to sleep and is awake again.
	 * So usually its neighbour is the one to run.
	 */
	if (likely(next && uk_thread_is_runnable(self) && is_first(self)
		   && !uk_schedprio_pending && !scheduler.locks)) {
		rotate(self);
		uk_sched_thread_switch(next);
	} else if (unlikely(is_locked()) && is_ready(self)) {
		/* Its turn ends when the last lock does. */
		uk_schedprio_pending = 1;
	} else {
		if (is_ready(self) && next)
			rotate(self);
		schedule();
	}
	ukplat_lcpu_restore_irqf(flags);
}

__noinline void uk_schedprio_preempt(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (uk_schedprio_pending)
		schedule();
	ukplat_lcpu_restore_irqf(flags);
}

void uk_schedprio_lock(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	scheduler.locks++;
	ukplat_lcpu_restore_irqf(flags);
}

void uk_schedprio_unlock(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	UK_ASSERT(is_locked());
	scheduler.locks--;
	if (!is_locked())
		uk_schedprio_preempt();
	ukplat_lcpu_restore_irqf(flags);
}

/* Another thread became ready: does it have to run, or share the slices? */
static inline void consider(struct uk_thread *t)
{
	struct uk_thread *self = uk_thread_current();

	if (is_idle(self) || prio_of(t) > prio_of(self))
		uk_schedprio_pending = 1;
	else if (prio_of(t) == prio_of(self) && !scheduler.slice_end)
		slice_start();
}

static void sleep_insert(struct uk_thread *t)
{
	struct uk_thread *other;

	UK_TAILQ_FOREACH(other, &scheduler.sleepers, queue) {
		if (t->wakeup_time < other->wakeup_time) {
			UK_TAILQ_INSERT_BEFORE(other, t, queue);
			break;
		}
	}
	if (!other)
		UK_TAILQ_INSERT_TAIL(&scheduler.sleepers, t, queue);
	if (UK_TAILQ_FIRST(&scheduler.sleepers) == t)
		schedprio_timer_update();
}

static void schedprio_thread_blocked(struct uk_sched *s __unused,
				     struct uk_thread *t)
{
	ready_remove(t);
	if (t->wakeup_time > 0)
		sleep_insert(t);
}

static void schedprio_thread_woken(struct uk_sched *s __unused,
				   struct uk_thread *t)
{
	/* The timer is left alone: an alarm for nobody does no harm. */
	if (t->wakeup_time > 0)
		UK_TAILQ_REMOVE(&scheduler.sleepers, t, queue);
	ready_insert(t);
	consider(t);
}

static int schedprio_thread_add(struct uk_sched *s __unused,
				struct uk_thread *t)
{
	if (!(t->flags & PRIO_CHOSEN))
		t->flags |= UK_SCHEDPRIO_DEFAULT << PRIO_SHIFT;
	if (uk_thread_is_runnable(t)) {
		ready_insert(t);
		if (uk_thread_current())
			consider(t);
	}
	return 0;
}

static void schedprio_thread_remove(struct uk_sched *s __unused,
				    struct uk_thread *t)
{
	if (uk_thread_is_runnable(t))
		ready_remove(t);
	else if (t->wakeup_time > 0)
		UK_TAILQ_REMOVE(&scheduler.sleepers, t, queue);
}

int uk_schedprio_thread_prio_set(struct uk_thread *t, unsigned int prio)
{
	unsigned long flags;
	bool ready;

	if (prio >= UK_SCHEDPRIO_LEVELS)
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	ready = is_ready(t);
	if (ready)
		ready_remove(t);
	t->flags = (t->flags & ~PRIO_MASK) | PRIO_CHOSEN
		   | (__u32)prio << PRIO_SHIFT;
	if (ready) {
		ready_insert(t);
		if (first_ready() != uk_thread_current())
			uk_schedprio_pending = 1;
	}
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

unsigned int uk_schedprio_thread_prio_get(const struct uk_thread *t)
{
	if (!(t->flags & PRIO_CHOSEN) && !t->sched)
		return UK_SCHEDPRIO_DEFAULT;
	return prio_of(t);
}

static void slice_check(__nsec now)
{
	struct uk_thread *self = uk_thread_current();

	if (!scheduler.slice_end || now < scheduler.slice_end)
		return;
	/* About to sleep, it is in the list of sleepers already, or in none. */
	if (uk_thread_is_runnable(self) && UK_TAILQ_NEXT(self, queue)) {
		rotate(self);
		uk_schedprio_pending = 1;
		scheduler.slice_end += SLICE_NS;
		if (scheduler.slice_end <= now)
			scheduler.slice_end = now + SLICE_NS;
	} else {
		scheduler.slice_end = 0;
	}
}

static int schedprio_timer_irq(void *arg __unused)
{
	__nsec now = ukplat_monotonic_clock();
	struct uk_thread *t;

	/* uk_thread_wake_isr(), less what is known of a sleeper */
	while ((t = UK_TAILQ_FIRST(&scheduler.sleepers))
	       && (__nsec)t->wakeup_time <= now) {
		UK_TAILQ_REMOVE(&scheduler.sleepers, t, queue);
		t->wakeup_time = 0;
		uk_thread_set_runnable(t);
		ready_insert(t);
		consider(t);
	}
	if (unlikely(schedprio_alarms))
		schedprio_alarms_fire(now);
	slice_check(now);
	schedprio_timer_update();
	return 1;
}

void uk_schedprio_watch(uk_schedprio_watch_func_t look)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	watch = look;
	scheduler.locks = look ? scheduler.locks | WATCHED
			       : scheduler.locks & ~WATCHED;
	ukplat_lcpu_restore_irqf(flags);
}

void uk_schedprio_slicing(bool on)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	/* A slice that runs already, and never ends, is never begun. */
	scheduler.slice_end = on ? 0 : UK_SCHEDPRIO_NEVER;
	schedprio_timer_update();
	ukplat_lcpu_restore_irqf(flags);
}

void uk_schedprio_gc(void)
{
	/* The freeing must not be cut in two by a thread that ends. */
	uk_schedprio_lock();
	uk_sched_thread_gc(&scheduler.sched);
	uk_schedprio_unlock();
}

__nsec uk_schedprio_idle_until(void)
{
	struct uk_thread *self = uk_thread_current();
	struct uk_thread *first = UK_TAILQ_FIRST(&scheduler.sleepers);
	__nsec when;

	if (first_ready() != self || UK_TAILQ_NEXT(self, queue)
	    || !UK_TAILQ_EMPTY(&scheduler.sched.exited_threads))
		return 0;
	when = schedprio_alarm_or(first ? (__nsec)first->wakeup_time : 0);
	return when ? when : UK_SCHEDPRIO_NEVER;
}

static __noreturn void idle_thread(void *arg __unused)
{
	for (;;) {
		unsigned long flags;

		uk_schedprio_gc();
		flags = ukplat_lcpu_save_irqf();
		if (!scheduler.ready_map
		    && UK_TAILQ_EMPTY(&scheduler.sched.exited_threads))
			ukplat_lcpu_halt_irq();
		ukplat_lcpu_restore_irqf(flags);
	}
}

static __cold int schedprio_start(struct uk_sched *s __unused,
			   struct uk_thread *main)
{
	int rc;

	main->flags |= UK_SCHEDPRIO_DEFAULT << PRIO_SHIFT;
	ready_insert(main);
	timer_init();
	rc = uk_intctlr_irq_register(ukplat_time_get_irq(),
				     schedprio_timer_irq, NULL);
	if (rc < 0)
		return rc;
	ukplat_lcpu_enable_irq();
	return 0;
}

static const struct uk_thread *schedprio_idle_thread(struct uk_sched *s
						     __unused,
						     unsigned int proc_id)
{
	return proc_id == 0 ? &scheduler.idle : NULL;
}

__cold struct uk_sched *uk_schedprio_create(struct uk_alloc *a,
				     struct uk_alloc *a_stack,
				     struct uk_alloc *a_auxstack,
				     struct uk_alloc *a_uktls)
{
	unsigned int prio;
	int rc;

	for (prio = 0; prio < UK_SCHEDPRIO_LEVELS; prio++)
		UK_TAILQ_INIT(&scheduler.ready[prio]);
	UK_TAILQ_INIT(&scheduler.sleepers);
	rc = uk_thread_init_fn1(&scheduler.idle, idle_thread, NULL,
				a_stack, __PAGE_SIZE, a_auxstack,
				AUXSTACK_SIZE, a_uktls, false, NULL,
				"idle", NULL, NULL);
	if (rc < 0)
		return NULL;
	scheduler.idle.sched = &scheduler.sched;
	uk_sched_init(&scheduler.sched, schedprio_start, schedprio_yield,
		      schedprio_thread_add, schedprio_thread_remove,
		      schedprio_thread_blocked, schedprio_thread_woken,
		      schedprio_thread_woken, schedprio_idle_thread,
		      a, a_stack, a_auxstack, a_uktls);
	UK_TAILQ_INSERT_TAIL(&scheduler.sched.thread_list, &scheduler.idle,
			     thread_list);
	return &scheduler.sched;
}
