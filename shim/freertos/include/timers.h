/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS software timers, and calls pended to their task. */
#ifndef TIMERS_H
#define TIMERS_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before timers.h"
#endif

#include "task.h"

/* What the timer task is told; the macros below pass it on. */
#define tmrCOMMAND_EXECUTE_CALLBACK_FROM_ISR	((BaseType_t)-2)
#define tmrCOMMAND_EXECUTE_CALLBACK		((BaseType_t)-1)
#define tmrCOMMAND_START_DONT_TRACE		((BaseType_t)0)
#define tmrCOMMAND_START			((BaseType_t)1)
#define tmrCOMMAND_RESET			((BaseType_t)2)
#define tmrCOMMAND_STOP				((BaseType_t)3)
#define tmrCOMMAND_CHANGE_PERIOD		((BaseType_t)4)
#define tmrCOMMAND_DELETE			((BaseType_t)5)
#define tmrFIRST_FROM_ISR_COMMAND		((BaseType_t)6)
#define tmrCOMMAND_START_FROM_ISR		((BaseType_t)6)
#define tmrCOMMAND_RESET_FROM_ISR		((BaseType_t)7)
#define tmrCOMMAND_STOP_FROM_ISR		((BaseType_t)8)
#define tmrCOMMAND_CHANGE_PERIOD_FROM_ISR	((BaseType_t)9)

#include "freertos_timers_api.h"

/*
 * What an application may bring: memory for the timer task, and what the
 * task does first (configUSE_DAEMON_TASK_STARTUP_HOOK).
 */
void vApplicationGetTimerTaskMemory(StaticTask_t **ppxTimerTaskTCBBuffer,
				    StackType_t **ppxTimerTaskStackBuffer,
				    configSTACK_DEPTH_TYPE
				    *puxTimerTaskStackSize);
void vApplicationDaemonTaskStartupHook(void);

#if !configUSE_TIMERS && !defined(SHIM_H)
/* Each would be accepted and never done: say so where one is called. */
#define timersNEED_THE_TASK						\
	__attribute__((error("configUSE_TIMERS is 0 in FreeRTOSConfig.h;" \
			     " set it to 1")))

TimerHandle_t xTimerCreate(const char *pcTimerName,
			   TickType_t xTimerPeriodInTicks,
			   BaseType_t xAutoReload, void *pvTimerID,
			   TimerCallbackFunction_t pxCallbackFunction)
	timersNEED_THE_TASK;
TimerHandle_t xTimerCreateStatic(const char *pcTimerName,
				 TickType_t xTimerPeriodInTicks,
				 BaseType_t xAutoReload, void *pvTimerID,
				 TimerCallbackFunction_t pxCallbackFunction,
				 StaticTimer_t *pxTimerBuffer)
	timersNEED_THE_TASK;
TaskHandle_t xTimerGetTimerDaemonTaskHandle(void) timersNEED_THE_TASK;
BaseType_t xTimerPendFunctionCall(PendedFunction_t xFunctionToPend,
				  void *pvParameter1, uint32_t ulParameter2,
				  TickType_t xTicksToWait)
	timersNEED_THE_TASK;
BaseType_t xTimerPendFunctionCallFromISR(PendedFunction_t xFunctionToPend,
					 void *pvParameter1,
					 uint32_t ulParameter2,
					 BaseType_t
					 *pxHigherPriorityTaskWoken)
	timersNEED_THE_TASK;
#endif

#endif /* TIMERS_H */
