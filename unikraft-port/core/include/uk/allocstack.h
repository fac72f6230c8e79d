/* SPDX-License-Identifier: BSD-3-Clause */
/* Stacks with an unmapped guard page below each. */
#ifndef __UKALLOCSTACK_H__
#define __UKALLOCSTACK_H__

#include <uk/alloc.h>

/*
 * Return an allocator of stacks that takes its memory from @p a. Each block
 * starts on a page boundary, and the page below it faults when touched.
 */
struct uk_alloc *uk_allocstack_init(struct uk_alloc *a);

#endif /* __UKALLOCSTACK_H__ */
