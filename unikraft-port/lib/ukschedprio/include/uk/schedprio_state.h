/* SPDX-License-Identifier: BSD-3-Clause */
/* The scheduler's state, for its own inline functions. */
#ifndef __UK_SCHEDPRIO_STATE_H__
#define __UK_SCHEDPRIO_STATE_H__

#include <uk/list.h>
#include <uk/thread.h>

/*
 * Bits of uk_thread.flags that Unikraft leaves free: 24-29 the priority, 30
 * every thread but the idle one, 31 a priority was asked for. Bits 24 to 30
 * together are the rank: of two threads the one with the higher runs.
 */
#define SCHEDPRIO_SHIFT		24
#define SCHEDPRIO_MASK		((__u32)(UK_SCHEDPRIO_LEVELS - 1)	\
				 << SCHEDPRIO_SHIFT)
#define SCHEDPRIO_NOT_IDLE	(1U << 30)
#define SCHEDPRIO_CHOSEN	(1U << 31)
#define SCHEDPRIO_RANK(flags)	(((flags) >> SCHEDPRIO_SHIFT) & 0x7f)

struct uk_schedprio {
	/* First, for the core's interrupt exit. Written masked. */
	union {
		struct {
			__u32 pending;	/* not 0: another should run */
			__u32 locks;
		};
		__u64 not_plain;	/* either of them */
	};
	__u64 ready_map;	/* bit p: ready[p] is not empty */
	__nsec slice_end;	/* 0: the running thread has no equals */
	struct uk_thread_list sleepers;	/* by wakeup_time */
	struct uk_thread_list ready[UK_SCHEDPRIO_LEVELS];
	struct uk_sched sched;
	struct uk_thread idle;
};

/* One processor, one scheduler: at a fixed address it costs no pointer. */
extern struct uk_schedprio uk_schedprio;

static inline unsigned int schedprio_prio(const struct uk_thread *t)
{
	return (t->flags & SCHEDPRIO_MASK) >> SCHEDPRIO_SHIFT;
}

/* The rare parts of waking */
void schedprio_sleeper_remove(struct uk_thread *t);
void schedprio_slice_start(void);

static inline void schedprio_ready_insert(struct uk_thread *t)
{
	unsigned int prio = schedprio_prio(t);

	UK_TAILQ_INSERT_TAIL(&uk_schedprio.ready[prio], t, queue);
	uk_schedprio.ready_map |= 1UL << prio;
}

/*
 * Another thread became ready: does it have to run, or share the slices?
 * True: to run.
 */
static inline bool schedprio_consider(struct uk_thread *t)
{
	unsigned int rank = SCHEDPRIO_RANK(t->flags);
	unsigned int mine = SCHEDPRIO_RANK(uk_thread_current()->flags);

	if (rank > mine) {
		uk_schedprio.pending = 1;
		return true;
	}
	if (rank == mine && !uk_schedprio.slice_end)
		schedprio_slice_start();
	return false;
}

/* @p t is blocked, and has a scheduler. */
static inline bool schedprio_wake_blocked(struct uk_thread *t)
{
	t->flags |= UK_THREADF_RUNNABLE;
	if (t->wakeup_time)
		schedprio_sleeper_remove(t);
	schedprio_ready_insert(t);
	return schedprio_consider(t);
}

#endif /* __UK_SCHEDPRIO_STATE_H__ */
