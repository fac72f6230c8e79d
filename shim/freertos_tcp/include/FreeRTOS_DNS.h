/* SPDX-License-Identifier: BSD-3-Clause */
/* Groups that a driver with a filter lets through when asked for. */
#ifndef FREERTOS_DNS_H
#define FREERTOS_DNS_H

#include "FreeRTOS_IP.h"

/* IANA, Service Name and Transport Protocol Port Number Registry; swapped */
#define ipDNS_PORT	FreeRTOS_htons(53U)
#define ipMDNS_PORT	FreeRTOS_htons(5353U)
#define ipLLMNR_PORT	FreeRTOS_htons(5355U)
#define ipNBNS_PORT	FreeRTOS_htons(137U)

extern const MACAddress_t xLLMNR_MacAddress;
extern const MACAddress_t xLLMNR_MacAddressIPv6;
extern const MACAddress_t xMDNS_MacAddress;
extern const MACAddress_t xMDNS_MacAddressIPv6;

#endif /* FREERTOS_DNS_H */
