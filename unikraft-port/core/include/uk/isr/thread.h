/* SPDX-License-Identifier: BSD-3-Clause */
/* Waking a thread from an interrupt handler. */
#ifndef __UK_SCHED_THREAD_ISR_H__
#define __UK_SCHED_THREAD_ISR_H__

#include <uk/thread.h>

void uk_thread_wake_isr(struct uk_thread *thread);

#endif /* __UK_SCHED_THREAD_ISR_H__ */
