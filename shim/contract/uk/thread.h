/* SPDX-License-Identifier: BSD-3-Clause */
/* Threads. */
struct uk_sched;
struct uk_thread;

typedef void (*uk_thread_dtor_t)(struct uk_thread *);
typedef void (*uk_thread_fn2_t)(void *, void *);

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
int uk_thread_init_bare_fn2(struct uk_thread *t, uk_thread_fn2_t fn,
			    void *argp0, void *argp1, uintptr_t sp,
			    uintptr_t auxsp, uintptr_t tlsp, bool is_uktls,
			    struct ukarch_ectx *ectx, const char *name,
			    void *priv, uk_thread_dtor_t dtor);
void uk_thread_block_until(struct uk_thread *thread, __snsec until);
void uk_thread_block(struct uk_thread *thread);
