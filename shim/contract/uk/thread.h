/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads. */
struct uk_sched;
struct uk_thread;

typedef void (*uk_thread_dtor_t)(struct uk_thread *);
typedef void (*uk_thread_fn1_t)(void *);

struct uk_thread {
	struct ukarch_ectx *ectx;
	struct uk_sched *sched;
	uint32_t flags;
	__snsec wakeup_time;
	uk_thread_dtor_t dtor;
	const char *name;
	...;
};

#define UK_THREADF_ECTX ...
#define UK_THREADF_RUNNABLE ...
#define UK_THREADF_EXITED ...

struct uk_thread *uk_thread_current(void);
int uk_thread_init_bare_fn1(struct uk_thread *t, uk_thread_fn1_t fn,
			    void *argp, uintptr_t sp, uintptr_t auxsp,
			    uintptr_t tlsp, bool is_uktls,
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
