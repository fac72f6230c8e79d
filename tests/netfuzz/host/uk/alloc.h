/* SPDX-License-Identifier: BSD-3-Clause */
/* The allocator of the machine that the tests run on */
#ifndef HOST_UK_ALLOC_H
#define HOST_UK_ALLOC_H

#include <stdlib.h>

struct uk_alloc;

#define uk_alloc_get_default()	((struct uk_alloc *)0)
#define uk_malloc(a, size)	((void)(a), malloc(size))
#define uk_calloc(a, n, size)	((void)(a), calloc((n), (size)))
#define uk_memalign(a, align, size) ((void)(a), aligned_alloc((align), (size)))
#define uk_free(a, p)		((void)(a), free(p))

#endif /* HOST_UK_ALLOC_H */
