/* SPDX-License-Identifier: BSD-3-Clause */
/* Interfaces and end-points, and starting with them. */
#include <string.h>

#include "FreeRTOS_DNS.h"
#include "FreeRTOS_ND.h"
#include "port.h"

struct xNetworkInterface *pxNetworkInterfaces;
struct xNetworkEndPoint *pxNetworkEndPoints;

/* IEEE 802.3, 3.2.3; RFC 4795, 2.5; RFC 6762, 3; RFC 1112, 6.4; RFC 2464, 7 */
const MACAddress_t xBroadcastMACAddress = {
	{ 0xff, 0xff, 0xff, 0xff, 0xff, 0xff }
};
const MACAddress_t xLLMNR_MacAddress = { { 1, 0, 0x5e, 0, 0, 0xfc } };
const MACAddress_t xLLMNR_MacAddressIPv6 = { { 0x33, 0x33, 0, 1, 0, 3 } };
const MACAddress_t xMDNS_MacAddress = { { 1, 0, 0x5e, 0, 0, 0xfb } };
const MACAddress_t xMDNS_MacAddressIPv6 = { { 0x33, 0x33, 0, 0, 0, 0xfb } };
const uint8_t pcLOCAL_ALL_NODES_MULTICAST_MAC[ipMAC_ADDRESS_LENGTH_BYTES] = {
	0x33, 0x33, 0, 0, 0, 1
};

/* ---- Interfaces ---- */

NetworkInterface_t *
FreeRTOS_AddNetworkInterface(NetworkInterface_t *pxInterface)
{
	struct xNetworkInterface **at = &pxNetworkInterfaces;

	while (*at && *at != pxInterface)
		at = &(*at)->pxNext;
	if (!*at && pxInterface) {
		pxInterface->pxNext = NULL;
		*at = pxInterface;
	}
	return pxInterface;
}

NetworkInterface_t *FreeRTOS_FirstNetworkInterface(void)
{
	return pxNetworkInterfaces;
}

NetworkInterface_t *
FreeRTOS_NextNetworkInterface(const NetworkInterface_t *pxInterface)
{
	return pxInterface ? pxInterface->pxNext : NULL;
}

/* ---- End-points ---- */

static NetworkEndPoint_t *of_interface(NetworkEndPoint_t *at,
				       const NetworkInterface_t *interface)
{
	while (at && interface && at->pxNetworkInterface != interface)
		at = at->pxNext;
	return at;
}

NetworkEndPoint_t *FreeRTOS_FirstEndPoint(const NetworkInterface_t *pxInterface)
{
	return of_interface(pxNetworkEndPoints, pxInterface);
}

NetworkEndPoint_t *FreeRTOS_NextEndPoint(const NetworkInterface_t *pxInterface,
					 NetworkEndPoint_t *pxEndPoint)
{
	return of_interface(pxEndPoint ? pxEndPoint->pxNext
				       : pxNetworkEndPoints, pxInterface);
}

NetworkEndPoint_t *
FreeRTOS_FindEndPointOnMAC(const MACAddress_t *pxMACAddress,
			   const NetworkInterface_t *pxInterface)
{
	NetworkEndPoint_t *at = NULL;

	if (!pxMACAddress)
		return NULL;
	while ((at = FreeRTOS_NextEndPoint(pxInterface, at)))
		if (!memcmp(&at->xMACAddress, pxMACAddress, sizeof(*pxMACAddress)))
			return at;
	return NULL;
}

NetworkEndPoint_t *
FreeRTOS_MatchingEndpoint(const NetworkInterface_t *pxNetworkInterface,
			  const uint8_t *pucEthernetBuffer)
{
	(void)pucEthernetBuffer;
	return FreeRTOS_FirstEndPoint(pxNetworkInterface);
}

static void add_end_point(NetworkInterface_t *interface,
			  NetworkEndPoint_t *end_point)
{
	struct xNetworkEndPoint **at = &pxNetworkEndPoints;

	end_point->pxNetworkInterface = interface;
	if (!interface->pxEndPoint)
		interface->pxEndPoint = end_point;
	while (*at && *at != end_point)
		at = &(*at)->pxNext;
	*at = end_point;
}

#if ipconfigIS_ENABLED(ipconfigUSE_IPv4)
static uint32_t number(const uint8_t *octets)
{
	uint32_t number;

	memcpy(&number, octets, sizeof(number));
	return number;
}
#endif

void FreeRTOS_FillEndPoint(
	NetworkInterface_t *pxNetworkInterface, NetworkEndPoint_t *pxEndPoint,
	const uint8_t ucIPAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucNetMask[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucGatewayAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucDNSServerAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucMACAddress[ipMAC_ADDRESS_LENGTH_BYTES])
{
	struct xNetworkEndPoint *next;

	if (!pxNetworkInterface || !pxEndPoint)
		return;
	/* It may be filled in anew, in its place. */
	next = pxEndPoint->pxNext;
	memset(pxEndPoint, 0, sizeof(*pxEndPoint));
	pxEndPoint->pxNext = next;
	memcpy(&pxEndPoint->xMACAddress, ucMACAddress,
	       ipMAC_ADDRESS_LENGTH_BYTES);
#if ipconfigIS_ENABLED(ipconfigUSE_IPv4)
	pxEndPoint->ipv4_settings = (IPV4Parameters_t){
		.ulNetMask = number(ucNetMask),
		.ulGatewayAddress = number(ucGatewayAddress),
		.ulDNSServerAddresses = { number(ucDNSServerAddress) },
		.ulBroadcastAddress = number(ucIPAddress)
				      | ~number(ucNetMask),
	};
	pxEndPoint->ipv4_defaults = pxEndPoint->ipv4_settings;
	pxEndPoint->ipv4_defaults.ulIPAddress = number(ucIPAddress);
#else
	(void)ucIPAddress;
	(void)ucNetMask;
	(void)ucGatewayAddress;
	(void)ucDNSServerAddress;
#endif
	add_end_point(pxNetworkInterface, pxEndPoint);
}

BaseType_t FreeRTOS_IsEndPointUp(const struct xNetworkEndPoint *pxEndPoint)
{
	return pxEndPoint->bits.bEndPointUp;
}

BaseType_t FreeRTOS_AllEndPointsUp(const struct xNetworkInterface *pxInterface)
{
	NetworkEndPoint_t *at = NULL;

	while ((at = FreeRTOS_NextEndPoint(pxInterface, at)))
		if (!at->bits.bEndPointUp)
			return pdFALSE;
	return pdTRUE;
}

const uint8_t *FreeRTOS_GetMACAddress(void)
{
	return pxNetworkEndPoints ? pxNetworkEndPoints->xMACAddress.ucBytes
				  : NULL;
}

void FreeRTOS_UpdateMACAddress(
	const uint8_t ucMACAddress[ipMAC_ADDRESS_LENGTH_BYTES])
{
	if (pxNetworkEndPoints)
		memcpy(&pxNetworkEndPoints->xMACAddress, ucMACAddress,
		       ipMAC_ADDRESS_LENGTH_BYTES);
}

/* ---- Starting ---- */

BaseType_t FreeRTOS_IPInit_Multi(void)
{
	NetworkInterface_t *at;

	if (!pxNetworkInterfaces || xNetworkBuffersInitialise() != pdPASS
	    || !iptask_start())
		return pdFAIL;
	for (at = pxNetworkInterfaces; at; at = at->pxNext)
		if (!at->pfInitialise || !at->pfOutput || !port_attach(at))
			return pdFAIL;
	return pdPASS;
}
