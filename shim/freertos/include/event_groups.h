/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS event groups: bits that tasks set and wait for. */
#ifndef EVENT_GROUPS_H
#define EVENT_GROUPS_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before event_groups.h"
#endif

#include "timers.h"

/* FreeRTOS keeps these bits for itself. */
#define eventEVENT_BITS_CONTROL_BYTES	((EventBits_t)0xff000000UL)

#include "freertos_event_groups_api.h"

#if !configUSE_TIMERS && !defined(SHIM_H)
/* From an interrupt handler the work is left to the timer task. */
BaseType_t xEventGroupSetBitsFromISR(EventGroupHandle_t xEventGroup,
				     EventBits_t uxBitsToSet,
				     BaseType_t *pxHigherPriorityTaskWoken)
	timersNEED_THE_TASK;
BaseType_t xEventGroupClearBitsFromISR(EventGroupHandle_t xEventGroup,
				       EventBits_t uxBitsToClear)
	timersNEED_THE_TASK;
#endif

#endif /* EVENT_GROUPS_H */
