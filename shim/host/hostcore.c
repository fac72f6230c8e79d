/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract in one host process: contexts, virtual time, said interrupts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk_host.h>
#include "host_world.h"

#define HOST_IRQS		64
#define HOST_HEAP_BYTES		(64UL * 1024 * 1024)

/* ---- Output ---- */

static char output[8192];
static size_t output_length;

static void append(const char *fmt, va_list ap)
{
	size_t room = sizeof(output) - output_length;
	int n = vsnprintf(output + output_length, room, fmt, ap);

	output_length += (size_t)n < room ? (size_t)n : room - 1;
}

void host_print(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(fmt, ap);
	va_end(ap);
}

const char *host_output(void)
{
	output_length = 0;
	return output;
}

/* ---- Memory ---- */

static struct uk_alloc heap = { HOST_HEAP_BYTES };
static long live_blocks, fail_after = -1;
static size_t live_bytes;

void host_fail_after(long n)
{
	fail_after = n;
}

long host_live_blocks(void)
{
	return live_blocks;
}

struct uk_alloc *uk_alloc_get_default(void)
{
	return &heap;
}

void *uk_malloc(struct uk_alloc *a, __sz size)
{
	void *block;

	if (fail_after == 0 || size > a->total)
		return NULL;
	if (fail_after > 0)
		fail_after--;
	block = host_obtain(size);
	/* Nothing may count on zeroes; a whole stack is left alone. */
	if (size < HOST_STACK_BYTES)
		memset(block, 0xa5, size);
	live_blocks++;
	live_bytes += size;
	return block;
}

void uk_free(struct uk_alloc *a, void *ptr)
{
	(void)a;
	live_blocks--;
	live_bytes -= host_release(ptr);
}

__ssz uk_alloc_availmem(struct uk_alloc *a)
{
	return (__ssz)(a->total - live_bytes);
}

__ssz uk_alloc_maxalloc(struct uk_alloc *a)
{
	return uk_alloc_availmem(a);
}

/* Only the account grows: the memory itself is libc's. */
int uk_alloc_addmem(struct uk_alloc *a, void *base, __sz size)
{
	if (!base || size < 64)
		return -22;
	a->total += size;
	return 0;
}

__sz ukarch_ectx_size(void)
{
	return 528;
}

__sz ukarch_ectx_align(void)
{
	return 16;
}

void ukarch_ectx_init(struct ukarch_ectx *state)
{
	memset(state, 0, ukarch_ectx_size());
}

/* ---- Threads ---- */

static struct uk_sched scheduler = { .a_stack = &heap };
static struct uk_thread idle = { .name = "idle", .sched = &scheduler };
static struct uk_thread *current = &idle;
static struct uk_thread *ready[UK_SCHEDPRIO_LEVELS];
static struct uk_thread *sleepers;
static struct uk_thread *exited;
static bool masked, pending;
static unsigned int locks;
static bool held;			/* the running thread */
static bool slicing = true;
static struct uk_thread *spinning;	/* until host_run() */
static uk_schedprio_watch_func_t watch;
static __nsec now_ns;
bool host_in_isr;
static jmp_buf handler_exit;

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

static void thread_entry(void)
{
	masked = false;
	current->fn(current->argp[0], current->argp[1]);
}

static void thread_fields(struct uk_thread *t, uk_thread_fn2_t fn,
			  void *argp0, void *argp1, const char *name,
			  uk_thread_dtor_t dtor)
{
	memset(t, 0, sizeof(*t));
	t->fn = fn;
	t->argp[0] = argp0;
	t->argp[1] = argp1;
	t->name = name;
	t->dtor = dtor;
	t->level = 1;
	t->flags = UK_THREADF_RUNNABLE;
}

int uk_thread_init_fn1(struct uk_thread *t, uk_thread_fn1_t fn, void *argp,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_auxstack, size_t auxstack_len,
		       struct uk_alloc *a_uktls, bool custom_ectx,
		       struct ukarch_ectx *ectx, const char *name,
		       void *priv, uk_thread_dtor_t dtor)
{
	void *stack;

	(void)a_auxstack, (void)auxstack_len, (void)a_uktls;
	(void)custom_ectx, (void)priv;
	stack_len = MAX(stack_len, (size_t)HOST_STACK_BYTES);
	stack = uk_malloc(a_stack, stack_len);
	if (!stack)
		return -12;
	/* A second argument does no harm. */
	thread_fields(t, (uk_thread_fn2_t)(void *)fn, argp, NULL, name, dtor);
	t->ectx = ectx;
	t->stack = stack;
	t->stack_a = a_stack;
	t->fiber = host_fiber_create(stack, stack_len, thread_entry);
	return 0;
}

int uk_thread_init_bare_fn2(struct uk_thread *t, uk_thread_fn2_t fn,
			    void *argp0, void *argp1, uintptr_t sp,
			    uintptr_t auxsp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor)
{
	(void)auxsp, (void)tlsp, (void)is_uktls, (void)priv;
	thread_fields(t, fn, argp0, argp1, name, dtor);
	t->ectx = ectx;
	/* Whoever brings a stack to the host core brings a large one. */
	t->fiber = host_fiber_create((char *)sp - HOST_STACK_BYTES,
				     HOST_STACK_BYTES, thread_entry);
	return 0;
}

void uk_thread_release(struct uk_thread *t)
{
	/* As Unikraft: the destructor may free the thread itself. */
	struct uk_alloc *stack_a = t->stack_a;
	void *stack = t->stack;

	host_release(t->fiber);
	if (t->dtor)
		t->dtor(t);
	if (stack_a)
		uk_free(stack_a, stack);
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
	bool was_masked = masked;

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
	masked = was_masked;
}

static void need_thread(const char *what)
{
	if (current == &idle || host_in_isr)
		host_crash("%s without a thread\n", what);
}

void uk_sched_yield(void)
{
	bool was_masked = masked;

	need_thread("uk_sched_yield");
	masked = true;
	if (is_runnable(current)) {
		ready_take(current);
		ready_append(current);
	}
	schedule();
	masked = was_masked;
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
	if (--locks == 0 && !masked)
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
	if (sleepers && (__nsec)sleepers->wakeup_time < when)
		when = (__nsec)sleepers->wakeup_time;
	return when;
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
		masked = false;
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
	masked = true;
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

void host_crash(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	append(fmt, ap);
	va_end(ap);
	/* A handler ends where it crashed; without a thread nothing can. */
	if (host_in_isr)
		longjmp(handler_exit, 1);
	if (current == &idle) {
		fputs(output, stderr);
		abort();
	}
	/* The thread stays where it crashed; the others go on. */
	locks = 0;
	uk_thread_block(current);
	schedule();
	abort();
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

/* ---- Time ---- */

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
	__nsec when = host_alarm_next();

	if (sleepers && (__nsec)sleepers->wakeup_time < when)
		when = (__nsec)sleepers->wakeup_time;
	if (when > end)
		return false;
	now_ns = MAX(now_ns, when);
	while (sleepers && (__nsec)sleepers->wakeup_time <= now_ns)
		uk_thread_wake_isr(sleepers);
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

static void slice_end(void)
{
	if (slicing && current != &idle && is_runnable(current)
	    && ready[current->level]->next) {
		ready_take(current);
		ready_append(current);
		pending = true;
	}
}

/* A thread runs unmasked: here an interrupt may come. */
static void point(void)
{
	struct host_injection *next = &injections[injection_next];

	points++;
	host_check();
	while (injection_next < injection_count && next->point == points) {
		if (next->irq == HOST_SLICE)
			slice_end();
		else
			irqs[next->irq % HOST_IRQS].raised = true;
		next = &injections[++injection_next];
	}
}

/* Alarms are due in the timer interrupt, which a mask holds back. */
static void alarms_deliver(void)
{
	if (masked || host_in_isr || host_alarm_next() > now_ns)
		return;
	host_in_isr = true;
	masked = true;
	if (!setjmp(handler_exit))
		host_alarms_fire(now_ns);
	masked = false;
	host_in_isr = false;
	uk_schedprio_preempt();
}

static void irqs_deliver(void)
{
	volatile unsigned int irq;

	if (masked || host_in_isr)
		return;
	alarms_deliver();
	if (current != &idle)
		point();
	for (irq = 0; irq < HOST_IRQS; irq++) {
		if (!irqs[irq].raised || !irqs[irq].handler)
			continue;
		irqs[irq].raised = false;
		host_in_isr = true;
		masked = true;
		if (!setjmp(handler_exit))
			irqs[irq].handler(irqs[irq].arg);
		masked = false;
		host_in_isr = false;
	}
	uk_schedprio_preempt();
}

void host_slice(void)
{
	slice_end();
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
	masked = true;
}

void ukplat_lcpu_enable_irq(void)
{
	masked = false;
	irqs_deliver();
}

unsigned long ukplat_lcpu_save_irqf(void)
{
	unsigned long flags = masked;

	masked = true;
	return flags;
}

void ukplat_lcpu_restore_irqf(unsigned long flags)
{
	masked = flags != 0;
	irqs_deliver();
}

int ukplat_lcpu_irqs_disabled(void)
{
	return masked;
}
