/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: memory that a device and a processor with a cache share.
 * The processor sees dma_memory; the device sees what is behind it, through
 * device_read() and device_write(). Only drivers/dma.h moves lines between
 * the two, and memory_evict(), which writes dirty lines back as a cache may
 * at any time.
 */
#ifndef DRIVERS_DMA_TEST_H
#define DRIVERS_DMA_TEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DMA_MEMORY_BYTES	(192U * 1024)

extern uint8_t dma_memory[DMA_MEMORY_BYTES];

/* Everything 0 and no memory taken. */
void memory_reset(void);

/* The next @p size bytes, at a line. */
void *memory_take(size_t size);

void memory_evict(void);

/* False: not memory; counted. */
bool device_read(uint64_t address, void *into, size_t size);
bool device_write(uint64_t address, const void *from, size_t size);

/* What was wrong since the reset: bad addresses, half lines invalidated. */
uint32_t memory_faults(void);

#endif /* DRIVERS_DMA_TEST_H */
