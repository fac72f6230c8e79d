/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract in one host process: contexts, virtual time, said interrupts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk_host.h>

/* glibc's printf and a sanitizer need more than a task's few KiB. */
#define HOST_STACK_BYTES	(256 * 1024)
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

/* Let @p n more allocations succeed and then none; -1: all succeed. */
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
	size_t *block;

	if (fail_after == 0 || size > a->total)
		return NULL;
	if (fail_after > 0)
		fail_after--;
	block = malloc(size + 16);
	block[0] = size;
	live_blocks++;
	live_bytes += size;
	return block + 2;
}

void uk_free(struct uk_alloc *a, void *ptr)
{
	size_t *block = (size_t *)ptr - 2;

	(void)a;
	live_blocks--;
	live_bytes -= block[0];
	memset(ptr, 0xdd, block[0]);
	free(block);
}

__ssz uk_alloc_availmem(struct uk_alloc *a)
{
	return (__ssz)(a->total - live_bytes);
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

static struct uk_sched scheduler = { &heap };
static struct uk_thread idle = { .name = "idle", .sched = &scheduler };
static struct uk_thread *current = &idle;
static struct uk_thread *ready[UK_SCHEDPRIO_LEVELS];
static struct uk_thread *sleepers[256];
static struct uk_thread *exited;
static ucontext_t outside;
static bool masked, pending;
static unsigned int locks;
static bool slicing = true;
static struct uk_thread *spinning;
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
	current->fn(current->argp);
}

static void thread_setup(struct uk_thread *t, char *stack, size_t size)
{
	t->context = calloc(1, sizeof(*t->context));
	getcontext(t->context);
	t->context->uc_stack.ss_sp = stack;
	t->context->uc_stack.ss_size = size;
	makecontext(t->context, thread_entry, 0);
}

static void thread_fields(struct uk_thread *t, uk_thread_fn1_t fn, void *argp,
			  const char *name, uk_thread_dtor_t dtor)
{
	memset(t, 0, sizeof(*t));
	t->fn = fn;
	t->argp = argp;
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
	thread_fields(t, fn, argp, name, dtor);
	t->ectx = ectx;
	t->stack = stack;
	t->stack_a = a_stack;
	thread_setup(t, stack, stack_len);
	return 0;
}

int uk_thread_init_bare_fn1(struct uk_thread *t, uk_thread_fn1_t fn,
			    void *argp, uintptr_t sp, uintptr_t auxsp,
			    uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor)
{
	(void)auxsp, (void)tlsp, (void)is_uktls, (void)priv;
	thread_fields(t, fn, argp, name, dtor);
	t->ectx = ectx;
	/* Whoever brings a stack to the host core brings a large one. */
	thread_setup(t, (char *)sp - HOST_STACK_BYTES, HOST_STACK_BYTES);
	return 0;
}

void uk_thread_release(struct uk_thread *t)
{
	/* As Unikraft: the destructor may free the thread itself. */
	struct uk_alloc *stack_a = t->stack_a;
	void *stack = t->stack;

	free(t->context);
	if (t->dtor)
		t->dtor(t);
	if (stack)
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

static void sleeper_set(struct uk_thread *from, struct uk_thread *to)
{
	size_t i;

	for (i = 0; i < sizeof(sleepers) / sizeof(sleepers[0]); i++) {
		if (sleepers[i] == from) {
			sleepers[i] = to;
			return;
		}
	}
	if (!from)
		abort();
}

/* ---- Switching ---- */

/* To the first of the highest level; masked, and from a thread. */
static void schedule(void)
{
	struct uk_thread *prev = current, *next = ready_first();
	bool was_masked = masked;

	if (locks && is_runnable(prev))
		return;
	pending = false;
	if (next == prev)
		return;
	if (watch)
		watch(prev, next);
	current = next;
	/* What exits is freed outside: its context must outlive this. */
	swapcontext(prev->context,
		    next == &idle ? &outside : next->context);
	masked = was_masked;
}

static struct uk_thread *first_sleeper(void);

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

void uk_schedprio_lock(void)
{
	locks++;
}

void uk_schedprio_unlock(void)
{
	if (locks == 0)
		host_crash("uk_schedprio_unlock without a lock\n");
	if (--locks == 0)
		uk_schedprio_preempt();
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
		if (current != &idle) {
			if (watch)
				watch(&idle, current);
			swapcontext(&outside, current->context);
		}
		masked = false;
		while ((t = exited)) {
			exited = t->next;
			uk_thread_release(t);
		}
	} while (ready_first() != &idle);
}

void uk_schedprio_watch(uk_schedprio_watch_func_t look)
{
	watch = look;
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
	struct uk_thread *first = first_sleeper();
	__nsec when = host_alarm_next();

	if (ready_first() != current || current->next)
		return 0;
	if (first && (__nsec)first->wakeup_time < when)
		when = (__nsec)first->wakeup_time;
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

void host_slice(void)
{
	if (slicing && current != &idle && ready[current->level]->next) {
		ready_take(current);
		ready_append(current);
		pending = true;
		uk_schedprio_preempt();
	}
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
			sleeper_set(NULL, t);
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
			sleeper_set(t, NULL);
		ready_append(t);
		consider(t);
	}
	t->wakeup_time = 0;
}

int uk_sched_thread_add(struct uk_sched *s, struct uk_thread *t)
{
	t->sched = s;
	if (is_runnable(t)) {
		ready_append(t);
		consider(t);
	}
	return 0;
}

void uk_sched_thread_terminate(struct uk_thread *t)
{
	if (!is_runnable(t))
		host_crash("uk_sched_thread_terminate of a blocked thread\n");
	ready_take(t);
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

/* ---- Time ---- */

__nsec ukplat_monotonic_clock(void)
{
	return now_ns;
}

static struct uk_thread *first_sleeper(void)
{
	struct uk_thread *first = NULL;
	size_t i;

	for (i = 0; i < sizeof(sleepers) / sizeof(sleepers[0]); i++)
		if (sleepers[i] && (!first || sleepers[i]->wakeup_time
					      < first->wakeup_time))
			first = sleepers[i];
	return first;
}

static void alarms_deliver(void);

static __nsec next_event(void)
{
	struct uk_thread *t = first_sleeper();
	__nsec when = host_alarm_next();

	return t && (__nsec)t->wakeup_time < when ? (__nsec)t->wakeup_time
						  : when;
}

static void wake_sleepers(void)
{
	struct uk_thread *t;

	while ((t = first_sleeper()) && (__nsec)t->wakeup_time <= now_ns)
		uk_thread_wake_isr(t);
}

void host_advance(__nsec ns)
{
	__nsec end = now_ns + ns;

	host_run();
	while (next_event() <= end) {
		if (next_event() > now_ns)
			now_ns = next_event();
		wake_sleepers();
		alarms_deliver();
		host_run();
	}
	now_ns = end;
}

/* Let time pass while a thread runs: deadlines just pass, alarms interrupt. */
void host_spend(__nsec ns)
{
	now_ns += ns;
	wake_sleepers();
	alarms_deliver();
}

/* ---- Interrupts ---- */

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

static struct {
	uk_intctlr_irq_handler_func_t handler;
	void *arg;
	bool raised;
} irqs[HOST_IRQS];

static void irqs_deliver(void)
{
	volatile unsigned int irq;

	if (masked || host_in_isr)
		return;
	alarms_deliver();
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
