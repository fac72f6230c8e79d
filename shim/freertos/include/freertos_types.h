/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The types that FreeRTOS's prototypes use. Two readers: the compiler, through
 * FreeRTOS.h, and the shim generator, whose C parser wants plain declarations
 * (lines that begin with # are skipped there).
 */
#ifndef FREERTOS_TYPES_H
#define FREERTOS_TYPES_H

#include <stddef.h>
#include <stdint.h>

typedef long BaseType_t;
typedef unsigned long UBaseType_t;
/*
 * 32 bits, other than FreeRTOS's own AArch64 port: drivers write "for ever"
 * as 0xFFFFFFFF and keep ticks in 32-bit variables.
 */
typedef uint32_t TickType_t;
typedef uint64_t StackType_t;

typedef struct tskTaskControlBlock *TaskHandle_t;
typedef const struct tskTaskControlBlock *ConstTaskHandle_t;
typedef struct QueueDefinition *QueueHandle_t;
typedef struct QueueDefinition *SemaphoreHandle_t;
typedef struct QueueDefinition *QueueSetHandle_t;
typedef struct QueueDefinition *QueueSetMemberHandle_t;
typedef struct StreamBufferDef_t *StreamBufferHandle_t;
typedef struct StreamBufferDef_t *MessageBufferHandle_t;
typedef struct tmrTimerControl *TimerHandle_t;
typedef struct EventGroupDef_t *EventGroupHandle_t;

/* The lower 24 bits are the application's, as always with 32-bit ticks. */
typedef TickType_t EventBits_t;

typedef struct xSTATIC_TCB StaticTask_t;
typedef struct xSTATIC_QUEUE StaticQueue_t;
typedef struct xSTATIC_QUEUE StaticSemaphore_t;
typedef struct xSTATIC_STREAM_BUFFER StaticStreamBuffer_t;
typedef struct xSTATIC_STREAM_BUFFER StaticMessageBuffer_t;
typedef struct xSTATIC_TIMER StaticTimer_t;
typedef struct xSTATIC_EVENT_GROUP StaticEventGroup_t;

/* Public structures; list.h says what is in them. */
typedef struct xLIST_ITEM ListItem_t;
typedef struct xLIST List_t;

typedef void (*TaskFunction_t)(void *arg);
typedef void (*XInterruptHandler)(void *arg);
typedef BaseType_t (*TaskHookFunction_t)(void *arg);
typedef void (*StreamBufferCallbackFunction_t)(
	StreamBufferHandle_t xStreamBuffer, BaseType_t xIsInsideISR,
	BaseType_t *const pxHigherPriorityTaskWoken);
typedef void (*TimerCallbackFunction_t)(TimerHandle_t xTimer);
typedef void (*PendedFunction_t)(void *arg1, uint32_t arg2);

typedef enum {
	eRunning = 0,
	eReady,
	eBlocked,
	eSuspended,
	eDeleted,
	eInvalid
} eTaskState;

typedef enum {
	eNoAction = 0,
	eSetBits,
	eIncrement,
	eSetValueWithOverwrite,
	eSetValueWithoutOverwrite
} eNotifyAction;

typedef enum {
	eAbortSleep = 0,
	eStandardSleep,
	eNoTasksWaitingTimeout
} eSleepModeStatus;

typedef struct xTASK_STATUS {
	TaskHandle_t xHandle;
	const char *pcTaskName;
	UBaseType_t xTaskNumber;
	eTaskState eCurrentState;
	UBaseType_t uxCurrentPriority;
	UBaseType_t uxBasePriority;
	configRUN_TIME_COUNTER_TYPE ulRunTimeCounter;
	StackType_t *pxStackBase;
	configSTACK_DEPTH_TYPE usStackHighWaterMark;
} TaskStatus_t;

typedef struct xTIME_OUT {
	BaseType_t xOverflowCount;
	TickType_t xTimeOnEntering;
} TimeOut_t;

/* Memory for the heap; a size of 0 ends a list of them. */
typedef struct HeapRegion {
	uint8_t *pucStartAddress;
	size_t xSizeInBytes;
} HeapRegion_t;

typedef struct xHeapStats {
	size_t xAvailableHeapSpaceInBytes;
	size_t xSizeOfLargestFreeBlockInBytes;
	size_t xSizeOfSmallestFreeBlockInBytes;
	size_t xNumberOfFreeBlocks;
	size_t xMinimumEverFreeBytesRemaining;
	size_t xNumberOfSuccessfulAllocations;
	size_t xNumberOfSuccessfulFrees;
} HeapStats_t;

#endif /* FREERTOS_TYPES_H */
