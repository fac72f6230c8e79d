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

/* 2: every task may use FP registers, 1: those that called
 * portTASK_USES_FLOATING_POINT()
 */
#ifndef configUSE_TASK_FPU_SUPPORT
#define configUSE_TASK_FPU_SUPPORT	2
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

/* ---- Hooks ---- */

#ifndef configUSE_MALLOC_FAILED_HOOK
#define configUSE_MALLOC_FAILED_HOOK	0
#endif
/* A timer interrupt at each tick, for the hook alone */
#ifndef configUSE_TICK_HOOK
#define configUSE_TICK_HOOK		0
#endif
/* A task of priority 0 that calls the hook and never rests */
#ifndef configUSE_IDLE_HOOK
#define configUSE_IDLE_HOOK		0
#endif
#ifndef configIDLE_SHOULD_YIELD
#define configIDLE_SHOULD_YIELD		1
#endif
#ifndef configIDLE_TASK_NAME
#define configIDLE_TASK_NAME		"IDLE"
#endif
/* The processor sleeps anyway while it is idle; 1: the idle hook's task too,
 * and configPRE_SLEEP_PROCESSING and configPOST_SLEEP_PROCESSING are called
 */
#ifndef configUSE_TICKLESS_IDLE
#define configUSE_TICKLESS_IDLE		0
#endif
/* 1, 2: stacks of xTaskCreate lie in pages of their own, with one below that
 * faults; with a vApplicationStackOverflowHook a task's stack is looked at, too,
 * when it leaves the processor. 0: a stack is part of the heap, as FreeRTOS's
 */
#ifndef configCHECK_FOR_STACK_OVERFLOW
#define configCHECK_FOR_STACK_OVERFLOW	1
#endif

/* ---- What tasks and queues carry with them ---- */

/* Tasks run on one core; this is for those who ask for it nevertheless. */
#ifndef configUSE_CORE_AFFINITY
#define configUSE_CORE_AFFINITY		1
#endif

#ifndef configUSE_TRACE_FACILITY
#define configUSE_TRACE_FACILITY	0
#endif
#ifndef configUSE_STATS_FORMATTING_FUNCTIONS
#define configUSE_STATS_FORMATTING_FUNCTIONS	0
#endif
#ifndef configSTATS_BUFFER_MAX_LENGTH
#define configSTATS_BUFFER_MAX_LENGTH	0xFFFF
#endif
/* In microseconds, unless portGET_RUN_TIME_COUNTER_VALUE is defined */
#ifndef configGENERATE_RUN_TIME_STATS
#define configGENERATE_RUN_TIME_STATS	0
#endif
#ifndef configRUN_TIME_COUNTER_TYPE
#define configRUN_TIME_COUNTER_TYPE	uint32_t
#endif
#ifndef configUSE_APPLICATION_TASK_TAG
#define configUSE_APPLICATION_TASK_TAG	0
#endif
#ifndef configNUM_THREAD_LOCAL_STORAGE_POINTERS
#define configNUM_THREAD_LOCAL_STORAGE_POINTERS	0
#endif
#ifndef configQUEUE_REGISTRY_SIZE
#define configQUEUE_REGISTRY_SIZE	0
#endif
#ifndef configUSE_QUEUE_SETS
#define configUSE_QUEUE_SETS		1
#endif
#ifndef configINITIAL_TICK_COUNT
#define configINITIAL_TICK_COUNT	0
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
/* For ports to a Cortex-M with a secure side */
#ifndef portALLOCATE_SECURE_CONTEXT
#define portALLOCATE_SECURE_CONTEXT(ulSecureStackSize)
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
#ifndef INCLUDE_xTaskAbortDelay
#define INCLUDE_xTaskAbortDelay		1
#endif
#ifndef INCLUDE_xTaskGetHandle
#define INCLUDE_xTaskGetHandle		1
#endif
#ifndef INCLUDE_xTaskGetIdleTaskHandle
#define INCLUDE_xTaskGetIdleTaskHandle	1
#endif
#ifndef INCLUDE_xTaskResumeFromISR
#define INCLUDE_xTaskResumeFromISR	1
#endif
/* These cost something where they are not called: stacks are filled. */
#ifndef INCLUDE_uxTaskGetStackHighWaterMark
#define INCLUDE_uxTaskGetStackHighWaterMark	0
#endif
#ifndef INCLUDE_uxTaskGetStackHighWaterMark2
#define INCLUDE_uxTaskGetStackHighWaterMark2	0
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
#if defined(configUSE_16_BIT_TICKS) && configUSE_16_BIT_TICKS
#error "configUSE_16_BIT_TICKS: ticks have 32 bits; set it to 0"
#endif
#if defined(configTICK_TYPE_WIDTH_IN_BITS) \
    && configTICK_TYPE_WIDTH_IN_BITS != TICK_TYPE_WIDTH_32_BITS
#error "configTICK_TYPE_WIDTH_IN_BITS: set it to TICK_TYPE_WIDTH_32_BITS"
#endif
#if configUSE_LIST_DATA_INTEGRITY_CHECK_BYTES
#error "configUSE_LIST_DATA_INTEGRITY_CHECK_BYTES: not offered; set it to 0"
#endif
#if configHEAP_CLEAR_MEMORY_ON_FREE
#error "configHEAP_CLEAR_MEMORY_ON_FREE: not offered; set it to 0"
#endif
#if configUSE_TASK_FPU_SUPPORT != 1 && configUSE_TASK_FPU_SUPPORT != 2
#error "configUSE_TASK_FPU_SUPPORT must be 1 or 2; set it to 2"
#endif
#if configUSE_TICKLESS_IDLE > 1 || defined(portSUPPRESS_TICKS_AND_SLEEP)
#error "configUSE_TICKLESS_IDLE: no tick is there to be suppressed; set it to 1 and define configPRE_SLEEP_PROCESSING instead of portSUPPRESS_TICKS_AND_SLEEP"
#endif
#if configCHECK_FOR_STACK_OVERFLOW < 0 || configCHECK_FOR_STACK_OVERFLOW > 2
#error "configCHECK_FOR_STACK_OVERFLOW must be 0, 1 or 2"
#endif
#if defined(configRECORD_STACK_HIGH_ADDRESS) && configRECORD_STACK_HIGH_ADDRESS
#error "configRECORD_STACK_HIGH_ADDRESS: not offered; set it to 0"
#endif
#if defined(configUSE_CO_ROUTINES) && configUSE_CO_ROUTINES
#error "configUSE_CO_ROUTINES: not offered; set it to 0"
#endif
#if defined(configENABLE_MPU) && configENABLE_MPU
#error "configENABLE_MPU: all tasks are privileged; set it to 0"
#endif

#endif /* FREERTOS_CONFIG_DEFAULTS_H */
