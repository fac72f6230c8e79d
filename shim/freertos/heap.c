/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS's heap on Unikraft's default allocator. */
#include "shim.h"

#include <string.h>

/* How often it was used, and how little was left before the frees so far. */
static struct {
	size_t allocations;
	size_t frees;
	size_t lowest;
} heap = { .lowest = SIZE_MAX };

#if configUSE_MALLOC_FAILED_HOOK
void vApplicationMallocFailedHook(void);
#else
#define vApplicationMallocFailedHook()	((void)0)
#endif

void *shim_alloc_from(struct uk_alloc *a, size_t size)
{
	void *memory;

	/* Upstream's allocators add a header, and do not see it wrap. */
	if (unlikely((__ssz)size < 0))
		return NULL;
	uk_schedprio_lock();
	memory = uk_malloc(a, size);
	if (likely(memory))
		heap.allocations++;
	uk_schedprio_unlock();
	if (unlikely(!memory))
		vApplicationMallocFailedHook();
	return memory;
}

/*
 * What is left shrinks by allocating and grows by freeing only, so a low is
 * seen right before it ends. That leaves the cost to those who free.
 */
static inline void heap_note_low(struct uk_alloc *heap_a)
{
	size_t left = (size_t)uk_alloc_availmem(heap_a);

	if (unlikely(left < heap.lowest))
		heap.lowest = left;
}

static inline void heap_free(struct uk_alloc *heap_a, struct uk_alloc *a,
			     void *memory)
{
	uk_schedprio_lock();
	heap_note_low(heap_a);
	uk_free(a, memory);
	heap.frees++;
	uk_schedprio_unlock();
}

void shim_free_to(struct uk_alloc *a, void *memory)
{
	heap_free(uk_alloc_get_default(), a, memory);
}

void *shim_alloc(size_t size)
{
	return shim_alloc_from(uk_alloc_get_default(), size);
}

void shim_free(void *memory)
{
	struct uk_alloc *a = uk_alloc_get_default();

	heap_free(a, a, memory);
}

void *shim_heap_alloc(size_t size)
{
	if (likely(size))
		return shim_block_alloc(size);
	vApplicationMallocFailedHook();
	return NULL;
}

void *shim_heap_calloc(size_t count, size_t size)
{
	size_t bytes;
	void *memory;

	if (__builtin_mul_overflow(count, size, &bytes))
		return NULL;
	memory = shim_heap_alloc(bytes);
	if (memory)
		memset(memory, 0, bytes);
	return memory;
}

void shim_heap_free(void *memory)
{
	if (memory)
		shim_block_free(memory);
}

/* ---- Figures ---- */

size_t shim_heap_lowest(void)
{
	/* In this order: a low that comes and goes between is in `lowest`. */
	size_t left = (size_t)uk_alloc_availmem(uk_alloc_get_default());
	size_t lowest = *(volatile size_t *)&heap.lowest;

	return left < lowest ? left : lowest;
}

void shim_heap_lowest_reset(void)
{
	uk_schedprio_lock();
	heap.lowest = (size_t)uk_alloc_availmem(uk_alloc_get_default());
	uk_schedprio_unlock();
}

void shim_heap_stats(HeapStats_t *stats)
{
	struct uk_alloc *a = uk_alloc_get_default();

	uk_schedprio_lock();
	*stats = (HeapStats_t){
		.xAvailableHeapSpaceInBytes = (size_t)uk_alloc_availmem(a),
		.xSizeOfLargestFreeBlockInBytes =
			(size_t)uk_alloc_maxalloc(a),
		.xMinimumEverFreeBytesRemaining = shim_heap_lowest(),
		.xNumberOfSuccessfulAllocations = heap.allocations,
		.xNumberOfSuccessfulFrees = heap.frees,
	};
	uk_schedprio_unlock();
}

/* ---- More memory ---- */

void shim_heap_define_regions(const HeapRegion_t *region)
{
	struct uk_alloc *a = uk_alloc_get_default();
	int rc;

	for (; region->xSizeInBytes; region++) {
		uk_schedprio_lock();
		heap_note_low(a);
		rc = uk_alloc_addmem(a, region->pucStartAddress,
				     region->xSizeInBytes);
		uk_schedprio_unlock();
		SHIM_RULE(rc >= 0, "vPortDefineHeapRegions",
			  "the allocator cannot use a region");
		(void)rc;
	}
}
