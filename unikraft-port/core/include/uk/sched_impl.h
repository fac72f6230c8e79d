/* SPDX-License-Identifier: BSD-3-Clause */
/* For the authors of schedulers: registration and the switch itself. */
#ifndef __UK_SCHED_IMPL_H__
#define __UK_SCHED_IMPL_H__

#include <uk/sched.h>

int uk_sched_register(struct uk_sched *s);

#define uk_sched_init(s, start_func, yield_func,			\
		      thread_add_func, thread_remove_func,		\
		      thread_blocked_func, thread_woken_func,		\
		      thread_woken_isr_func, idle_thread_func,		\
		      sched_a, sched_a_stack, sched_a_auxstack,		\
		      sched_a_uktls)					\
	do {								\
		(s)->sched_start = start_func;				\
		(s)->yield = yield_func;				\
		(s)->thread_add = thread_add_func;			\
		(s)->thread_remove = thread_remove_func;		\
		(s)->thread_blocked = thread_blocked_func;		\
		(s)->thread_woken = thread_woken_func;			\
		(s)->thread_woken_isr = thread_woken_isr_func;		\
		(s)->idle_thread = idle_thread_func;			\
		uk_sched_register((s));					\
		(s)->a = (sched_a);					\
		(s)->a_stack = (sched_a_stack);				\
		(s)->a_auxstack = (sched_a_auxstack);			\
		(s)->a_uktls = (sched_a_uktls);				\
		UK_TAILQ_INIT(&(s)->thread_list);			\
		UK_TAILQ_INIT(&(s)->exited_threads);			\
	} while (0)

/* Free the threads that have exited; returns how many. */
unsigned int uk_sched_thread_gc(struct uk_sched *sched);

/* Whose values the FP/SIMD registers hold; NULL: nobody's. */
extern struct uk_thread *ukplat_fp_owner;

/* Let only the owner of the FP/SIMD registers use them without a trap. */
void ukplat_fp_switch(struct uk_thread *next);

/* Leave the current thread for @p next; interrupts must be masked. */
static inline void uk_sched_thread_switch(struct uk_thread *next)
{
	struct uk_thread *prev = uk_thread_current();

	ukplat_per_lcpu_current(__uk_sched_thread_current) = next;
	prev->tlsp = ukplat_tlsp_get();
	ukplat_tlsp_set(next->tlsp);
	if (ukplat_fp_owner)
		ukplat_fp_switch(next);
	ukarch_ctx_switch(&prev->ctx, &next->ctx);
}

#endif /* __UK_SCHED_IMPL_H__ */
