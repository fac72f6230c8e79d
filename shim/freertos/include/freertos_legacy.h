/* SPDX-License-Identifier: BSD-3-Clause */
/* Old names that drivers still use. Each is replaced only where it stands. */
#ifndef FREERTOS_LEGACY_H
#define FREERTOS_LEGACY_H

#ifndef configENABLE_BACKWARD_COMPATIBILITY
#define configENABLE_BACKWARD_COMPATIBILITY 1
#endif

#if configENABLE_BACKWARD_COMPATIBILITY
#define eTaskStateGet		eTaskGetState
#define portTickType		TickType_t
#define portTICK_RATE_MS	portTICK_PERIOD_MS
#define xTaskHandle		TaskHandle_t
#define xQueueHandle		QueueHandle_t
#define xSemaphoreHandle	SemaphoreHandle_t
#define xQueueSetHandle		QueueSetHandle_t
#define xQueueSetMemberHandle	QueueSetMemberHandle_t
#define xTimerHandle		TimerHandle_t
#define xCoRoutineHandle	CoRoutineHandle_t
#define xTimeOutType		TimeOut_t
#define xMemoryRegion		MemoryRegion_t
#define xTaskParameters		TaskParameters_t
#define xTaskStatusType		TaskStatus_t
#define xList			List_t
#define xListItem		ListItem_t
#define pdTASK_CODE		TaskFunction_t
#define pdTASK_HOOK_CODE	TaskHookFunction_t
#define tmrTIMER_CALLBACK	TimerCallbackFunction_t
#define pcTaskGetTaskName	pcTaskGetName
#define pcTimerGetTimerName	pcTimerGetName
#define pcQueueGetQueueName	pcQueueGetName
#define vTaskGetTaskInfo	vTaskGetInfo
#define xTaskGetIdleRunTimeCounter	ulTaskGetIdleRunTimeCounter
#define pxContainer		pvContainer
#endif

#endif /* FREERTOS_LEGACY_H */
