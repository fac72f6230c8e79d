/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The configuration that native FreeRTOS was measured with, as far as it has
 * a meaning here. No configASSERT: nothing is checked.
 */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#define configTICK_RATE_HZ		1000
#define configMAX_PRIORITIES		32
#define configMINIMAL_STACK_SIZE	256	/* words of 8 bytes: 2 KiB */
#define configMAX_TASK_NAME_LEN		16
#define configUSE_TASK_FPU_SUPPORT	1	/* none has FP registers */
#define configUSE_TIMERS		1
#define configTIMER_TASK_PRIORITY	20
#define configTIMER_QUEUE_LENGTH	32
#define configTIMER_TASK_STACK_DEPTH	configMINIMAL_STACK_SIZE
/* Stacks without guard pages, and what one core has no use for. */
#define configCHECK_FOR_STACK_OVERFLOW	0
#define configUSE_CORE_AFFINITY		0

#endif /* FREERTOS_CONFIG_H */
