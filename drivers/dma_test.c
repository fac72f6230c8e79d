/* SPDX-License-Identifier: BSD-3-Clause */
/* For host tests: memory that a device and a processor with a cache share. */
#include <string.h>

#include "dma.h"
#include "dma_test.h"

/* Where the device finds it; below 4 GiB, and no address of the host */
#define DEVICE_BASE	0x41200000U

uint8_t dma_memory[DMA_MEMORY_BYTES] __attribute__((aligned(DMA_LINE)));
static uint8_t behind[DMA_MEMORY_BYTES];
/* What the processor and what lies behind had in common last */
static uint8_t common[DMA_MEMORY_BYTES];
static size_t taken;
static uint32_t faults;

void memory_reset(void)
{
	memset(dma_memory, 0, sizeof(dma_memory));
	memset(behind, 0, sizeof(behind));
	memset(common, 0, sizeof(common));
	taken = 0;
	faults = 0;
}

uint32_t memory_faults(void)
{
	return faults;
}

void *memory_take(size_t size)
{
	void *start = dma_memory + taken;

	taken += (size + DMA_LINE - 1) & ~(size_t)(DMA_LINE - 1);
	if (taken > DMA_MEMORY_BYTES)
		__builtin_trap();
	return start;
}

/* ---- The processor's side ---- */

static void line_write_back(size_t line)
{
	if (memcmp(dma_memory + line, common + line, DMA_LINE))
		memcpy(behind + line, dma_memory + line, DMA_LINE);
	memcpy(common + line, dma_memory + line, DMA_LINE);
}

/* Offset of the first line and of the end; faults when it is elsewhere. */
static bool lines(const void *start, size_t size, size_t *first, size_t *end)
{
	uintptr_t at = (uintptr_t)start - (uintptr_t)dma_memory;

	if (at >= DMA_MEMORY_BYTES || size > DMA_MEMORY_BYTES - at) {
		faults++;
		return false;
	}
	*first = at & ~(uintptr_t)(DMA_LINE - 1);
	*end = at + size;
	return true;
}

void dma_clean(const void *start, size_t size)
{
	size_t line, end;

	if (!lines(start, size, &line, &end))
		return;
	for (; line < end; line += DMA_LINE)
		line_write_back(line);
}

void dma_invalidate(void *start, size_t size)
{
	size_t line, end;

	if (!lines(start, size, &line, &end))
		return;
	/* Data of somebody else in the line would be lost. */
	faults += (uintptr_t)start % DMA_LINE != 0;
	for (; line < end; line += DMA_LINE) {
		memcpy(dma_memory + line, behind + line, DMA_LINE);
		memcpy(common + line, behind + line, DMA_LINE);
	}
}

uint64_t dma_address(const void *start)
{
	return DEVICE_BASE + (uint64_t)((uintptr_t)start
					- (uintptr_t)dma_memory);
}

void memory_evict(void)
{
	for (size_t line = 0; line < DMA_MEMORY_BYTES; line += DMA_LINE)
		line_write_back(line);
}

/* ---- The device's side ---- */

static uint8_t *device_place(uint64_t address, size_t size)
{
	uint64_t at = address - DEVICE_BASE;

	if (at >= DMA_MEMORY_BYTES || size > DMA_MEMORY_BYTES - at) {
		faults++;
		return NULL;
	}
	return behind + at;
}

bool device_read(uint64_t address, void *into, size_t size)
{
	uint8_t *place = device_place(address, size);

	if (place)
		memcpy(into, place, size);
	return place;
}

bool device_write(uint64_t address, const void *from, size_t size)
{
	uint8_t *place = device_place(address, size);

	if (place)
		memcpy(place, from, size);
	return place;
}
