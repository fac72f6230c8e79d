/* SPDX-License-Identifier: BSD-3-Clause */
/* What the netif uses of FreeRTOS, where there is one thread only. */
#ifndef HOST_FREERTOS_H
#define HOST_FREERTOS_H

#include <assert.h>
#include <stdint.h>

typedef uint32_t TickType_t;
typedef int BaseType_t;
typedef struct { int unused; } TimeOut_t;
typedef void *SemaphoreHandle_t;

extern uint32_t sys_now(void);

#define pdTRUE				1
#define portTICK_PERIOD_MS		1
#define configASSERT(x)			assert(x)
#define pdMS_TO_TICKS(ms)		((TickType_t)(ms))
#define xTaskGetTickCount()		((TickType_t)sys_now())
#define taskENTER_CRITICAL()		((void)0)
#define taskEXIT_CRITICAL()		((void)0)
#define portYIELD_FROM_ISR(x)		((void)(x))
#define xPortIsInsideInterrupt()	0
#define vTaskSetTimeOutState(since)	((void)(since))
#define xTaskCheckForTimeOut(since, left) ((void)(since), (void)(left), 1)
#define xSemaphoreCreateBinary()	((SemaphoreHandle_t)1)
#define xSemaphoreGive(s)		((void)(s))
#define xSemaphoreTake(s, ticks)	((void)(s), (void)(ticks))

#endif /* HOST_FREERTOS_H */
