/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's words for where code and data lie: all memory is alike here. */
#ifndef ESP_ATTR_H
#define ESP_ATTR_H

#define IRAM_ATTR
#define DRAM_ATTR
#define RTC_DATA_ATTR
#define RTC_IRAM_ATTR
#define COREDUMP_DRAM_ATTR
#define DMA_ATTR		WORD_ALIGNED_ATTR
#define WORD_ALIGNED_ATTR	__attribute__((aligned(4)))
#define FORCE_INLINE_ATTR	static inline __attribute__((always_inline))
#define NOINLINE_ATTR		__attribute__((noinline))

#endif /* ESP_ATTR_H */
