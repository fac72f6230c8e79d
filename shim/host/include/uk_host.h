/* SPDX-License-Identifier: BSD-3-Clause */
/* The contract's declarations for the host core. */
#ifndef UK_HOST_H
#define UK_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#undef __noinline
#undef __noreturn
#undef __weak
#define __noinline		__attribute__((noinline))
#define __noreturn		__attribute__((noreturn))
#define __weak			__attribute__((weak))
#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define ALIGN_UP(v, a)		(((v) + (a) - 1) & ~((a) - 1))
#define MIN(a, b)		((a) < (b) ? (a) : (b))
#define MAX(a, b)		((a) > (b) ? (a) : (b))
#define MIN(a, b)		((a) < (b) ? (a) : (b))
#define __offsetof(t, m)	__builtin_offsetof(t, m)
#define __containerof(p, t, m)	((t *)((char *)(p) - __offsetof(t, m)))

typedef unsigned long __sz;
typedef long __ssz;
typedef unsigned long __uptr;
typedef unsigned int __u32;
typedef long __sptr;
typedef unsigned long __nsec;
typedef long __snsec;
typedef struct {
	uint32_t counter;
} __atomic;

/* ---- uk/assert.h, uk/print.h ---- */

void host_print(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void host_crash(const char *fmt, ...)
	__attribute__((format(printf, 1, 2), noreturn));

#define uk_pr_crit(...)	host_print(__VA_ARGS__)
#define uk_pr_err(...)	host_print(__VA_ARGS__)
#define UK_CRASH(...)	host_crash(__VA_ARGS__)
#define UK_ASSERT(x)	((x) ? (void)0 : host_crash("assertion " #x "\n"))

/* ---- uk/plat ---- */

void ukplat_lcpu_enable_irq(void);
void ukplat_lcpu_disable_irq(void);
unsigned long ukplat_lcpu_save_irqf(void);
void ukplat_lcpu_restore_irqf(unsigned long flags);
void ukplat_lcpu_halt_irq(void);
int ukplat_lcpu_irqs_disabled(void);
__nsec ukplat_monotonic_clock(void);

/* ---- uk/alloc.h ---- */

struct uk_alloc {
	__sz total;
};

struct uk_alloc *uk_alloc_get_default(void);
void *uk_malloc(struct uk_alloc *a, __sz size);
void uk_free(struct uk_alloc *a, void *ptr);
__ssz uk_alloc_availmem(struct uk_alloc *a);
__ssz uk_alloc_maxalloc(struct uk_alloc *a);
int uk_alloc_addmem(struct uk_alloc *a, void *base, __sz size);

/* ---- uk/arch/ctx.h ---- */

struct ukarch_ectx;
__sz ukarch_ectx_size(void);
__sz ukarch_ectx_align(void);
void ukarch_ectx_init(struct ukarch_ectx *state);
#define ukarch_gen_sp(base, len)	(((__uptr)(base) + (len)) & ~15UL)

/* ---- uk/thread.h ---- */

struct uk_sched;
struct uk_thread;
struct host_fiber;

typedef void (*uk_thread_dtor_t)(struct uk_thread *);
typedef void (*uk_thread_fn1_t)(void *) __noreturn;
typedef void (*uk_thread_fn2_t)(void *, void *) __noreturn;

#define UK_THREADF_ECTX		0x001
#define UK_THREADF_RUNNABLE	0x008
#define UK_THREADF_EXITED	0x010

struct uk_thread {
	struct uk_thread *next;		/* ready, or exited */
	struct uk_sched *sched;
	struct ukarch_ectx *ectx;
	uint32_t flags;
	unsigned int level;
	__snsec wakeup_time;
	uk_thread_dtor_t dtor;
	const char *name;
	void *stack;
	struct uk_alloc *stack_a;	/* NULL: the stack is the creator's */
	uk_thread_fn2_t fn;
	void *argp[2];
	struct host_fiber *fiber;
	struct uk_thread *older;	/* all of the scheduler */
	struct uk_thread *younger;
};

struct uk_thread *uk_thread_current(void);
int uk_thread_init_bare_fn2(struct uk_thread *t, uk_thread_fn2_t fn,
			    void *argp0, void *argp1, uintptr_t sp,
			    uintptr_t auxsp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor);
int uk_thread_init_fn1(struct uk_thread *t, uk_thread_fn1_t fn, void *argp,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_auxstack, size_t auxstack_len,
		       struct uk_alloc *a_uktls, bool custom_ectx,
		       struct ukarch_ectx *ectx, const char *name,
		       void *priv, uk_thread_dtor_t dtor);
void uk_thread_release(struct uk_thread *t);
void uk_thread_block_until(struct uk_thread *thread, __snsec until);
void uk_thread_block(struct uk_thread *thread);
void uk_thread_wake_isr(struct uk_thread *thread);

/* ---- uk/sched.h, uk/schedprio.h ---- */

/* glibc's printf and a sanitizer need more than a task's few KiB. */
#define HOST_STACK_BYTES	(256 * 1024)

struct uk_sched {
	struct uk_alloc *a_stack;
	struct uk_thread *oldest;
	struct uk_thread *youngest;
};

#define uk_sched_foreach_thread(s, t)					\
	for ((t) = (s)->oldest; (t); (t) = (t)->younger)

struct uk_sched *uk_sched_current(void);
const struct uk_thread *uk_sched_idle_thread(struct uk_sched *s,
					     unsigned int proc_id);
void uk_sched_yield(void);
int uk_sched_thread_add(struct uk_sched *s, struct uk_thread *t);
void uk_sched_thread_terminate(struct uk_thread *thread);
void uk_sched_thread_exit(void) __noreturn;

#define UK_SCHEDPRIO_LEVELS	64
int uk_schedprio_thread_prio_set(struct uk_thread *t, unsigned int prio);
void uk_schedprio_thread_prio_init(struct uk_thread *t, unsigned int prio);
unsigned int uk_schedprio_thread_prio_get(const struct uk_thread *t);
bool uk_schedprio_preempt_pending(void);
void uk_schedprio_preempt(void);
void uk_schedprio_restore_irqf(unsigned long flags);
void uk_schedprio_lock(void);
void uk_schedprio_unlock(void);
unsigned int uk_schedprio_locked(void);
void uk_schedprio_yield(void);
void uk_schedprio_block(__snsec until);
bool uk_schedprio_wake(struct uk_thread *t);

struct uk_schedprio_alarm;
typedef void (*uk_schedprio_alarm_func_t)(struct uk_schedprio_alarm *alarm,
					  __nsec deadline);

struct uk_schedprio_alarm {
	uk_schedprio_alarm_func_t fire;
	struct uk_schedprio_alarm *next;
	__nsec deadline;
};

void uk_schedprio_alarm_set(struct uk_schedprio_alarm *alarm, __nsec deadline);
void uk_schedprio_alarm_clear(struct uk_schedprio_alarm *alarm);

typedef void (*uk_schedprio_watch_func_t)(struct uk_thread *prev,
					  struct uk_thread *next);
void uk_schedprio_watch(uk_schedprio_watch_func_t watch);
void uk_schedprio_hold(bool on);
void uk_schedprio_slicing(bool on);
void uk_schedprio_gc(void);

#define UK_SCHEDPRIO_NEVER	((__nsec)-1)
__nsec uk_schedprio_idle_until(void);

/* ---- uk/intctlr.h ---- */

typedef int (*uk_intctlr_irq_handler_func_t)(void *);
int uk_intctlr_irq_register(unsigned int irq,
			    uk_intctlr_irq_handler_func_t handler, void *arg);
int uk_intctlr_irq_unregister(unsigned int irq,
			      uk_intctlr_irq_handler_func_t handler);

/* ---- For port_host.h, and for the tests ---- */

extern bool host_in_isr;

/* When the first alarm is due; UK_SCHEDPRIO_NEVER: none is set. */
__nsec host_alarm_next(void);

/* Call what is due at @p now. */
void host_alarms_fire(__nsec now);

#include "../host.h"

#endif /* UK_HOST_H */
