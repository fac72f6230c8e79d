/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS's first header: configuration with its defaults, types, storage. */
#ifndef INC_FREERTOS_H
#define INC_FREERTOS_H

#include <stddef.h>
#include <stdint.h>

/* What configTICK_TYPE_WIDTH_IN_BITS may be in FreeRTOS */
#define TICK_TYPE_WIDTH_16_BITS	0
#define TICK_TYPE_WIDTH_32_BITS	1
#define TICK_TYPE_WIDTH_64_BITS	2

/* In brackets: the application's comes before the one beside this file. */
#include <FreeRTOSConfig.h>
#include "freertos_config.h"
#include "freertos_types.h"
#include "projdefs.h"
#include "portable.h"

/*
 * Memory for an object that the caller provides. Only the shim looks inside;
 * it asserts that its own structures fit.
 */
#if configUSE_TASK_FPU_SUPPORT == 2
#define freertosFP_WORDS	68	/* 32 registers of 16 bytes and 2 more */
#else
#define freertosFP_WORDS	0
#endif

struct xSTATIC_TCB {
	uint64_t opaque[46 + (configMAX_TASK_NAME_LEN + 7) / 8
			+ configTASK_NOTIFICATION_ARRAY_ENTRIES
			+ configNUM_THREAD_LOCAL_STORAGE_POINTERS
			+ freertosFP_WORDS];
} __attribute__((aligned(16)));

struct xSTATIC_QUEUE {
	uint64_t opaque[16];
};

struct xSTATIC_STREAM_BUFFER {
	uint64_t opaque[11];
};

struct xSTATIC_TIMER {
	uint64_t opaque[9];
};

struct xSTATIC_EVENT_GROUP {
	uint64_t opaque[5];
};

#include "freertos_legacy.h"

#endif /* INC_FREERTOS_H */
