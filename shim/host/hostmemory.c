/* SPDX-License-Identifier: BSD-3-Clause */
/* The host core's memory: a heap that counts and can be made to fail. */
#include <string.h>

#include <uk_host.h>
#include "host_core.h"
#include "host_world.h"

#define HOST_HEAP_BYTES		(64UL * 1024 * 1024)

struct uk_alloc host_heap = { HOST_HEAP_BYTES };
static long live_blocks, fail_after = -1;
static size_t live_bytes;

void host_fail_after(long n)
{
	fail_after = n;
}

long host_live_blocks(void)
{
	return live_blocks;
}

struct uk_alloc *uk_alloc_get_default(void)
{
	return &host_heap;
}

void *uk_malloc(struct uk_alloc *a, __sz size)
{
	void *block;

	if (fail_after == 0 || size > a->total)
		return NULL;
	if (fail_after > 0)
		fail_after--;
	block = host_obtain(size);
	/* Nothing may count on zeroes; a whole stack is left alone. */
	if (size < HOST_STACK_BYTES)
		memset(block, 0xa5, size);
	live_blocks++;
	live_bytes += size;
	return block;
}

void uk_free(struct uk_alloc *a, void *ptr)
{
	(void)a;
	live_blocks--;
	live_bytes -= host_release(ptr);
}

__ssz uk_alloc_availmem(struct uk_alloc *a)
{
	return (__ssz)(a->total - live_bytes);
}

__ssz uk_alloc_maxalloc(struct uk_alloc *a)
{
	return uk_alloc_availmem(a);
}

/* Only the account grows: the memory itself is libc's. */
int uk_alloc_addmem(struct uk_alloc *a, void *base, __sz size)
{
	if (!base || size < 64)
		return -22;
	a->total += size;
	return 0;
}

__sz ukarch_ectx_size(void)
{
	return 528;
}

__sz ukarch_ectx_align(void)
{
	return 16;
}

void ukarch_ectx_init(struct ukarch_ectx *state)
{
	memset(state, 0, ukarch_ectx_size());
}
