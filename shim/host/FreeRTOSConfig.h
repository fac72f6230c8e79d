/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration of the shim on the host. */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#define configTICK_RATE_HZ		1000
#define configMAX_PRIORITIES		32
#define configTASK_NOTIFICATION_ARRAY_ENTRIES	3

/* Below the highest, so that tests have tasks on both sides of it. */
#ifndef configTIMER_TASK_PRIORITY
#define configTIMER_TASK_PRIORITY	20
#endif
#ifndef configTIMER_QUEUE_LENGTH
#define configTIMER_QUEUE_LENGTH	5
#endif

#ifndef HOST_WITHOUT_ASSERTS
void vAssertCalled(const char *pcFile, int iLine);
#define configASSERT(x) \
	((x) ? (void)0 : vAssertCalled(__FILE__, __LINE__))
#endif

#endif /* FREERTOS_CONFIG_H */
