/* SPDX-License-Identifier: BSD-3-Clause */
/* Waking a wait queue from an interrupt handler. */
#ifndef __UK_SCHED_WAIT_ISR_H__
#define __UK_SCHED_WAIT_ISR_H__

#include <uk/wait.h>

static inline void uk_waitq_wake_up_isr(struct uk_waitq *wq)
{
	uk_waitq_wake_up(wq);
}

#endif /* __UK_SCHED_WAIT_ISR_H__ */
