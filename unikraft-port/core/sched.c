/* SPDX-License-Identifier: BSD-3-Clause */
/* What every scheduler shares: its threads' births and deaths. */
#include <errno.h>
#include <uk/arch/limits.h>
#include <uk/plat/time.h>
#include <uk/sched_impl.h>
#include <uk/schedprio.h>

/* The thread that the boot became: on the boot stack, never freed. */
static struct uk_thread main_thread;
static __align(UKARCH_ECTX_ALIGN) __u8 main_ectx[UKARCH_ECTX_SIZE];

void ukplat_preempt_point(void)
{
	if (uk_schedprio_preempt_pending() && !ukplat_lcpu_irqs_disabled())
		uk_schedprio_preempt();
}

int uk_sched_register(struct uk_sched *s)
{
	s->next = NULL;
	return 0;
}

int uk_sched_start(struct uk_sched *s)
{
	int rc;

	/* It runs already, on the stack that it has; all else is 0. */
	main_thread.name = "main";
	main_thread.tlsp = ukplat_tlsp_get();
	main_thread.ectx = (struct ukarch_ectx *)main_ectx;
	main_thread.flags = UK_THREADF_RUNNABLE | UK_THREADF_ECTX;
	main_thread.sched = s;
	ukplat_per_lcpu_current(__uk_sched_thread_current) = &main_thread;
	UK_TAILQ_INSERT_TAIL(&s->thread_list, &main_thread, thread_list);
	rc = s->sched_start(s, &main_thread);
	s->is_started = rc >= 0;
	return rc;
}

int uk_sched_thread_add(struct uk_sched *s, struct uk_thread *t)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	int rc;

	/* Set first: the callback may ask whose thread it is. */
	t->sched = s;
	rc = s->thread_add(s, t);
	if (rc < 0)
		t->sched = NULL;
	else
		UK_TAILQ_INSERT_TAIL(&s->thread_list, t, thread_list);
	ukplat_lcpu_restore_irqf(flags);
	ukplat_preempt_point();
	return rc;
}

int uk_sched_thread_remove(struct uk_thread *t)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct uk_sched *s = t->sched;

	s->thread_remove(s, t);
	t->sched = NULL;
	UK_TAILQ_REMOVE(&s->thread_list, t, thread_list);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

struct uk_thread *uk_sched_thread_create_fn1(struct uk_sched *s,
					     uk_thread_fn1_t fn1, void *argp,
					     size_t stack_len,
					     size_t auxstack_len,
					     bool no_uktls, bool no_ectx,
					     const char *name, void *priv,
					     uk_thread_dtor_t dtor)
{
	struct uk_thread *t;

	t = uk_thread_create_fn1(s->a, fn1, argp, s->a_stack, stack_len,
				 s->a_auxstack, auxstack_len,
				 no_uktls ? NULL : s->a_uktls, no_ectx,
				 name, priv, dtor);
	if (t && uk_sched_thread_add(s, t) < 0) {
		uk_thread_release(t);
		return NULL;
	}
	return t;
}

unsigned int uk_sched_thread_gc(struct uk_sched *s)
{
	struct uk_thread *t, *tmp;
	unsigned int freed = 0;

	UK_TAILQ_FOREACH_SAFE(t, &s->exited_threads, thread_list, tmp) {
		UK_TAILQ_REMOVE(&s->exited_threads, t, thread_list);
		if (t->_gc_fn)
			t->_gc_fn(t, t->_gc_argp);
		uk_thread_release(t);
		freed++;
	}
	return freed;
}

void uk_sched_thread_exit2(uk_thread_gc_t gc_fn, void *gc_argp)
{
	struct uk_thread *self = uk_thread_current();
	struct uk_sched *s = self->sched;

	UK_ASSERT(s);
	/* From here on nobody may switch away before the list has it. */
	ukplat_lcpu_disable_irq();
	uk_sched_thread_remove(self);
	uk_thread_set_exited(self);
	self->_gc_fn = gc_fn;
	self->_gc_argp = gc_argp;
	UK_TAILQ_INSERT_TAIL(&s->exited_threads, self, thread_list);
	s->yield(s);
	UK_CRASH("a thread that exited runs on\n");
}

void uk_sched_thread_terminate(struct uk_thread *t)
{
	UK_ASSERT(t->sched);
	if (t == uk_thread_current())
		uk_sched_thread_exit2(NULL, NULL);
	uk_sched_thread_remove(t);
	uk_thread_set_exited(t);
	uk_thread_release(t);
}

void uk_sched_thread_exit(void)
{
	uk_sched_thread_exit2(NULL, NULL);
}

void uk_sched_thread_sleep(__nsec nsec)
{
	uk_thread_block_timeout(uk_thread_current(), nsec);
	uk_sched_yield();
}
