/* SPDX-License-Identifier: BSD-3-Clause */
/* The scheduler interface: what any scheduler offers to threads. */
#ifndef __UK_SCHED_H__
#define __UK_SCHED_H__

#include <errno.h>
#include <uk/alloc.h>
#include <uk/arch/types.h>
#include <uk/assert.h>
#include <uk/essentials.h>
#include <uk/plat/tls.h>
#include <uk/thread.h>

struct uk_sched;

static inline struct uk_sched *uk_sched_current(void)
{
	struct uk_thread *t = uk_thread_current();

	return t ? t->sched : NULL;
}

typedef void (*uk_sched_yield_func_t)(struct uk_sched *s);
typedef int (*uk_sched_thread_add_func_t)(struct uk_sched *s,
					  struct uk_thread *t);
typedef void (*uk_sched_thread_remove_func_t)(struct uk_sched *s,
					      struct uk_thread *t);
typedef void (*uk_sched_thread_blocked_func_t)(struct uk_sched *s,
					       struct uk_thread *t);
typedef void (*uk_sched_thread_woken_func_t)(struct uk_sched *s,
					     struct uk_thread *t);
typedef const struct uk_thread *(*uk_sched_idle_thread_func_t)
	(struct uk_sched *s, unsigned int proc_id);
typedef int (*uk_sched_start_t)(struct uk_sched *s, struct uk_thread *main);

struct uk_sched {
	uk_sched_yield_func_t yield;
	uk_sched_thread_add_func_t thread_add;
	uk_sched_thread_remove_func_t thread_remove;
	uk_sched_thread_blocked_func_t thread_blocked;
	uk_sched_thread_woken_func_t thread_woken;
	uk_sched_thread_woken_func_t thread_woken_isr;
	uk_sched_idle_thread_func_t idle_thread;
	uk_sched_start_t sched_start;

	bool is_started;
	struct uk_thread_list thread_list;
	struct uk_thread_list exited_threads;
	struct uk_alloc *a;
	struct uk_alloc *a_stack;
	struct uk_alloc *a_auxstack;
	struct uk_alloc *a_uktls;
	struct uk_sched *next;
};

static inline void uk_sched_yield(void)
{
	struct uk_sched *s = uk_thread_current()->sched;

	s->yield(s);
}

/*
 * Let a thread that was just woken run at once if it ought to. Does nothing
 * while interrupts are masked: the next call, or interrupt, makes up for it.
 */
void ukplat_preempt_point(void);

int uk_sched_thread_add(struct uk_sched *s, struct uk_thread *t);
int uk_sched_thread_remove(struct uk_thread *t);

static inline void uk_sched_thread_blocked(struct uk_thread *t)
{
	t->sched->thread_blocked(t->sched, t);
}

static inline void uk_sched_thread_woken(struct uk_thread *t)
{
	t->sched->thread_woken(t->sched, t);
}

static inline const struct uk_thread *uk_sched_idle_thread(struct uk_sched *s,
							   unsigned int proc_id)
{
	return s->idle_thread ? s->idle_thread(s, proc_id) : NULL;
}

int uk_sched_start(struct uk_sched *sched);

/* stack_len 0: the default (CONFIG_STACK_SIZE_PAGE_ORDER). NULL: no memory. */
struct uk_thread *uk_sched_thread_create_fn1(struct uk_sched *s,
					     uk_thread_fn1_t fn1, void *argp,
					     size_t stack_len,
					     size_t auxstack_len,
					     bool no_uktls, bool no_ectx,
					     const char *name, void *priv,
					     uk_thread_dtor_t dtor);

#define uk_sched_thread_create(s, fn1, argp, name)		\
	uk_sched_thread_create_fn1((s), (fn1), (void *)(argp),	\
				   0x0, 0x0, false, false,	\
				   (name), NULL, NULL)

#define uk_sched_foreach_thread(sched, itr) \
	UK_TAILQ_FOREACH((itr), &(sched)->thread_list, thread_list)
#define uk_sched_foreach_thread_safe(sched, itr, tmp) \
	UK_TAILQ_FOREACH_SAFE((itr), &(sched)->thread_list, thread_list, (tmp))

void uk_sched_thread_sleep(__nsec nsec);
void uk_sched_thread_exit(void) __noreturn;
void uk_sched_thread_exit2(uk_thread_gc_t gc_fn, void *gc_argp) __noreturn;
void uk_sched_thread_terminate(struct uk_thread *thread);

#endif /* __UK_SCHED_H__ */
