/* SPDX-License-Identifier: BSD-3-Clause */
/* Names that FreeRTOS used before version 8 and drivers still use. */
#ifndef FREERTOS_LEGACY_H
#define FREERTOS_LEGACY_H

#ifndef configENABLE_BACKWARD_COMPATIBILITY
#define configENABLE_BACKWARD_COMPATIBILITY 1
#endif

#if configENABLE_BACKWARD_COMPATIBILITY
#define portTickType		TickType_t
#define portTICK_RATE_MS	portTICK_PERIOD_MS
#define xTaskHandle		TaskHandle_t
#define xQueueHandle		QueueHandle_t
#define xSemaphoreHandle	SemaphoreHandle_t
#define xTimerHandle		TimerHandle_t
#define tmrTIMER_CALLBACK	TimerCallbackFunction_t
#define pcTimerGetTimerName	pcTimerGetName
#define pdTASK_CODE		TaskFunction_t
#define xTimeOutType		TimeOut_t
#define xList			List_t
#define xListItem		ListItem_t
#define eTaskStateGet		eTaskGetState
#define pcTaskGetTaskName	pcTaskGetName
#endif

#endif /* FREERTOS_LEGACY_H */
