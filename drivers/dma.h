/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Memory that a device reads and writes by itself, behind the data cache's
 * back. A host test defines MMIO_RECORDED and provides these functions, so
 * that a call that is missing there is data that is wrong.
 *
 * A buffer belongs to the processor or to the device, never to both. Before
 * it goes to the device: clean it if the device reads, invalidate it if the
 * device writes. After the device wrote: invalidate it again, because the
 * processor may have fetched lines ahead in the meantime.
 */
#ifndef DRIVERS_DMA_H
#define DRIVERS_DMA_H

#include <stddef.h>
#include <stdint.h>

/*
 * Arm Cortex-A53 TRM (DDI 0500J), 6.1, Cortex-A72 TRM (100095), 6.1: lines
 * of 64 bytes. What is invalidated is whole lines and nobody else's.
 */
#define DMA_LINE	64U

#ifdef MMIO_RECORDED
void dma_clean(const void *start, size_t size);
void dma_invalidate(void *start, size_t size);
uint64_t dma_address(const void *start);
#else
/* Write to memory what the cache has of it; any start and size. */
static inline void dma_clean(const void *start, size_t size)
{
	uintptr_t end = (uintptr_t)start + size;

	for (uintptr_t line = (uintptr_t)start & ~(uintptr_t)(DMA_LINE - 1);
	     line < end; line += DMA_LINE)
		__asm__ __volatile__("dc cvac, %0" :: "r"(line) : "memory");
	__asm__ __volatile__("dsb sy" ::: "memory");
}

/* Forget what the cache has of it; whole lines. */
static inline void dma_invalidate(void *start, size_t size)
{
	uintptr_t end = (uintptr_t)start + size;

	for (uintptr_t line = (uintptr_t)start; line < end; line += DMA_LINE)
		__asm__ __volatile__("dc ivac, %0" :: "r"(line) : "memory");
	__asm__ __volatile__("dsb sy" ::: "memory");
}

/* How a device that masters the bus calls it: memory is mapped 1:1. */
static inline uint64_t dma_address(const void *start)
{
	return (uintptr_t)start;
}
#endif

#endif /* DRIVERS_DMA_H */
