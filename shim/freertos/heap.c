/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS's heap on Unikraft's default allocator. */
#include "shim.h"

#include <string.h>

void *shim_alloc(size_t size)
{
	void *memory;

	uk_schedprio_lock();
	memory = uk_malloc(uk_alloc_get_default(), size);
	uk_schedprio_unlock();
	return memory;
}

void shim_free(void *memory)
{
	uk_schedprio_lock();
	uk_free(uk_alloc_get_default(), memory);
	uk_schedprio_unlock();
}

#if configUSE_MALLOC_FAILED_HOOK
void vApplicationMallocFailedHook(void);
#endif

void *shim_heap_alloc(size_t size)
{
	void *memory = size ? shim_block_alloc(size) : NULL;

#if configUSE_MALLOC_FAILED_HOOK
	if (!memory)
		vApplicationMallocFailedHook();
#endif
	return memory;
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
