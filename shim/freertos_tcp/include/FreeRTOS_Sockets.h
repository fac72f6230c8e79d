/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses as numbers. Sockets are the stack's, under its own names. */
#ifndef FREERTOS_SOCKETS_H
#define FREERTOS_SOCKETS_H

#include "FreeRTOS.h"
#include "FreeRTOSIPConfigDefaults.h"
#include "FreeRTOS_IP_Common.h"

#define FREERTOS_INADDR_ANY		(0UL)
#define FREERTOS_INADDR_BROADCAST	(0xFFFFFFFFUL)

/* In the network's order */
#if ipconfigBYTE_ORDER == pdFREERTOS_LITTLE_ENDIAN
#define FreeRTOS_inet_addr_quick(ucOctet0, ucOctet1, ucOctet2, ucOctet3) \
	((uint32_t)(ucOctet3) << 24 | (uint32_t)(ucOctet2) << 16	\
	 | (uint32_t)(ucOctet1) << 8 | (uint32_t)(ucOctet0))
#else
#define FreeRTOS_inet_addr_quick(ucOctet0, ucOctet1, ucOctet2, ucOctet3) \
	((uint32_t)(ucOctet0) << 24 | (uint32_t)(ucOctet1) << 16	\
	 | (uint32_t)(ucOctet2) << 8 | (uint32_t)(ucOctet3))
#endif

#endif /* FREERTOS_SOCKETS_H */
