/* SPDX-License-Identifier: BSD-3-Clause */
/* What the cases rely on. */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#define configTICK_RATE_HZ		1000
/* The tick count wraps soon after the start: wrap_cases.c */
#define configINITIAL_TICK_COUNT	((TickType_t)-300)
#define configMAX_PRIORITIES		32
#define configMINIMAL_STACK_SIZE	512	/* words of 8 bytes: 4 KiB */
#define configMAX_TASK_NAME_LEN		16
#define configTASK_NOTIFICATION_ARRAY_ENTRIES	3
#define configUSE_TASK_FPU_SUPPORT	2	/* every task may use them */

#define configNUM_THREAD_LOCAL_STORAGE_POINTERS	4
#define configQUEUE_REGISTRY_SIZE	4
#define configUSE_QUEUE_SETS		1
#define configUSE_TRACE_FACILITY	1
#define configUSE_APPLICATION_TASK_TAG	1
#define INCLUDE_uxTaskGetStackHighWaterMark	1

/* The daemon of timers: above the tasks of the cases */
#define configTIMER_TASK_PRIORITY	20
#define configTIMER_QUEUE_LENGTH	10
#define configTIMER_TASK_STACK_DEPTH	1024

/* A broken rule fails the case instead of ending the program. */
void vAssertCalled(const char *pcFile, int iLine);
#define configASSERT(x) \
	((x) ? (void)0 : vAssertCalled(__FILE__, __LINE__))

#endif /* FREERTOS_CONFIG_H */
