/* SPDX-License-Identifier: BSD-3-Clause */
/* Counting semaphores. */
#ifndef __UK_SEMAPHORE_H__
#define __UK_SEMAPHORE_H__

#include <uk/spinlock.h>
#include <uk/thread.h>
#include <uk/wait.h>

struct uk_semaphore {
	struct uk_spinlock sl;
	long count;
	struct uk_waitq wait;
};

static inline void uk_semaphore_init(struct uk_semaphore *s, long count)
{
	s->count = count;
	uk_spin_init(&s->sl);
	uk_waitq_init(&s->wait);
}

static inline int uk_semaphore_down_try(struct uk_semaphore *s)
{
	unsigned long flags;
	int taken;

	uk_spin_lock_irqsave(&s->sl, flags);
	taken = s->count > 0;
	s->count -= taken;
	uk_spin_unlock_irqrestore(&s->sl, flags);
	return taken;
}

static inline void uk_semaphore_down(struct uk_semaphore *s)
{
	while (!uk_semaphore_down_try(s))
		uk_waitq_wait_event(&s->wait, s->count > 0);
}

/* Nanoseconds waited, or __NSEC_MAX when @p timeout ns passed in vain. */
static inline __nsec uk_semaphore_down_to(struct uk_semaphore *s,
					  __nsec timeout)
{
	__nsec then = ukplat_monotonic_clock();

	while (!uk_semaphore_down_try(s)) {
		if (uk_waitq_wait_event_deadline(&s->wait, s->count > 0,
						 then + timeout))
			return __NSEC_MAX;
	}
	return ukplat_monotonic_clock() - then;
}

static inline void uk_semaphore_up(struct uk_semaphore *s)
{
	unsigned long flags;

	uk_spin_lock_irqsave(&s->sl, flags);
	s->count++;
	uk_waitq_wake_up_one(&s->wait);
	uk_spin_unlock_irqrestore(&s->sl, flags);
	ukplat_preempt_point();
}

#endif /* __UK_SEMAPHORE_H__ */
