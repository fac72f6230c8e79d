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

/* The one beside this file, or upstream/timer.h: the build says which. */
#include <timer.h>

#define SLICE_NS	((__nsec)CONFIG_LIBUKSCHEDPRIO_SLICE_US * 1000)

struct uk_schedprio uk_schedprio;
__u64 schedprio_timer_scale;

static inline bool is_idle(const struct uk_thread *t)
{
	return t == &uk_schedprio.idle;
}

static inline bool is_ready(struct uk_thread *t)
{
	return t->sched && uk_thread_is_runnable(t) && !is_idle(t);
}

static __noinline void timer_update(void)
{
	struct uk_thread *first = UK_TAILQ_FIRST(&uk_schedprio.sleepers);
	__nsec when = uk_schedprio.slice_end;

	if (first && (!when || (__nsec)first->wakeup_time < when))
		when = first->wakeup_time;
	if (when)
		timer_set(when);
	else
		timer_clear();
}

__noinline __cold void schedprio_slice_start(void)
{
	uk_schedprio.slice_end = ukplat_monotonic_clock() + SLICE_NS;
	timer_update();
}

static inline void ready_remove_now(struct uk_thread *t)
{
	unsigned int rank = schedprio_rank(t);
	struct uk_thread_list *list = schedprio_list(rank);

	UK_TAILQ_REMOVE(list, t, queue);
	if (UK_TAILQ_EMPTY(list))
		uk_schedprio.ready_map &= ~schedprio_bit(rank);
}

/* For those who are not in a hurry; also before there is a thread at all. */
static __noinline void ready_insert(struct uk_thread *t)
{
	struct uk_thread *self = uk_thread_current();

	schedprio_ready_insert(t);
	if (self && self != t)
		schedprio_consider(t);
}

static __noinline void ready_remove(struct uk_thread *t)
{
	ready_remove_now(t);
}

static inline struct uk_thread *first_ready(void)
{
	__u64 map = uk_schedprio.ready_map;

	if (unlikely(!map))
		return &uk_schedprio.idle;
	return UK_TAILQ_FIRST(&uk_schedprio.ready[63 ^ __builtin_clzl(map)]);
}

/* ---- Switching: interrupts masked ---- */

/* @p next runs from now on, in slices if it has equals. */
static inline void switch_to(struct uk_thread *next)
{
	if (UK_TAILQ_NEXT(next, queue) && !uk_schedprio.slice_end)
		schedprio_slice_start();
	uk_sched_thread_switch(next);
}

/*
 * There are locks, the thread is held, or somebody looks on. False: the
 * running thread stays.
 */
static __noinline __cold bool may_switch(struct uk_thread *next)
{
	struct uk_thread *prev = uk_thread_current();

	if ((uk_schedprio.locks || uk_schedprio.hold)
	    && uk_thread_is_runnable(prev))
		return false;
	if (uk_schedprio.watched && next != prev)
		uk_schedprio.watch(prev, next);
	return true;
}

/*
 * Switch to the first of the highest priority. Also called by the core at
 * the end of an interrupt.
 */
void schedprio_switch(void)
{
	struct uk_thread *next = first_ready();

	if (unlikely(uk_schedprio.held) && !may_switch(next))
		return;
	uk_schedprio.pending = 0;
	if (next != uk_thread_current())
		switch_to(next);
}

void uk_schedprio_watch(uk_schedprio_watch_func_t watch)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	uk_schedprio.watch = watch;
	uk_schedprio.watched = watch != NULL;
	ukplat_lcpu_restore_irqf(flags);
}

__noinline void uk_schedprio_preempt(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	/* One that is leaving the scheduler would not come back to finish. */
	if (uk_schedprio.pending && uk_thread_current()->sched)
		schedprio_switch();
	ukplat_lcpu_restore_irqf(flags);
}

/* To the end of its equals, of which there are some. */
static inline void rotate(struct uk_thread *t)
{
	struct uk_thread_list *list = schedprio_list(schedprio_rank(t));

	UK_TAILQ_REMOVE(list, t, queue);
	UK_TAILQ_INSERT_TAIL(list, t, queue);
}

/* A switch is pending, preemption is locked, or the thread is to leave. */
static __noinline __cold void yield_slowly(struct uk_thread *self)
{
	/* Locked, its turn ends when the last lock does. */
	uk_schedprio.pending = 1;
	if (is_ready(self) && !uk_schedprio.locks && !uk_schedprio.hold
	    && UK_TAILQ_NEXT(self, queue))
		rotate(self);
	schedprio_switch();
}

/*
 * While nothing is pending or locked, the running thread is the first of
 * the highest list, and its neighbour is the one to run.
 */
void uk_schedprio_yield(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct uk_thread *self = uk_thread_current();
	struct uk_thread *next = UK_TAILQ_NEXT(self, queue);

	if (unlikely(uk_schedprio.not_plain)) {
		yield_slowly(self);
	} else if (next) {
		rotate(self);
		uk_sched_thread_switch(next);
	}
	ukplat_lcpu_restore_irqf(flags);
}

static void schedprio_yield(struct uk_sched *s __unused)
{
	uk_schedprio_yield();
}

/* ---- Sleeping and waking: interrupts masked ---- */

__noinline __cold void schedprio_sleeper_insert(struct uk_thread *t)
{
	struct uk_thread *other;

	UK_TAILQ_FOREACH(other, &uk_schedprio.sleepers, queue) {
		if (t->wakeup_time < other->wakeup_time) {
			UK_TAILQ_INSERT_BEFORE(other, t, queue);
			break;
		}
	}
	if (!other)
		UK_TAILQ_INSERT_TAIL(&uk_schedprio.sleepers, t, queue);
	if (UK_TAILQ_FIRST(&uk_schedprio.sleepers) == t)
		timer_update();
}

/* The timer is left alone: an alarm for nobody does no harm. */
void schedprio_sleeper_remove(struct uk_thread *t)
{
	UK_TAILQ_REMOVE(&uk_schedprio.sleepers, t, queue);
	t->wakeup_time = 0;
}

void uk_schedprio_block(__snsec until)
{
	struct uk_thread *self = uk_thread_current();
	unsigned int rank = schedprio_rank(self);
	struct uk_thread_list *list = schedprio_list(rank);
	struct uk_thread *next;

	uk_thread_set_blocked(self);
	UK_TAILQ_REMOVE(list, self, queue);
	if (until) {
		self->wakeup_time = until;
		schedprio_sleeper_insert(self);
	}
	next = UK_TAILQ_FIRST(list);
	if (likely(!next)) {
		uk_schedprio.ready_map &= ~schedprio_bit(rank);
		next = first_ready();
	} else if (uk_schedprio.pending) {
		next = first_ready();
	}
	uk_schedprio.pending = 0;
	if (unlikely(uk_schedprio.watched))
		uk_schedprio.watch(self, next);
	switch_to(next);
}

static __cold void schedprio_thread_blocked(struct uk_sched *s __unused,
				     struct uk_thread *t)
{
	ready_remove(t);
	if (t->wakeup_time > 0)
		schedprio_sleeper_insert(t);
	/* It runs on until it yields or is interrupted. */
	if (t == uk_thread_current())
		uk_schedprio.pending = 1;
}

static __cold void schedprio_thread_woken(struct uk_sched *s __unused,
				   struct uk_thread *t)
{
	if (t->wakeup_time)
		schedprio_sleeper_remove(t);
	ready_insert(t);
}

static int schedprio_thread_add(struct uk_sched *s __unused,
				struct uk_thread *t)
{
	if (!schedprio_rank(t))
		t->flags |= SCHEDPRIO_FLAGS(UK_SCHEDPRIO_DEFAULT);
	if (uk_thread_is_runnable(t))
		ready_insert(t);
	return 0;
}

static void schedprio_thread_remove(struct uk_sched *s __unused,
				    struct uk_thread *t)
{
	if (uk_thread_is_runnable(t))
		ready_remove(t);
	else if (t->wakeup_time > 0)
		schedprio_sleeper_remove(t);
	/* Who ends leaves now, and is not to be put back by its yield. */
	if (t == uk_thread_current())
		uk_schedprio.pending = 1;
}

/* ---- Priority ---- */

int uk_schedprio_thread_prio_set(struct uk_thread *t, unsigned int prio)
{
	unsigned long flags;
	bool ready;

	if (prio >= UK_SCHEDPRIO_LEVELS)
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	ready = is_ready(t);
	if (ready)
		ready_remove_now(t);
	t->flags = (t->flags & ~SCHEDPRIO_MASK) | SCHEDPRIO_FLAGS(prio);
	if (ready) {
		schedprio_ready_insert(t);
		if (first_ready() != uk_thread_current())
			uk_schedprio.pending = 1;
	}
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

unsigned int uk_schedprio_thread_prio_get(const struct uk_thread *t)
{
	if (!schedprio_rank(t) && !is_idle(t))
		return UK_SCHEDPRIO_DEFAULT;
	return schedprio_rank(t) % UK_SCHEDPRIO_LEVELS;
}

/* ---- The timer ---- */

/*
 * The slice ended while @p self, higher, had the processor: those below it
 * take turns all the same. Else none would, where such a thread wakes at
 * the pace of the slices. Returns the first of them, NULL: none is ready.
 */
static inline struct uk_thread *first_below(const struct uk_thread *self)
{
	__u64 map = uk_schedprio.ready_map
		    & (schedprio_bit(schedprio_rank(self)) - 1);

	return map ? UK_TAILQ_FIRST(&uk_schedprio.ready[
					63 ^ __builtin_clzl(map)]) : NULL;
}

static __noinline __cold void slice_check(__nsec now)
{
	struct uk_thread *t = uk_thread_current();

	if (!uk_schedprio.slice_end || now < uk_schedprio.slice_end)
		return;
	/* About to sleep, it is in the list of sleepers already, or in none. */
	if (!uk_thread_is_runnable(t)) {
		uk_schedprio.slice_end = 0;
		return;
	}
	if (UK_TAILQ_NEXT(t, queue)) {
		uk_schedprio.pending = 1;
		uk_schedprio.slice_end += SLICE_NS;
		if (uk_schedprio.slice_end <= now)
			uk_schedprio.slice_end = now + SLICE_NS;
	} else {
		uk_schedprio.slice_end = 0;
		t = first_below(t);
	}
	if (t && UK_TAILQ_NEXT(t, queue))
		rotate(t);
}

static int schedprio_timer_irq(void *arg __unused)
{
	__nsec now = ukplat_monotonic_clock();
	struct uk_thread *t, *next;
	bool alarms = false;

	/* uk_thread_wake_isr(), less what is known of a sleeper */
	for (t = UK_TAILQ_FIRST(&uk_schedprio.sleepers);
	     t && (__nsec)t->wakeup_time <= now; t = next) {
		next = UK_TAILQ_NEXT(t, queue);
		if (unlikely(!schedprio_rank(t))) {
			alarms = true;
			continue;
		}
		UK_TAILQ_REMOVE(&uk_schedprio.sleepers, t, queue);
		t->wakeup_time = 0;
		uk_thread_set_runnable(t);
		schedprio_ready_insert(t);
		schedprio_consider(t);
	}
	if (unlikely(alarms))
		uk_schedprio.fire_alarms(now);
	slice_check(now);
	timer_update();
	return 1;
}

void uk_schedprio_slicing(bool on)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	/* A slice that runs already, and never ends, is never begun. */
	uk_schedprio.slice_end = on ? 0 : UK_SCHEDPRIO_NEVER;
	timer_update();
	ukplat_lcpu_restore_irqf(flags);
}

/* ---- Idle ---- */

__cold void uk_schedprio_gc(void)
{
	/* The freeing must not be cut in two by a thread that ends. */
	uk_schedprio_lock();
	uk_sched_thread_gc(&uk_schedprio.sched);
	uk_schedprio_unlock();
}

__cold __nsec uk_schedprio_idle_until(void)
{
	struct uk_thread *self = uk_thread_current();
	struct uk_thread *first = UK_TAILQ_FIRST(&uk_schedprio.sleepers);

	if (first_ready() != self || UK_TAILQ_NEXT(self, queue)
	    || !UK_TAILQ_EMPTY(&uk_schedprio.sched.exited_threads))
		return 0;
	return first ? (__nsec)first->wakeup_time : UK_SCHEDPRIO_NEVER;
}

static __cold __noreturn void idle_thread(void *arg __unused)
{
	for (;;) {
		unsigned long flags;

		uk_schedprio_gc();
		flags = ukplat_lcpu_save_irqf();
		if (!uk_schedprio.ready_map
		    && UK_TAILQ_EMPTY(&uk_schedprio.sched.exited_threads))
			ukplat_lcpu_halt_irq();
		ukplat_lcpu_restore_irqf(flags);
	}
}

static __cold int schedprio_start(struct uk_sched *s __unused,
			   struct uk_thread *main)
{
	int rc;

	main->flags |= SCHEDPRIO_FLAGS(UK_SCHEDPRIO_DEFAULT);
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
	return proc_id == 0 ? &uk_schedprio.idle : NULL;
}

__cold struct uk_sched *uk_schedprio_create(struct uk_alloc *a,
				     struct uk_alloc *a_stack,
				     struct uk_alloc *a_auxstack,
				     struct uk_alloc *a_uktls)
{
	unsigned int prio;
	int rc;

	for (prio = 0; prio < UK_SCHEDPRIO_LEVELS; prio++)
		UK_TAILQ_INIT(&uk_schedprio.ready[prio]);
	UK_TAILQ_INIT(&uk_schedprio.sleepers);
	rc = uk_thread_init_fn1(&uk_schedprio.idle, idle_thread, NULL,
				a_stack, SCHEDPRIO_IDLE_STACK, a_auxstack,
				AUXSTACK_SIZE, a_uktls, false, NULL,
				"idle", NULL, NULL);
	if (rc < 0)
		return NULL;
	uk_schedprio.idle.sched = &uk_schedprio.sched;
	uk_sched_init(&uk_schedprio.sched, schedprio_start, schedprio_yield,
		      schedprio_thread_add, schedprio_thread_remove,
		      schedprio_thread_blocked, schedprio_thread_woken,
		      schedprio_thread_woken, schedprio_idle_thread,
		      a, a_stack, a_auxstack, a_uktls);
	UK_TAILQ_INSERT_TAIL(&uk_schedprio.sched.thread_list, &uk_schedprio.idle,
			     thread_list);
	return &uk_schedprio.sched;
}
