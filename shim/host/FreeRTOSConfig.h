/* SPDX-License-Identifier: BSD-3-Clause */
/* The configuration of the shim on the host. */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

#define configTICK_RATE_HZ		1000
#define configMAX_PRIORITIES		32
#define configTASK_NOTIFICATION_ARRAY_ENTRIES	3

#ifndef HOST_WITHOUT_ASSERTS
void vAssertCalled(const char *pcFile, int iLine);
#define configASSERT(x) \
	((x) ? (void)0 : vAssertCalled(__FILE__, __LINE__))
#endif

#endif /* FREERTOS_CONFIG_H */
