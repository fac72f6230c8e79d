/* SPDX-License-Identifier: BSD-3-Clause */
/* The host core's scheduler: ready lists, switching, blocking, waking. */
#include <stdlib.h>

#include <uk_host.h>
#include "host_core.h"
#include "host_world.h"

static struct uk_sched scheduler = { .a_stack = &host_heap };
static struct uk_thread idle = { .name = "idle", .sched = &scheduler };
static struct uk_thread *current = &idle;
static struct uk_thread *ready[UK_SCHEDPRIO_LEVELS];
static struct uk_thread *sleepers;
static struct uk_thread *exited;
bool host_masked;
static bool pending;
static unsigned int locks;
static bool held;			/* the running thread */
static bool slicing = true;
static struct uk_thread *spinning;	/* until host_run() */
static uk_schedprio_watch_func_t watch;

struct uk_thread *uk_thread_current(void)
{
	return current;
}

struct uk_sched *uk_sched_current(void)
{
	return &scheduler;
}

const struct uk_thread *uk_sched_idle_thread(struct uk_sched *s,
					     unsigned int proc_id)
{
	(void)s;
	return proc_id == 0 ? &idle : NULL;
}

/* ---- The ready lists ---- */

static void ready_append(struct uk_thread *t)
{
	struct uk_thread **link = &ready[t->level];

	while (*link)
		link = &(*link)->next;
	t->next = NULL;
	*link = t;
}

static void ready_take(struct uk_thread *t)
{
	struct uk_thread **link = &ready[t->level];

	while (*link != t)
		link = &(*link)->next;
	*link = t->next;
}

static struct uk_thread *ready_first(void)
{
	int level;

	for (level = UK_SCHEDPRIO_LEVELS - 1; level >= 0; level--)
		if (ready[level])
			return ready[level];
	return &idle;
}

static void consider(const struct uk_thread *t)
{
	if (current == &idle || t->level > current->level)
		pending = true;
}

static bool is_runnable(const struct uk_thread *t)
{
	return (t->flags & (UK_THREADF_RUNNABLE | UK_THREADF_EXITED))
	       == UK_THREADF_RUNNABLE;
}

/* By time; who came first is first among equals. */
static void sleeper_add(struct uk_thread *t)
{
	struct uk_thread **link = &sleepers;

	while (*link && (*link)->wakeup_time <= t->wakeup_time)
		link = &(*link)->next;
	t->next = *link;
	*link = t;
}

static void sleeper_take(struct uk_thread *t)
{
	struct uk_thread **link = &sleepers;

	while (*link != t)
		link = &(*link)->next;
	*link = t->next;
}

/* ---- Switching ---- */

/* To the first of the highest level; masked, and from a thread. */
static void schedule(void)
{
	struct uk_thread *prev = current, *next = ready_first();
	bool was_masked = host_masked;

	if ((locks || held) && is_runnable(prev))
		return;
	pending = false;
	if (next == prev)
		return;
	if (watch)
		watch(prev, next);
	current = next;
	/* What exits is freed outside: its context must outlive this. */
	host_fiber_switch(prev->fiber,
			  next == &idle ? &host_outside : next->fiber);
	host_masked = was_masked;
}

static void need_thread(const char *what)
{
	if (current == &idle || host_in_isr)
		host_crash("%s without a thread\n", what);
}

void uk_sched_yield(void)
{
	bool was_masked = host_masked;

	need_thread("uk_sched_yield");
	host_masked = true;
	if (is_runnable(current)) {
		ready_take(current);
		ready_append(current);
	}
	schedule();
	host_masked = was_masked;
}

bool uk_schedprio_preempt_pending(void)
{
	return pending;
}

void uk_schedprio_preempt(void)
{
	if (pending && current != &idle && !host_in_isr)
		schedule();
}

void uk_schedprio_restore_irqf(unsigned long flags)
{
	ukplat_lcpu_restore_irqf(flags);
	if (!flags)
		uk_schedprio_preempt();
}

void uk_schedprio_lock(void)
{
	locks++;
}

void uk_schedprio_unlock(void)
{
	if (locks == 0)
		host_crash("uk_schedprio_unlock without a lock\n");
	if (--locks == 0 && !host_masked)
		uk_schedprio_preempt();
}

unsigned int uk_schedprio_locked(void)
{
	return locks;
}

void uk_schedprio_watch(uk_schedprio_watch_func_t look)
{
	watch = look;
}

void uk_schedprio_hold(bool on)
{
	held = on;
}

void uk_schedprio_slicing(bool on)
{
	slicing = on;
}

/* What exits is freed by host_run(), outside all threads. */
void uk_schedprio_gc(void)
{
}

__nsec uk_schedprio_idle_until(void)
{
	__nsec when = host_alarm_next();

	if (ready_first() != current || current->next)
		return 0;
	return MIN(when, host_sleeper_next());
}

void host_idle(void)
{
	need_thread("host_idle");
	spinning = current;
	/* Blocked, so that no lock keeps it here. */
	ready_take(current);
	current->flags &= ~UK_THREADF_RUNNABLE;
	schedule();
}

void ukplat_lcpu_halt_irq(void)
{
	host_idle();
}

void host_run(void)
{
	struct uk_thread *t;

	if (spinning) {
		spinning->flags |= UK_THREADF_RUNNABLE;
		ready_append(spinning);
		spinning = NULL;
	}
	do {
		pending = false;
		current = ready_first();
		if (current != &idle && watch)
			watch(&idle, current);
		if (current != &idle)
			host_fiber_switch(&host_outside, current->fiber);
		host_masked = false;
		while ((t = exited)) {
			exited = t->next;
			uk_thread_release(t);
		}
	} while (ready_first() != &idle);
}

/* ---- Blocking, waking, beginning, ending ---- */

void uk_thread_block_until(struct uk_thread *t, __snsec until)
{
	if (!is_runnable(t))
		host_crash("uk_thread_block of a blocked thread\n");
	t->wakeup_time = until;
	t->flags &= ~UK_THREADF_RUNNABLE;
	if (t->sched) {
		ready_take(t);
		if (until)
			sleeper_add(t);
	}
}

void uk_thread_block(struct uk_thread *t)
{
	uk_thread_block_until(t, 0);
}

void uk_thread_wake_isr(struct uk_thread *t)
{
	if (t->flags & UK_THREADF_RUNNABLE)
		return;
	t->flags |= UK_THREADF_RUNNABLE;
	if (t->sched) {
		if (t->wakeup_time)
			sleeper_take(t);
		ready_append(t);
		consider(t);
	}
	t->wakeup_time = 0;
}

void uk_schedprio_yield(void)
{
	uk_sched_yield();
}

void uk_schedprio_block(__snsec until)
{
	need_thread("uk_schedprio_block");
	uk_thread_block_until(current, until);
	schedule();
}

bool uk_schedprio_wake(struct uk_thread *t)
{
	if (t->flags & UK_THREADF_RUNNABLE)
		return false;
	uk_thread_wake_isr(t);
	return current == &idle || t->level > current->level;
}

static void threads_add(struct uk_sched *s, struct uk_thread *t)
{
	t->older = s->youngest;
	t->younger = NULL;
	*(s->youngest ? &s->youngest->younger : &s->oldest) = t;
	s->youngest = t;
}

static void threads_remove(struct uk_sched *s, struct uk_thread *t)
{
	*(t->older ? &t->older->younger : &s->oldest) = t->younger;
	*(t->younger ? &t->younger->older : &s->youngest) = t->older;
}

int uk_sched_thread_add(struct uk_sched *s, struct uk_thread *t)
{
	t->sched = s;
	threads_add(s, t);
	if (is_runnable(t)) {
		ready_append(t);
		consider(t);
	}
	return 0;
}

void uk_sched_thread_terminate(struct uk_thread *t)
{
	if (is_runnable(t))
		ready_take(t);
	else if (t->wakeup_time)
		sleeper_take(t);
	threads_remove(t->sched, t);
	t->sched = NULL;
	t->flags |= UK_THREADF_EXITED;
	if (t != current) {
		uk_thread_release(t);
		return;
	}
	t->next = exited;
	exited = t;
	host_masked = true;
	schedule();
	abort();
}

void uk_sched_thread_exit(void)
{
	uk_sched_thread_terminate(current);
	abort();
}

int uk_schedprio_thread_prio_set(struct uk_thread *t, unsigned int prio)
{
	bool queued = t->sched && is_runnable(t);

	if (prio >= UK_SCHEDPRIO_LEVELS)
		return -22;
	if (queued)
		ready_take(t);
	t->level = prio;
	if (queued) {
		ready_append(t);
		if (ready_first() != current)
			pending = true;
	}
	return 0;
}

void uk_schedprio_thread_prio_init(struct uk_thread *t, unsigned int prio)
{
	t->level = prio;
}

unsigned int uk_schedprio_thread_prio_get(const struct uk_thread *t)
{
	return t->level;
}

void host_stop_current(void)
{
	locks = 0;
	uk_thread_block(current);
	schedule();
	abort();
}

/* ---- For time and interrupts ---- */

bool host_in_thread(void)
{
	return current != &idle;
}

__nsec host_sleeper_next(void)
{
	return sleepers ? (__nsec)sleepers->wakeup_time : UK_SCHEDPRIO_NEVER;
}

void host_sleepers_wake(__nsec now)
{
	while (host_sleeper_next() <= now)
		uk_thread_wake_isr(sleepers);
}

void host_slice_end(void)
{
	if (slicing && current != &idle && is_runnable(current)
	    && ready[current->level]->next) {
		ready_take(current);
		ready_append(current);
		pending = true;
	}
}

/* ---- Consistency ---- */

static void check(bool holds, const char *what, const struct uk_thread *t)
{
	if (!holds)
		host_print("host core: thread %s %s\n", t->name, what);
}

void host_check(void)
{
	const struct uk_thread *t;
	unsigned int level;

	for (level = 0; level < UK_SCHEDPRIO_LEVELS; level++) {
		for (t = ready[level]; t; t = t->next) {
			check(is_runnable(t), "is ready and blocked", t);
			check(t->level == level, "is in another's list", t);
			check(current != &idle, "is ready, nobody runs", t);
		}
	}
	for (t = sleepers; t; t = t->next) {
		check(!is_runnable(t), "sleeps and is runnable", t);
		check(!t->next || t->wakeup_time <= t->next->wakeup_time,
		      "sleeps in the wrong order", t);
	}
	if (current != &idle)
		check(is_runnable(current), "runs and is blocked", current);
}
