/* SPDX-License-Identifier: BSD-3-Clause */
/* The same as FreeRTOS_ARP.h, of IPv6. */
#ifndef FREERTOS_ND_H
#define FREERTOS_ND_H

#include "FreeRTOS_ARP.h"

extern const uint8_t
pcLOCAL_ALL_NODES_MULTICAST_MAC[ipMAC_ADDRESS_LENGTH_BYTES];

static inline void vNDRefreshCacheEntry(const MACAddress_t *pxMACAddress,
					const IPv6_Address_t *pxIPAddress,
					NetworkEndPoint_t *pxEndPoint)
{
	(void)pxMACAddress;
	(void)pxIPAddress;
	(void)pxEndPoint;
}

/* ::1 */
static inline BaseType_t xIsIPv6Loopback(const IPv6_Address_t *pxAddress)
{
	static const IPv6_Address_t xLoopback = { { [15] = 1 } };

	return memcmp(pxAddress, &xLoopback, sizeof(xLoopback)) == 0;
}

#endif /* FREERTOS_ND_H */
