/* SPDX-License-Identifier: BSD-3-Clause */
/* Between the files of this folder. */
#ifndef __SCHEDPRIO_UPSTREAM_H__
#define __SCHEDPRIO_UPSTREAM_H__

#include <uk/alloc.h>

/* entry.S: where an interrupt returns to, interrupts masked */
void schedprio_irq_exit(void);

/* entry.S: first instructions of a thread; on its stack is where it begins */
void schedprio_thread_start(void);

/* entry.S: keep the FP and SIMD registers until schedprio_irq_exit() */
void schedprio_fp_save(void);

/* Let nothing preempt a thread that is inside @p a. */
void schedprio_alloc_guard(struct uk_alloc *a);

#endif /* __SCHEDPRIO_UPSTREAM_H__ */
