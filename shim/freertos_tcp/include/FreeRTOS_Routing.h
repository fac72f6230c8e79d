/* SPDX-License-Identifier: BSD-3-Clause */
/* Interfaces and their end-points. */
#ifndef FREERTOS_ROUTING_H
#define FREERTOS_ROUTING_H

#include "FreeRTOS_IP.h"
#include "FreeRTOS_Sockets.h"

struct xNetworkInterface;

typedef BaseType_t (*NetworkInterfaceInitialiseFunction_t)(
	struct xNetworkInterface *pxDescriptor);
typedef BaseType_t (*NetworkInterfaceOutputFunction_t)(
	struct xNetworkInterface *pxDescriptor,
	NetworkBufferDescriptor_t * const pxNetworkBuffer,
	BaseType_t xReleaseAfterSend);
typedef BaseType_t (*GetPhyLinkStatusFunction_t)(
	struct xNetworkInterface *pxDescriptor);
typedef void (*NetworkInterfaceMACFilterFunction_t)(
	struct xNetworkInterface *pxInterface,
	const uint8_t *pucMacAddressBytes);

/*
 * What a driver fills in. pfInitialise may block for seconds and is repeated
 * until it gives pdPASS; pfOutput has to release the buffer in any case when
 * it is told to; it is always told to.
 */
typedef struct xNetworkInterface {
	const char *pcName;
	void *pvArgument;	/* the driver's */
	NetworkInterfaceInitialiseFunction_t pfInitialise;
	NetworkInterfaceOutputFunction_t pfOutput;
	/* NULL: it has a link from its initialisation on */
	GetPhyLinkStatusFunction_t pfGetPhyLinkStatus;
	NetworkInterfaceMACFilterFunction_t pfAddAllowedMAC;
	NetworkInterfaceMACFilterFunction_t pfRemoveAllowedMAC;
	struct {
		uint32_t bInterfaceUp : 1;	/* initialised */
		uint32_t bCallDownEvent : 1;
	} bits;
	struct xNetworkEndPoint *pxEndPoint;
	struct xNetworkInterface *pxNext;
} NetworkInterface_t;

/* Addresses are in the network's order. */
typedef struct xIPV4Parameters {
	uint32_t ulIPAddress;
	uint32_t ulNetMask;
	uint32_t ulGatewayAddress;
	uint32_t ulDNSServerAddresses[ipconfigENDPOINT_DNS_ADDRESS_COUNT];
	uint32_t ulBroadcastAddress;
	uint8_t ucDNSIndex;
} IPV4Parameters_t;

typedef struct xIPV6Parameters {
	IPv6_Address_t xIPAddress;
	size_t uxPrefixLength;
	IPv6_Address_t xPrefix;
	IPv6_Address_t xGatewayAddress;
	IPv6_Address_t xDNSServerAddresses[ipconfigENDPOINT_DNS_ADDRESS_COUNT];
	uint8_t ucDNSIndex;
} IPV6Parameters_t;

/* One address of an interface; here the MAC address is what counts. */
typedef struct xNetworkEndPoint {
#if ipconfigIS_ENABLED(ipconfigUSE_IPv4)
	IPV4Parameters_t ipv4_settings;
	IPV4Parameters_t ipv4_defaults;
#endif
#if ipconfigIS_ENABLED(ipconfigUSE_IPv6)
	IPV6Parameters_t ipv6_settings;
	IPV6Parameters_t ipv6_defaults;
#endif
	MACAddress_t xMACAddress;
	struct {
		uint32_t bIsDefault : 1;
		uint32_t bWantDHCP : 1;
		uint32_t bWantRA : 1;
		uint32_t bIPv6 : 1;
		uint32_t bCallDownHook : 1;
		uint32_t bEndPointUp : 1;
	} bits;
	uint8_t usDNSType;
	NetworkInterface_t *pxNetworkInterface;
	struct xNetworkEndPoint *pxNext;
} NetworkEndPoint_t;

#define ENDPOINT_IS_IPv4(pxEndPoint) \
	((pxEndPoint) != NULL && (pxEndPoint)->bits.bIPv6 == 0U)
#define ENDPOINT_IS_IPv6(pxEndPoint) \
	((pxEndPoint) != NULL && (pxEndPoint)->bits.bIPv6 != 0U)

/* Add it behind the others, once. Returns it. */
NetworkInterface_t *
FreeRTOS_AddNetworkInterface(NetworkInterface_t *pxInterface);
NetworkInterface_t *FreeRTOS_FirstNetworkInterface(void);
NetworkInterface_t *
FreeRTOS_NextNetworkInterface(const NetworkInterface_t *pxInterface);

/* Of an interface, or with NULL of any; the next of NULL is the first. */
NetworkEndPoint_t *
FreeRTOS_FirstEndPoint(const NetworkInterface_t *pxInterface);
NetworkEndPoint_t *FreeRTOS_NextEndPoint(const NetworkInterface_t *pxInterface,
					 NetworkEndPoint_t *pxEndPoint);
NetworkEndPoint_t *
FreeRTOS_FindEndPointOnMAC(const MACAddress_t *pxMACAddress,
			   const NetworkInterface_t *pxInterface);

/*
 * Always the first of the interface: which address a frame is for is the
 * stack's to find out, and no frame may be dropped before it.
 */
NetworkEndPoint_t *
FreeRTOS_MatchingEndpoint(const NetworkInterface_t *pxNetworkInterface,
			  const uint8_t *pucEthernetBuffer);

/* Fill in an end-point and add it to the interface. */
void FreeRTOS_FillEndPoint(
	NetworkInterface_t *pxNetworkInterface, NetworkEndPoint_t *pxEndPoint,
	const uint8_t ucIPAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucNetMask[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucGatewayAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucDNSServerAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucMACAddress[ipMAC_ADDRESS_LENGTH_BYTES]);

#endif /* FREERTOS_ROUTING_H */
