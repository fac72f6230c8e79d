/* SPDX-License-Identifier: BSD-3-Clause */
/* What FreeRTOSConfig.h leaves open; what cannot be had is an error. */
#ifndef FREERTOS_CONFIG_DEFAULTS_H
#define FREERTOS_CONFIG_DEFAULTS_H

#ifndef configTICK_RATE_HZ
#define configTICK_RATE_HZ		1000
#endif
#ifndef configMAX_PRIORITIES
#define configMAX_PRIORITIES		32
#endif
#ifndef configMINIMAL_STACK_SIZE
#define configMINIMAL_STACK_SIZE	512
#endif
#ifndef configSTACK_DEPTH_TYPE
#define configSTACK_DEPTH_TYPE		StackType_t
#endif
#ifndef configMAX_TASK_NAME_LEN
#define configMAX_TASK_NAME_LEN		16
#endif
#ifndef configTASK_NOTIFICATION_ARRAY_ENTRIES
#define configTASK_NOTIFICATION_ARRAY_ENTRIES	1
#endif
#ifndef configSUPPORT_DYNAMIC_ALLOCATION
#define configSUPPORT_DYNAMIC_ALLOCATION	1
#endif
#ifndef configSUPPORT_STATIC_ALLOCATION
#define configSUPPORT_STATIC_ALLOCATION		1
#endif
#ifndef configUSE_PREEMPTION
#define configUSE_PREEMPTION		1
#endif
#ifndef configUSE_TIME_SLICING
#define configUSE_TIME_SLICING		1
#endif
#ifndef configNUMBER_OF_CORES
#define configNUMBER_OF_CORES		1
#endif
#ifndef configUSE_MUTEXES
#define configUSE_MUTEXES		1
#endif
#ifndef configUSE_RECURSIVE_MUTEXES
#define configUSE_RECURSIVE_MUTEXES	1
#endif
#ifndef configUSE_COUNTING_SEMAPHORES
#define configUSE_COUNTING_SEMAPHORES	1
#endif
#ifndef configUSE_TASK_NOTIFICATIONS
#define configUSE_TASK_NOTIFICATIONS	1
#endif
#ifndef configUSE_EVENT_GROUPS
#define configUSE_EVENT_GROUPS		1
#endif

/* Software timers: 0 leaves out the task that they and calls pended need. */
#ifndef configUSE_TIMERS
#define configUSE_TIMERS		1
#endif
#ifndef configTIMER_TASK_PRIORITY
#define configTIMER_TASK_PRIORITY	(configMAX_PRIORITIES - 1)
#endif
#ifndef configTIMER_QUEUE_LENGTH
#define configTIMER_QUEUE_LENGTH	10
#endif
#ifndef configTIMER_TASK_STACK_DEPTH
#define configTIMER_TASK_STACK_DEPTH	configMINIMAL_STACK_SIZE
#endif
#ifndef configTIMER_SERVICE_TASK_NAME
#define configTIMER_SERVICE_TASK_NAME	"Tmr Svc"
#endif
#ifndef configUSE_DAEMON_TASK_STARTUP_HOOK
#define configUSE_DAEMON_TASK_STARTUP_HOOK	0
#endif
#ifndef INCLUDE_xTimerPendFunctionCall
#define INCLUDE_xTimerPendFunctionCall	1
#endif
#ifndef INCLUDE_xTimerGetTimerDaemonTaskHandle
#define INCLUDE_xTimerGetTimerDaemonTaskHandle	1
#endif

/* 2: every task may use FP registers, 1: none may */
#ifndef configUSE_TASK_FPU_SUPPORT
#define configUSE_TASK_FPU_SUPPORT	2
#endif
#ifndef configUSE_MALLOC_FAILED_HOOK
#define configUSE_MALLOC_FAILED_HOOK	0
#endif
#ifndef configUSE_STREAM_BUFFERS
#define configUSE_STREAM_BUFFERS	1
#endif
/* 0: a buffer has no callbacks of its own, and creation refuses them */
#ifndef configUSE_SB_COMPLETED_CALLBACK
#define configUSE_SB_COMPLETED_CALLBACK	1
#endif
#ifndef configMESSAGE_BUFFER_LENGTH_TYPE
#define configMESSAGE_BUFFER_LENGTH_TYPE	size_t
#endif
#ifndef configUSE_MINI_LIST_ITEM
#define configUSE_MINI_LIST_ITEM	1
#endif
#ifndef configUSE_LIST_DATA_INTEGRITY_CHECK_BYTES
#define configUSE_LIST_DATA_INTEGRITY_CHECK_BYTES	0
#endif
#ifndef configHEAP_CLEAR_MEMORY_ON_FREE
#define configHEAP_CLEAR_MEMORY_ON_FREE	0
#endif
#ifndef configUSE_TICK_HOOK
#define configUSE_TICK_HOOK		0
#endif
#ifndef configUSE_IDLE_HOOK
#define configUSE_IDLE_HOOK		0
#endif

#ifdef configASSERT
#define configASSERT_DEFINED		1
#else
#define configASSERT_DEFINED		0
#define configASSERT(x)			((void)0)
#endif

/* What FreeRTOS's own headers lend to applications */
#ifndef configMIN
#define configMIN(a, b)			(((a) < (b)) ? (a) : (b))
#endif
#ifndef configMAX
#define configMAX(a, b)			(((a) > (b)) ? (a) : (b))
#endif
#ifndef mtCOVERAGE_TEST_MARKER
#define mtCOVERAGE_TEST_MARKER()
#endif

/* Everything is built in; the linker drops what a program does not call. */
#ifndef INCLUDE_vTaskPrioritySet
#define INCLUDE_vTaskPrioritySet	1
#endif
#ifndef INCLUDE_uxTaskPriorityGet
#define INCLUDE_uxTaskPriorityGet	1
#endif
#ifndef INCLUDE_vTaskDelete
#define INCLUDE_vTaskDelete		1
#endif
#ifndef INCLUDE_vTaskSuspend
#define INCLUDE_vTaskSuspend		1
#endif
#ifndef INCLUDE_vTaskDelay
#define INCLUDE_vTaskDelay		1
#endif
#ifndef INCLUDE_xTaskDelayUntil
#define INCLUDE_xTaskDelayUntil		1
#endif
#ifndef INCLUDE_xTaskGetSchedulerState
#define INCLUDE_xTaskGetSchedulerState	1
#endif
#ifndef INCLUDE_xTaskGetCurrentTaskHandle
#define INCLUDE_xTaskGetCurrentTaskHandle	1
#endif
#ifndef INCLUDE_eTaskGetState
#define INCLUDE_eTaskGetState		1
#endif

#if 1000000000 % configTICK_RATE_HZ != 0
#error "configTICK_RATE_HZ must divide 1000000000; set it to 1000"
#endif
#if configMAX_PRIORITIES < 1 || configMAX_PRIORITIES > 62
#error "configMAX_PRIORITIES must be 1 to 62; set it to 32"
#endif
#if configTASK_NOTIFICATION_ARRAY_ENTRIES < 1
#error "configTASK_NOTIFICATION_ARRAY_ENTRIES must be at least 1"
#endif
#if configTIMER_TASK_PRIORITY < 0 \
	|| configTIMER_TASK_PRIORITY >= configMAX_PRIORITIES
#error "configTIMER_TASK_PRIORITY must be below configMAX_PRIORITIES"
#endif
#if configTIMER_QUEUE_LENGTH < 1
#error "configTIMER_QUEUE_LENGTH must be at least 1; set it to 10"
#endif
#if configNUMBER_OF_CORES != 1
#error "configNUMBER_OF_CORES: tasks run on one core; set it to 1"
#endif
#if !configUSE_PREEMPTION
#error "configUSE_PREEMPTION: always preemptive; set it to 1"
#endif
#if !configUSE_TIME_SLICING
#error "configUSE_TIME_SLICING: equals always take turns; set it to 1"
#endif
#if configUSE_LIST_DATA_INTEGRITY_CHECK_BYTES
#error "configUSE_LIST_DATA_INTEGRITY_CHECK_BYTES: not offered; set it to 0"
#endif
#if configHEAP_CLEAR_MEMORY_ON_FREE
#error "configHEAP_CLEAR_MEMORY_ON_FREE: not offered; set it to 0"
#endif
#if configUSE_TICK_HOOK
#error "configUSE_TICK_HOOK: there is no tick; set it to 0, use a delaying task"
#endif
#if configUSE_IDLE_HOOK
#error "configUSE_IDLE_HOOK: not offered; set it to 0, use a task of priority 0"
#endif
#if defined(configINITIAL_TICK_COUNT)
#error "configINITIAL_TICK_COUNT: ticks start at 0; leave it undefined"
#endif

#endif /* FREERTOS_CONFIG_DEFAULTS_H */
