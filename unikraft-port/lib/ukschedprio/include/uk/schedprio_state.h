/* SPDX-License-Identifier: BSD-3-Clause */
/* The scheduler's state, for its own inline functions. */
#ifndef __UK_SCHEDPRIO_STATE_H__
#define __UK_SCHEDPRIO_STATE_H__

#include <uk/list.h>
#include <uk/thread.h>

/*
 * Unikraft leaves the upper bits of uk_thread.flags free. They hold the
 * rank: of two threads the one with the higher rank runs. It is the
 * priority plus UK_SCHEDPRIO_LEVELS, and 0 for the idle thread and for one
 * that has no priority yet.
 */
#define SCHEDPRIO_SHIFT		24
#define SCHEDPRIO_MASK		(0xffU << SCHEDPRIO_SHIFT)
#define SCHEDPRIO_FLAGS(prio)	((__u32)((prio) + UK_SCHEDPRIO_LEVELS)	\
				 << SCHEDPRIO_SHIFT)

/* DAIF.I in what ukplat_lcpu_save_irqf() returns: they were masked. */
#define SCHEDPRIO_DAIF_I	(1UL << 7)

struct uk_schedprio {
	/* First, for the core's interrupt exit. Written masked. */
	union {
		struct {
			__u32 pending;	/* not 0: another should run */
			union {
				struct {
					__u16 locks;
					__u8 hold;	/* the current thread */
					__u8 watched;	/* by watch() */
				};
				__u32 held;	/* any of them */
			};
		};
		__u64 not_plain;	/* any of all */
	};
	__u64 ready_map;	/* bit p: ready[p] is not empty */
	__nsec slice_end;	/* 0: the running thread has no equals */
	struct uk_thread_list sleepers;	/* by wakeup_time */
	struct uk_thread_list ready[UK_SCHEDPRIO_LEVELS];
	struct uk_sched sched;
	struct uk_thread idle;
	void (*watch)(struct uk_thread *prev, struct uk_thread *next);
	/* Call what is due: of the sleepers, only alarms are. Set with the
	 * first alarm, so that a program without any carries none of it.
	 */
	void (*fire_alarms)(__nsec now);
};

/* One processor, one scheduler: at a fixed address it costs no pointer. */
extern struct uk_schedprio uk_schedprio;

static inline unsigned int schedprio_rank(const struct uk_thread *t)
{
	return t->flags >> SCHEDPRIO_SHIFT;
}

static inline struct uk_thread_list *schedprio_list(unsigned int rank)
{
	return &uk_schedprio.ready[rank - UK_SCHEDPRIO_LEVELS];
}

/* The bit in ready_map */
static inline __u64 schedprio_bit(unsigned int rank)
{
	return 1UL << (rank % UK_SCHEDPRIO_LEVELS);
}

/* Switch if a switch is pending and not locked. Interrupts masked. */
void schedprio_switch(void);

/* The rare parts of sleeping and waking */
void schedprio_sleeper_insert(struct uk_thread *t);
void schedprio_sleeper_remove(struct uk_thread *t);
void schedprio_slice_start(void);

static inline void schedprio_ready_insert(struct uk_thread *t)
{
	unsigned int rank = schedprio_rank(t);
	struct uk_thread_list *list = schedprio_list(rank);

	UK_TAILQ_INSERT_TAIL(list, t, queue);
	uk_schedprio.ready_map |= schedprio_bit(rank);
}

/*
 * Another thread became ready: does it have to run, or share the slices?
 * True: to run.
 */
static inline bool schedprio_consider(struct uk_thread *t)
{
	unsigned int rank = schedprio_rank(t);
	unsigned int mine = schedprio_rank(uk_thread_current());

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
