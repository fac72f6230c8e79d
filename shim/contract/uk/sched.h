/* SPDX-License-Identifier: BSD-3-Clause */
/* What any scheduler offers. */
struct uk_sched {
	struct uk_alloc *a_stack;
	...;
};

struct uk_sched *uk_sched_current(void);
const struct uk_thread *uk_sched_idle_thread(struct uk_sched *s,
					     unsigned int proc_id);
#define uk_sched_foreach_thread(...)
void uk_sched_yield(void);
int uk_sched_thread_add(struct uk_sched *s, struct uk_thread *t);
void uk_sched_thread_terminate(struct uk_thread *thread);
void uk_sched_thread_exit(void);
