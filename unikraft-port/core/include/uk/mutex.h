/* SPDX-License-Identifier: BSD-3-Clause */
/* Mutexes, recursive on request. No priority inheritance: FreeRTOS's have. */
#ifndef __UK_MUTEX_H__
#define __UK_MUTEX_H__

#include <uk/assert.h>
#include <uk/thread.h>
#include <uk/wait.h>

#define UK_MUTEX_CONFIG_RECURSE	0x01

struct uk_mutex {
	int lock_count;
	unsigned int flags;
	struct uk_thread *owner;
	struct uk_waitq wait;
};

#define UK_MUTEX_INITIALIZER(name) \
	{ 0, 0, NULL, __WAIT_QUEUE_INITIALIZER((name).wait) }
#define UK_MUTEX_INITIALIZER_RECURSIVE(name) \
	{ 0, UK_MUTEX_CONFIG_RECURSE, NULL, \
	  __WAIT_QUEUE_INITIALIZER((name).wait) }

static inline void uk_mutex_init_config(struct uk_mutex *m,
					unsigned int flags)
{
	m->lock_count = 0;
	m->flags = flags;
	m->owner = NULL;
	uk_waitq_init(&m->wait);
}

#define uk_mutex_init(m)	uk_mutex_init_config(m, 0)

static inline int uk_mutex_trylock(struct uk_mutex *m)
{
	struct uk_thread *self = uk_thread_current();
	unsigned long flags = ukplat_lcpu_save_irqf();
	int taken = !m->owner || (m->owner == self
				  && (m->flags & UK_MUTEX_CONFIG_RECURSE));

	if (taken) {
		m->owner = self;
		m->lock_count++;
	}
	ukplat_lcpu_restore_irqf(flags);
	return taken;
}

static inline void uk_mutex_lock(struct uk_mutex *m)
{
	UK_ASSERT(m->owner != uk_thread_current()
		  || (m->flags & UK_MUTEX_CONFIG_RECURSE));
	while (!uk_mutex_trylock(m))
		uk_waitq_wait_event(&m->wait, m->owner == NULL);
}

static inline int uk_mutex_is_locked(struct uk_mutex *m)
{
	return m->owner != NULL;
}

static inline void uk_mutex_unlock(struct uk_mutex *m)
{
	UK_ASSERT(m->owner == uk_thread_current());
	if (--m->lock_count == 0) {
		m->owner = NULL;
		uk_waitq_wake_up_one(&m->wait);
	}
}

#endif /* __UK_MUTEX_H__ */
