/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS semaphores and mutexes. */
#ifndef SEMAPHORE_H
#define SEMAPHORE_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before semphr.h"
#endif

#include "queue.h"

#define semBINARY_SEMAPHORE_QUEUE_LENGTH	((uint8_t)1U)
#define semSEMAPHORE_QUEUE_ITEM_LENGTH		((uint8_t)0U)
#define semGIVE_BLOCK_TIME			((TickType_t)0U)

#include "freertos_semphr_api.h"

#endif /* SEMAPHORE_H */
