/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads: what they need to start, block, wake and end. */
#include <errno.h>
#include <image.h>
#include <string.h>
#include <uk/arch/limits.h>
#include <uk/isr/thread.h>
#include <uk/plat/time.h>
#include <uk/sched_impl.h>
#include <uk/thread.h>

UKPLAT_PER_LCPU_DEFINE(struct uk_thread *, __uk_sched_thread_current);

/* vectors.S: calls x19 with x20 and x21 */
extern char ctx_first_entry[];

/* vectors.S: what a thread that left the processor has on its stack */
struct switch_frame {
	__u64 x29;
	__u64 x30;	/* where it goes on */
	__u64 x19_28[10];
};

/* AArch64 ELF TLS (variant 1): the thread pointer is 16 bytes before it. */
#define TCB_SIZE	16UL

static void ctx_init(struct ukarch_ctx *ctx, __uptr sp, __u64 entry,
		     long arg0, long arg1)
{
	struct switch_frame *frame;

	frame = (struct switch_frame *)(sp & ~UKARCH_SP_ALIGN_MASK) - 1;
	frame->x29 = 0;
	frame->x30 = (__u64)ctx_first_entry;
	frame->x19_28[0] = entry;
	frame->x19_28[1] = (__u64)arg0;
	frame->x19_28[2] = (__u64)arg1;
	ctx->sp = (__uptr)frame;
}

void ukarch_ctx_init_entry0(struct ukarch_ctx *ctx, __uptr sp,
			    int keep_regs __unused, ukarch_ctx_entry0 entry)
{
	ctx_init(ctx, sp, (__u64)entry, 0, 0);
}

void ukarch_ctx_init_entry1(struct ukarch_ctx *ctx, __uptr sp,
			    int keep_regs __unused, ukarch_ctx_entry1 entry,
			    long arg)
{
	ctx_init(ctx, sp, (__u64)entry, arg, 0);
}

void ukarch_ctx_init_entry2(struct ukarch_ctx *ctx, __uptr sp,
			    int keep_regs __unused, ukarch_ctx_entry2 entry,
			    long arg0, long arg1)
{
	ctx_init(ctx, sp, (__u64)entry, arg0, arg1);
}

static void struct_init(struct uk_thread *t, uintptr_t tlsp, bool is_uktls,
			struct ukarch_ectx *ectx, const char *name,
			void *priv, uk_thread_dtor_t dtor)
{
	memset(t, 0, sizeof(*t));
	t->tlsp = tlsp;
	t->ectx = ectx;
	t->name = name;
	t->priv = priv;
	t->dtor = dtor;
	if (tlsp && is_uktls)
		t->flags |= UK_THREADF_UKTLS;
	if (ectx) {
		ukarch_ectx_init(ectx);
		t->flags |= UK_THREADF_ECTX;
	}
}

int uk_thread_init_bare_fn0(struct uk_thread *t, uk_thread_fn0_t fn,
			    uintptr_t sp, uintptr_t auxsp __unused,
			    uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor)
{
	struct_init(t, tlsp, is_uktls, ectx, name, priv, dtor);
	ctx_init(&t->ctx, sp, (__u64)fn, 0, 0);
	uk_thread_set_runnable(t);
	return 0;
}

int uk_thread_init_bare_fn1(struct uk_thread *t, uk_thread_fn1_t fn,
			    void *argp, uintptr_t sp,
			    uintptr_t auxsp __unused, uintptr_t tlsp,
			    bool is_uktls, struct ukarch_ectx *ectx,
			    const char *name, void *priv,
			    uk_thread_dtor_t dtor)
{
	struct_init(t, tlsp, is_uktls, ectx, name, priv, dtor);
	ctx_init(&t->ctx, sp, (__u64)fn, (long)argp, 0);
	uk_thread_set_runnable(t);
	return 0;
}

int uk_thread_init_bare_fn2(struct uk_thread *t, uk_thread_fn2_t fn,
			    void *argp0, void *argp1, uintptr_t sp,
			    uintptr_t auxsp __unused, uintptr_t tlsp,
			    bool is_uktls, struct ukarch_ectx *ectx,
			    const char *name, void *priv,
			    uk_thread_dtor_t dtor)
{
	struct_init(t, tlsp, is_uktls, ectx, name, priv, dtor);
	ctx_init(&t->ctx, sp, (__u64)fn, (long)argp0, (long)argp1);
	uk_thread_set_runnable(t);
	return 0;
}

/* Thread-local storage and FP state in one block; NULL: no memory. */
static void *tls_alloc(struct uk_alloc *a, struct ukarch_ectx **ectx,
		       uintptr_t *tlsp)
{
	const __sz tls_size = (__sz)(__tls_end - __tls_start);
	const __sz ectx_size = ectx ? UKARCH_ECTX_SIZE : 0;
	char *block = uk_memalign(a, UKARCH_ECTX_ALIGN,
				  ectx_size + TCB_SIZE + tls_size);

	if (!block)
		return NULL;
	if (ectx)
		*ectx = (struct ukarch_ectx *)block;
	*tlsp = (uintptr_t)(block + ectx_size);
	memset((void *)*tlsp, 0, TCB_SIZE + tls_size);
	memcpy((char *)*tlsp + TCB_SIZE, __tls_start,
	       (__sz)__tls_load_size);
	return block;
}

int uk_thread_init_fn1(struct uk_thread *t, uk_thread_fn1_t fn, void *argp,
		       struct uk_alloc *a_stack, size_t stack_len,
		       struct uk_alloc *a_auxstack __unused,
		       size_t auxstack_len __unused,
		       struct uk_alloc *a_uktls, bool custom_ectx,
		       struct ukarch_ectx *ectx, const char *name,
		       void *priv, uk_thread_dtor_t dtor)
{
	struct uk_thread_allocs *allocs;
	void *tls = NULL, *stack;
	uintptr_t tlsp = 0;

	stack_len = stack_len ? stack_len : STACK_SIZE;
	stack = uk_memalign(a_stack, UKARCH_SP_ALIGN, stack_len);
	if (!stack)
		return -ENOMEM;
	if (a_uktls) {
		tls = tls_alloc(a_uktls, custom_ectx ? NULL : &ectx, &tlsp);
		if (!tls) {
			uk_free(a_stack, stack);
			return -ENOMEM;
		}
	}
	struct_init(t, tlsp, tlsp != 0, ectx, name, priv, dtor);
	allocs = (struct uk_thread_allocs *)ukarch_gen_sp(stack, stack_len) - 1;
	*allocs = (struct uk_thread_allocs){
		.stack_a = a_stack, .uktls = tls, .uktls_a = a_uktls };
	t->_mem.stack = stack;
	t->_mem.allocs = allocs;
	ctx_init(&t->ctx, (__uptr)allocs, (__u64)fn, (long)argp, 0);
	uk_thread_set_runnable(t);
	return 0;
}

struct uk_thread *uk_thread_create_fn1(struct uk_alloc *a, uk_thread_fn1_t fn,
				       void *argp, struct uk_alloc *a_stack,
				       size_t stack_len,
				       struct uk_alloc *a_auxstack,
				       size_t auxstack_len,
				       struct uk_alloc *a_uktls, bool no_ectx,
				       const char *name, void *priv,
				       uk_thread_dtor_t dtor)
{
	struct uk_thread *t = uk_malloc(a, sizeof(*t));

	if (!t)
		return NULL;
	if (uk_thread_init_fn1(t, fn, argp, a_stack, stack_len, a_auxstack,
			       auxstack_len, a_uktls, no_ectx, NULL, name,
			       priv, dtor) < 0) {
		uk_free(a, t);
		return NULL;
	}
	t->_mem.allocs->t_a = a;
	return t;
}

void uk_thread_set_exited(struct uk_thread *t)
{
	t->flags |= UK_THREADF_EXITED;
}

void uk_thread_release(struct uk_thread *t)
{
	/* The destructor may free the thread itself, if that is its memory. */
	const struct uk_thread_allocs *allocs = t->_mem.allocs;
	void *stack = t->_mem.stack;

	UK_ASSERT(t != uk_thread_current());
	if (ukplat_fp_owner == t)
		ukplat_fp_owner = NULL;
	if (t->dtor)
		t->dtor(t);
	if (!allocs)
		return;
	if (allocs->uktls)
		uk_free(allocs->uktls_a, allocs->uktls);
	if (allocs->t_a)
		uk_free(allocs->t_a, t);
	/* Last, for that is where the list of them is */
	uk_free(allocs->stack_a, stack);
}

void uk_thread_block_until(struct uk_thread *thread, __snsec until)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	thread->wakeup_time = until;
	if (uk_thread_is_runnable(thread)) {
		uk_thread_set_blocked(thread);
		if (thread->sched)
			uk_sched_thread_blocked(thread);
	}
	ukplat_lcpu_restore_irqf(flags);
}

void uk_thread_block_timeout(struct uk_thread *thread, __nsec nsec)
{
	uk_thread_block_until(thread, ukplat_monotonic_clock() + nsec);
}

void uk_thread_block(struct uk_thread *thread)
{
	uk_thread_block_until(thread, 0);
}

void uk_thread_wake_isr(struct uk_thread *thread)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (!uk_thread_is_runnable(thread)) {
		uk_thread_set_runnable(thread);
		if (thread->sched)
			uk_sched_thread_woken(thread);
	}
	thread->wakeup_time = 0;
	ukplat_lcpu_restore_irqf(flags);
}

void uk_thread_wake(struct uk_thread *thread)
{
	uk_thread_wake_isr(thread);
	ukplat_preempt_point();
}
