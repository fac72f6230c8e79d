/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Unikraft's allocators expect that whoever is inside one comes out before
 * anyone else goes in. With preemption that is no longer so by itself: their
 * functions are replaced by ones that keep the scheduler from switching
 * meanwhile. That is no help to an interrupt handler, which must not allocate
 * here any more than elsewhere in Unikraft.
 */
#include <uk/alloc.h>
#include <uk/assert.h>
#include <uk/schedprio.h>

#include "upstream.h"

/* The allocator of the boot as it was; there is one. */
static struct uk_alloc inner;

#define GUARDED(result_t, call) do {					\
	result_t result;						\
									\
	uk_schedprio_lock();						\
	result = (call);						\
	uk_schedprio_unlock();						\
	return result;							\
} while (0)

static void *guarded_malloc(struct uk_alloc *a, __sz size)
{
	GUARDED(void *, inner.malloc(a, size));
}

static void *guarded_calloc(struct uk_alloc *a, __sz count, __sz size)
{
	GUARDED(void *, inner.calloc(a, count, size));
}

static void *guarded_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	GUARDED(void *, inner.realloc(a, ptr, size));
}

static int guarded_posix_memalign(struct uk_alloc *a, void **ptr, __sz align,
				  __sz size)
{
	GUARDED(int, inner.posix_memalign(a, ptr, align, size));
}

static void *guarded_memalign(struct uk_alloc *a, __sz align, __sz size)
{
	GUARDED(void *, inner.memalign(a, align, size));
}

static void guarded_free(struct uk_alloc *a, void *ptr)
{
	uk_schedprio_lock();
	inner.free(a, ptr);
	uk_schedprio_unlock();
}

static void *guarded_palloc(struct uk_alloc *a, unsigned long pages)
{
	GUARDED(void *, inner.palloc(a, pages));
}

static void guarded_pfree(struct uk_alloc *a, void *ptr, unsigned long pages)
{
	uk_schedprio_lock();
	inner.pfree(a, ptr, pages);
	uk_schedprio_unlock();
}

static int guarded_addmem(struct uk_alloc *a, void *base, __sz size)
{
	GUARDED(int, inner.addmem(a, base, size));
}

/* What the allocator does not offer stays so. */
#define GUARD(a, function) do {						\
	if ((a)->function)						\
		(a)->function = guarded_ ## function;			\
} while (0)

void schedprio_alloc_guard(struct uk_alloc *a)
{
	UK_ASSERT(!inner.malloc);
	inner = *a;
	GUARD(a, malloc);
	GUARD(a, calloc);
	GUARD(a, realloc);
	GUARD(a, posix_memalign);
	GUARD(a, memalign);
	GUARD(a, free);
	GUARD(a, palloc);
	GUARD(a, pfree);
	GUARD(a, addmem);
}
