/* SPDX-License-Identifier: BSD-3-Clause */
/* Wait queues: who waits for what. */
#ifndef __UK_SCHED_WAIT_TYPES_H__
#define __UK_SCHED_WAIT_TYPES_H__

#include <uk/list.h>
#include <uk/plat/spinlock.h>

struct uk_thread;

struct uk_waitq_entry {
	int waiting;
	struct uk_thread *thread;
	UK_STAILQ_ENTRY(struct uk_waitq_entry) thread_list;
};

struct uk_waitq {
	__spinlock sl;
	UK_STAILQ_HEAD(wait_list, struct uk_waitq_entry) wait_list;
};

#define __WAIT_QUEUE_INITIALIZER(name) {			\
	UKARCH_SPINLOCK_INITIALIZER(),				\
	UK_STAILQ_HEAD_INITIALIZER((name).wait_list)		\
}
#define DEFINE_WAIT_QUEUE(name) \
	struct uk_waitq name = __WAIT_QUEUE_INITIALIZER(name)
#define DEFINE_WAIT(name) \
	struct uk_waitq_entry name = { 0, uk_thread_current(), { NULL } }

#endif /* __UK_SCHED_WAIT_TYPES_H__ */
