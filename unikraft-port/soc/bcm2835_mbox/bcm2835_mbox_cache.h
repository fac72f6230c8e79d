/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory that the VideoCore reads and writes behind the data cache's back. */
#ifndef __BCM2835_MBOX_CACHE_H__
#define __BCM2835_MBOX_CACHE_H__

#include <uk/arch/lcpu.h>

/* Write back and forget whole cache lines; harmless with the cache off. */
static inline void bcm2835_mbox_cache_flush(const void *start, __sz size)
{
	__uptr end = (__uptr)start + size;

	for (__uptr line = ALIGN_DOWN((__uptr)start, CACHE_LINE_SIZE);
	     line < end; line += CACHE_LINE_SIZE)
		__asm__ __volatile__("dc civac, %0" :: "r"(line) : "memory");
	dsb(sy);
}

#endif /* __BCM2835_MBOX_CACHE_H__ */
