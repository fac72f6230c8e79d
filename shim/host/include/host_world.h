/* SPDX-License-Identifier: BSD-3-Clause */
/* What a world consists of: memory that it owns, and fibers. */
#ifndef SHIM_HOST_WORLD_H
#define SHIM_HOST_WORLD_H

#include <stddef.h>

/* Memory that ends with the world, or at host_release(). */
void *host_obtain(size_t bytes);

/* Free it; returns its size. */
size_t host_release(void *block);

/* A flow of control with a stack of its own. */
struct host_fiber;

/* The fiber of whoever drives this world. */
extern struct host_fiber host_outside;

struct host_fiber *host_fiber_create(void *stack, size_t bytes,
				     void (*entry)(void));

/* Leave @p from, which runs, for @p to. */
void host_fiber_switch(struct host_fiber *from, struct host_fiber *to);

#endif /* SHIM_HOST_WORLD_H */
