/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads: their state, creation, blocking and waking. */
#ifndef __UK_THREAD_H__
#define __UK_THREAD_H__

#include <stdbool.h>
#include <stdint.h>
#include <uk/alloc.h>
#include <uk/arch/ctx.h>
#include <uk/arch/lcpu.h>
#include <uk/arch/time.h>
#include <uk/essentials.h>
#include <uk/list.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/tls.h>
#include <uk/prio.h>
#include <uk/wait_types.h>

struct uk_sched;
struct uk_thread;

typedef void (*uk_thread_dtor_t)(struct uk_thread *);
typedef void (*uk_thread_gc_t)(struct uk_thread *, void *);

typedef void (*uk_thread_fn0_t)(void) __noreturn;
typedef void (*uk_thread_fn1_t)(void *) __noreturn;
typedef void (*uk_thread_fn2_t)(void *, void *) __noreturn;

/* What uk_thread_release() frees; lies at the top of the thread's stack. */
struct uk_thread_allocs {
	struct uk_alloc *t_a;		/* of the thread itself, or NULL */
	struct uk_alloc *stack_a;
	void *uktls;
	struct uk_alloc *uktls_a;
};

/*
 * There is one of these in each FreeRTOS task, so it has nothing in it that
 * can be elsewhere. Of Unikraft's fields the thread pointer of its own
 * (uktlsp) and the auxiliary stack have no use here, and nobody counts
 * exec_time.
 */
struct uk_thread {
	struct ukarch_ctx ctx;		/* where it goes on */
	struct ukarch_ectx *ectx;	/* FP/SIMD state, NULL: may not use it */
	uintptr_t tlsp;			/* active thread pointer */

	union {
		UK_TAILQ_ENTRY(struct uk_thread) queue;	/* ready, sleeping */
		struct {		/* or exited */
			uk_thread_gc_t _gc_fn;
			void *_gc_argp;
		};
	};
	uint32_t flags;			/* UK_THREADF_*; bits 24-31 are the
					 * scheduler's
					 */
	__snsec wakeup_time;		/* 0: none */
	struct uk_sched *sched;

	struct {
		void *stack;		/* its lowest byte; NULL: not known */
		struct uk_thread_allocs *allocs;	/* NULL: none */
	} _mem;

	uk_thread_dtor_t dtor;
	void *priv;			/* the creator's */

	const char *name;
	UK_TAILQ_ENTRY(struct uk_thread) thread_list;
};

UK_TAILQ_HEAD(uk_thread_list, struct uk_thread);

#define uk_thread_terminate(thread)	uk_sched_thread_terminate(thread)
#define uk_thread_exit()		uk_sched_thread_exit()

extern UKPLAT_PER_LCPU_DEFINE(struct uk_thread *, __uk_sched_thread_current);

static inline struct uk_thread *uk_thread_current(void)
{
	return ukplat_per_lcpu_current(__uk_sched_thread_current);
}

#define UK_THREADF_ECTX		(0x001)
#define UK_THREADF_AUXSP	(0x002)
#define UK_THREADF_UKTLS	(0x004)
#define UK_THREADF_RUNNABLE	(0x008)
#define UK_THREADF_EXITED	(0x010)
#define UK_THREADF_QUEUEABLE	(0x020)

#define uk_thread_is_exited(t)		((t)->flags & UK_THREADF_EXITED)
#define uk_thread_is_runnable(t)					\
	(((t)->flags & (UK_THREADF_EXITED | UK_THREADF_RUNNABLE))	\
	 == UK_THREADF_RUNNABLE)
#define uk_thread_is_blocked(t) \
	(((t)->flags & (UK_THREADF_EXITED | UK_THREADF_RUNNABLE)) == 0)
#define uk_thread_is_queueable(t)	((t)->flags & UK_THREADF_QUEUEABLE)

#define uk_thread_set_runnable(t) \
	do { (t)->flags |= UK_THREADF_RUNNABLE; } while (0)
#define uk_thread_set_blocked(t) \
	do { (t)->flags &= ~UK_THREADF_RUNNABLE; } while (0)
#define uk_thread_set_queueable(t) \
	do { (t)->flags |= UK_THREADF_QUEUEABLE; } while (0)
#define uk_thread_clear_queueable(t) \
	do { (t)->flags &= ~UK_THREADF_QUEUEABLE; } while (0)

void uk_thread_set_exited(struct uk_thread *t);

/*
 * Initialise a thread in memory of the caller's. @p sp is the top of its
 * stack, @p ectx room for FP state (UKARCH_ECTX_SIZE bytes, 16 aligned) or
 * NULL. Returns 0.
 */
int uk_thread_init_bare_fn0(struct uk_thread *t, uk_thread_fn0_t fn,
			    uintptr_t sp, uintptr_t auxsp, uintptr_t tlsp,
			    bool is_uktls, struct ukarch_ectx *ectx,
			    const char *name, void *priv,
			    uk_thread_dtor_t dtor);
int uk_thread_init_bare_fn1(struct uk_thread *t, uk_thread_fn1_t fn,
			    void *argp, uintptr_t sp, uintptr_t auxsp,
			    uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor);
int uk_thread_init_bare_fn2(struct uk_thread *t, uk_thread_fn2_t fn,
			    void *argp0, void *argp1, uintptr_t sp,
			    uintptr_t auxsp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor);

/*
 * Initialise a thread and allocate its stack and FP state. Returns 0 or
 * -ENOMEM.
 */
int uk_thread_init_fn1(struct uk_thread *t, uk_thread_fn1_t fn, void *argp,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_auxstack, size_t auxstack_len,
		       struct uk_alloc *a_uktls, bool custom_ectx,
		       struct ukarch_ectx *ectx, const char *name,
		       void *priv, uk_thread_dtor_t dtor);

/* The same, with the thread itself allocated. NULL: no memory. */
struct uk_thread *uk_thread_create_fn1(struct uk_alloc *a, uk_thread_fn1_t fn,
				       void *argp, struct uk_alloc *a_stack,
				       size_t stack_len,
				       struct uk_alloc *a_auxstack,
				       size_t auxstack_len,
				       struct uk_alloc *a_uktls, bool no_ectx,
				       const char *name, void *priv,
				       uk_thread_dtor_t dtor);

void uk_thread_release(struct uk_thread *t);
void uk_thread_block_until(struct uk_thread *thread, __snsec until);
void uk_thread_block_timeout(struct uk_thread *thread, __nsec nsec);
void uk_thread_block(struct uk_thread *thread);
void uk_thread_wake(struct uk_thread *thread);

#endif /* __UK_THREAD_H__ */
