/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS tasks, notifications and scheduler control. */
#ifndef INC_TASK_H
#define INC_TASK_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before task.h"
#endif

/* The version whose API is offered */
#define tskKERNEL_VERSION_NUMBER	"V11.3.0"
#define tskKERNEL_VERSION_MAJOR		11
#define tskKERNEL_VERSION_MINOR		3
#define tskKERNEL_VERSION_BUILD		0

#define tskIDLE_PRIORITY		((UBaseType_t)0U)
#define tskNO_AFFINITY			((UBaseType_t)-1)
#define tskDEFAULT_INDEX_TO_NOTIFY	(0)

#define taskSCHEDULER_SUSPENDED		((BaseType_t)0)
#define taskSCHEDULER_NOT_STARTED	((BaseType_t)1)
#define taskSCHEDULER_RUNNING		((BaseType_t)2)

#include "freertos_task_api.h"
#include "freertos_notify_api.h"
#include "freertos_task_info_api.h"
#include "freertos_task_local_api.h"
#include "freertos_ticks_api.h"

/* What the application brings where the configuration asks for it */
void vApplicationTickHook(void);
void vApplicationIdleHook(void);
void vApplicationStackOverflowHook(TaskHandle_t xTask, char *pcTaskName);

/*
 * What an option that is off takes away. The functions are there, but a call
 * would find nothing: so it does not compile, and says why.
 */
#ifdef SHIM_H
#define shimNEEDS(xFunction, xOption)	extern __typeof__(xFunction) xFunction
#else
#define shimNEEDS(xFunction, xOption)					\
	extern __typeof__(xFunction) xFunction __attribute__((error(	\
		#xFunction " needs " #xOption ": set it in FreeRTOSConfig.h")))
#endif

#if !INCLUDE_uxTaskGetStackHighWaterMark
shimNEEDS(uxTaskGetStackHighWaterMark, INCLUDE_uxTaskGetStackHighWaterMark);
#endif
#if !INCLUDE_uxTaskGetStackHighWaterMark2
shimNEEDS(uxTaskGetStackHighWaterMark2, INCLUDE_uxTaskGetStackHighWaterMark2);
#endif
#if !configUSE_TRACE_FACILITY
shimNEEDS(vTaskGetInfo, configUSE_TRACE_FACILITY);
shimNEEDS(uxTaskGetSystemState, configUSE_TRACE_FACILITY);
shimNEEDS(uxTaskGetTaskNumber, configUSE_TRACE_FACILITY);
shimNEEDS(vTaskSetTaskNumber, configUSE_TRACE_FACILITY);
#endif
#if !configUSE_TRACE_FACILITY || !configUSE_STATS_FORMATTING_FUNCTIONS
shimNEEDS(vTaskListTasks,
	  configUSE_TRACE_FACILITY and configUSE_STATS_FORMATTING_FUNCTIONS);
#endif
#if !configUSE_CORE_AFFINITY
shimNEEDS(vTaskCoreAffinitySet, configUSE_CORE_AFFINITY);
shimNEEDS(vTaskCoreAffinityGet, configUSE_CORE_AFFINITY);
#endif
#if !configGENERATE_RUN_TIME_STATS
shimNEEDS(ulTaskGetRunTimeCounter, configGENERATE_RUN_TIME_STATS);
shimNEEDS(ulTaskGetRunTimePercent, configGENERATE_RUN_TIME_STATS);
shimNEEDS(ulTaskGetIdleRunTimeCounter, configGENERATE_RUN_TIME_STATS);
shimNEEDS(ulTaskGetIdleRunTimePercent, configGENERATE_RUN_TIME_STATS);
#endif
#if !configGENERATE_RUN_TIME_STATS || !configUSE_TRACE_FACILITY		\
    || !configUSE_STATS_FORMATTING_FUNCTIONS
shimNEEDS(vTaskGetRunTimeStatistics,
	  configGENERATE_RUN_TIME_STATS and configUSE_TRACE_FACILITY
	  and configUSE_STATS_FORMATTING_FUNCTIONS);
#endif
#if !configUSE_APPLICATION_TASK_TAG
shimNEEDS(vTaskSetApplicationTaskTag, configUSE_APPLICATION_TASK_TAG);
shimNEEDS(xTaskGetApplicationTaskTag, configUSE_APPLICATION_TASK_TAG);
shimNEEDS(xTaskGetApplicationTaskTagFromISR, configUSE_APPLICATION_TASK_TAG);
shimNEEDS(xTaskCallApplicationTaskHook, configUSE_APPLICATION_TASK_TAG);
#endif
#if !configNUM_THREAD_LOCAL_STORAGE_POINTERS
shimNEEDS(vTaskSetThreadLocalStoragePointer,
	  configNUM_THREAD_LOCAL_STORAGE_POINTERS);
shimNEEDS(pvTaskGetThreadLocalStoragePointer,
	  configNUM_THREAD_LOCAL_STORAGE_POINTERS);
#endif
#include "freertos_esp_task_api.h"

#endif /* INC_TASK_H */
