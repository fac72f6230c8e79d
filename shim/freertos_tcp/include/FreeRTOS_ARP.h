/* SPDX-License-Identifier: BSD-3-Clause */
/* Who has which address is the stack's to know. */
#ifndef FREERTOS_ARP_H
#define FREERTOS_ARP_H

#include "FreeRTOS_IP.h"
#include "FreeRTOS_Routing.h"

/* Loop-back drivers say that their own address is theirs: nothing to do. */
static inline void vARPRefreshCacheEntry(const MACAddress_t *pxMACAddress,
					 uint32_t ulIPAddress,
					 NetworkEndPoint_t *pxEndPoint)
{
	(void)pxMACAddress;
	(void)ulIPAddress;
	(void)pxEndPoint;
}

static inline BaseType_t xIsIPv4Loopback(uint32_t ulAddress)
{
	return (FreeRTOS_ntohl(ulAddress) >> 24) == 127;
}

#endif /* FREERTOS_ARP_H */
