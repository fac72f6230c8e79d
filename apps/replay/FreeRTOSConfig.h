/* SPDX-License-Identifier: BSD-3-Clause */
/* As shim/host/FreeRTOSConfig.h: the same program does the same here and there. */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#define configTICK_RATE_HZ		1000
#define configMAX_PRIORITIES		32
#define configTASK_NOTIFICATION_ARRAY_ENTRIES	3
#define configTIMER_TASK_PRIORITY	20
#define configTIMER_QUEUE_LENGTH	5

/* Words; callbacks write lines of the trace. */
#define configMINIMAL_STACK_SIZE	512
#define configTIMER_TASK_STACK_DEPTH	1024

void vAssertCalled(const char *pcFile, int iLine);
#define configASSERT(x) \
	((x) ? (void)0 : vAssertCalled(__FILE__, __LINE__))

#endif /* FREERTOS_CONFIG_H */
