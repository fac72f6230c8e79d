/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses of both versions of IP. */
#ifndef FREERTOS_IP_COMMON_H
#define FREERTOS_IP_COMMON_H

#include "FreeRTOS.h"

struct xNetworkEndPoint;
struct xNetworkInterface;

struct xIPv6_Address {
	uint8_t ucBytes[16];
};
typedef struct xIPv6_Address IPv6_Address_t;

typedef union IP_Address {
	uint32_t ulIP_IPv4;	/* in the network's order */
	IPv6_Address_t xIP_IPv6;
} IP_Address_t;

typedef struct xxIPv46_Address {
	IP_Address_t xIPAddress;
	BaseType_t xIs_IPv6;
} IPv46_Address_t;

/* Whether its interface is initialised, and has a link. */
BaseType_t FreeRTOS_IsEndPointUp(const struct xNetworkEndPoint *pxEndPoint);
BaseType_t FreeRTOS_AllEndPointsUp(const struct xNetworkInterface *pxInterface);

#endif /* FREERTOS_IP_COMMON_H */
