/* SPDX-License-Identifier: BSD-3-Clause */
/* The host core's threads: fibers, made and released. */
#include <string.h>

#include <uk_host.h>
#include "host_core.h"
#include "host_world.h"

static void thread_entry(void)
{
	struct uk_thread *self = uk_thread_current();

	host_masked = false;
	self->fn(self->argp[0], self->argp[1]);
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
