/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS's return values and tick conversions. */
#ifndef PROJDEFS_H
#define PROJDEFS_H

#define pdFALSE		((BaseType_t)0)
#define pdTRUE		((BaseType_t)1)
#define pdFALSE_SIGNED	((BaseType_t)0)
#define pdTRUE_SIGNED	((BaseType_t)1)
#define pdFALSE_UNSIGNED ((UBaseType_t)0)
#define pdTRUE_UNSIGNED	((UBaseType_t)1)
#define pdPASS		pdTRUE
#define pdFAIL		pdFALSE

#define errQUEUE_EMPTY	((BaseType_t)0)
#define errQUEUE_FULL	((BaseType_t)0)
#define errCOULD_NOT_ALLOCATE_REQUIRED_MEMORY	(-1)
#define errQUEUE_BLOCKED	(-4)
#define errQUEUE_YIELD		(-5)

#define pdLITTLE_ENDIAN		0
#define pdBIG_ENDIAN		1
#define pdFREERTOS_LITTLE_ENDIAN	pdLITTLE_ENDIAN
#define pdFREERTOS_BIG_ENDIAN		pdBIG_ENDIAN

#include "freertos_projdefs_api.h"

#endif /* PROJDEFS_H */
