/* SPDX-License-Identifier: BSD-3-Clause */
/* Waiting for a condition, with or without a deadline. */
#ifndef __UK_SCHED_WAIT_H__
#define __UK_SCHED_WAIT_H__

#include <uk/essentials.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/wait_types.h>

static inline void uk_waitq_init(struct uk_waitq *wq)
{
	ukarch_spin_init(&wq->sl);
	UK_STAILQ_INIT(&wq->wait_list);
}

static inline int uk_waitq_empty(struct uk_waitq *wq)
{
	return UK_STAILQ_EMPTY(&wq->wait_list);
}

static inline void uk_waitq_add(struct uk_waitq *wq,
				struct uk_waitq_entry *entry)
{
	if (!entry->waiting) {
		UK_STAILQ_INSERT_TAIL(&wq->wait_list, entry, thread_list);
		entry->waiting = 1;
	}
}

static inline void uk_waitq_remove(struct uk_waitq *wq,
				   struct uk_waitq_entry *entry)
{
	if (entry->waiting) {
		UK_STAILQ_REMOVE(&wq->wait_list, entry,
				 struct uk_waitq_entry, thread_list);
		entry->waiting = 0;
	}
}

/* 0 when the condition came true, 1 when the deadline (ns, 0: none) passed. */
#define uk_waitq_wait_event_deadline(wq, condition, deadline) ({	\
	DEFINE_WAIT(__wait);						\
	__snsec __deadline = (__snsec)(deadline);			\
	unsigned long __flags;						\
	int __timedout = 0;						\
									\
	while (!(condition)) {						\
		ukplat_spin_lock_irqsave(&(wq)->sl, __flags);		\
		if (condition) {					\
			ukplat_spin_unlock_irqrestore(&(wq)->sl,	\
						      __flags);		\
			break;						\
		}							\
		if (__deadline && (__snsec)ukplat_monotonic_clock()	\
				  >= __deadline) {			\
			ukplat_spin_unlock_irqrestore(&(wq)->sl,	\
						      __flags);		\
			__timedout = 1;					\
			break;						\
		}							\
		uk_waitq_add((wq), &__wait);				\
		uk_thread_block_until(__wait.thread, __deadline);	\
		ukplat_spin_unlock_irqrestore(&(wq)->sl, __flags);	\
		uk_sched_yield();					\
	}								\
	ukplat_spin_lock_irqsave(&(wq)->sl, __flags);			\
	uk_waitq_remove((wq), &__wait);					\
	ukplat_spin_unlock_irqrestore(&(wq)->sl, __flags);		\
	__timedout;							\
})

#define uk_waitq_wait_event(wq, condition) \
	uk_waitq_wait_event_deadline(wq, condition, 0)

static inline void uk_waitq_wake_up(struct uk_waitq *wq)
{
	struct uk_waitq_entry *entry, *tmp;
	unsigned long flags;

	ukplat_spin_lock_irqsave(&wq->sl, flags);
	UK_STAILQ_FOREACH_SAFE(entry, &wq->wait_list, thread_list, tmp)
		uk_thread_wake(entry->thread);
	ukplat_spin_unlock_irqrestore(&wq->sl, flags);
	ukplat_preempt_point();
}

static inline void uk_waitq_wake_up_one(struct uk_waitq *wq)
{
	struct uk_waitq_entry *first;
	unsigned long flags;

	ukplat_spin_lock_irqsave(&wq->sl, flags);
	first = UK_STAILQ_FIRST(&wq->wait_list);
	if (first)
		uk_thread_wake(first->thread);
	ukplat_spin_unlock_irqrestore(&wq->sl, flags);
	ukplat_preempt_point();
}

#endif /* __UK_SCHED_WAIT_H__ */
