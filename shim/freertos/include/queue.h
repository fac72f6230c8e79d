/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS queues. */
#ifndef QUEUE_H
#define QUEUE_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before queue.h"
#endif

#include "task.h"

#define queueSEND_TO_BACK		((BaseType_t)0)
#define queueSEND_TO_FRONT		((BaseType_t)1)
#define queueOVERWRITE			((BaseType_t)2)

#define queueQUEUE_TYPE_BASE			((uint8_t)0U)
#define queueQUEUE_TYPE_MUTEX			((uint8_t)1U)
#define queueQUEUE_TYPE_COUNTING_SEMAPHORE	((uint8_t)2U)
#define queueQUEUE_TYPE_BINARY_SEMAPHORE	((uint8_t)3U)
#define queueQUEUE_TYPE_RECURSIVE_MUTEX		((uint8_t)4U)
#define queueQUEUE_TYPE_SET			((uint8_t)5U)

#include "freertos_queue_api.h"
#include "freertos_queue_registry_api.h"
#include "freertos_queue_set_api.h"

#endif /* QUEUE_H */
