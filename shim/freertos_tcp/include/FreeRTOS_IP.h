/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS+TCP's first header, as far as drivers and their start need it. */
#ifndef FREERTOS_IP_H
#define FREERTOS_IP_H

#include <stdio.h>
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"
#include "list.h"
#include "FreeRTOSIPConfigDefaults.h"
#include "FreeRTOS_IP_Common.h"

/* The version whose driver-facing API this is */
#define ipFR_TCP_VERSION_NUMBER	"V4.4.1"
#define ipFR_TCP_VERSION_MAJOR	4
#define ipFR_TCP_VERSION_MINOR	4
#define ipFR_TCP_VERSION_BUILD	1

/* Of headers, in bytes: IEEE 802.3, RFC 791, 768, 793, 8200 */
#define ipSIZE_OF_ETH_HEADER	14U
#define ipSIZE_OF_IPv4_HEADER	20U
#define ipSIZE_OF_IPv4_ADDRESS	4U
#define ipSIZE_OF_IPv6_HEADER	40U
#define ipSIZE_OF_IPv6_ADDRESS	16U
#define ipSIZE_OF_ICMPv4_HEADER	8U
#define ipSIZE_OF_IGMP_HEADER	8U
#define ipSIZE_OF_UDP_HEADER	8U
#define ipSIZE_OF_TCP_HEADER	20U
#define ipMAC_ADDRESS_LENGTH_BYTES	(6U)
#define ipIP_ADDRESS_LENGTH_BYTES	(4U)
#define ipSIZE_OF_ETH_CRC_BYTES	(4UL)
#define ipSIZE_OF_ETH_OPTIONAL_802_1Q_TAG_BYTES	(4UL)
#define ipTOTAL_ETHERNET_FRAME_SIZE				\
	((uint32_t)ipconfigNETWORK_MTU				\
	 + (uint32_t)ipSIZE_OF_ETH_HEADER			\
	 + ipSIZE_OF_ETH_CRC_BYTES				\
	 + ipSIZE_OF_ETH_OPTIONAL_802_1Q_TAG_BYTES)

/* IANA, Protocol Numbers */
#define ipPROTOCOL_ICMP		(1U)
#define ipPROTOCOL_IGMP		(2U)
#define ipPROTOCOL_TCP		(6U)
#define ipPROTOCOL_UDP		(17U)
#define ipPROTOCOL_EXT_HEADER	(0U)
#define ipPROTOCOL_ICMP_IPv6	(58U)

#define ipTYPE_IPv4	(0x40U)
#define ipTYPE_IPv6	(0x60U)

/* What usGenerateProtocolChecksum() says of a packet */
#define ipCORRECT_CRC		0xffffU
#define ipWRONG_CRC		0x0000U
#define ipINVALID_LENGTH	0x1234U
#define ipUNHANDLED_PROTOCOL	0x4321U

/*
 * Room before each frame. The address of its descriptor is at the beginning:
 * so many bytes before the frame, whatever the buffer's origin.
 */
#if ipconfigBUFFER_PADDING != 0
#define ipBUFFER_PADDING	ipconfigBUFFER_PADDING
#elif UINTPTR_MAX > 0xFFFFFFFFU
#define ipBUFFER_PADDING	(12U + ipconfigPACKET_FILLER_SIZE)
#else
#define ipBUFFER_PADDING	(8U + ipconfigPACKET_FILLER_SIZE)
#endif

/* A frame, and where it goes or came from. */
typedef struct xNETWORK_BUFFER {
	ListItem_t xBufferListItem;	/* whoever has it may use it */
	IP_Address_t xIPAddress;
	uint8_t *pucEthernetBuffer;	/* where the frame begins */
	size_t xDataLength;		/* of the frame */
	struct xNetworkInterface *pxInterface;
	struct xNetworkEndPoint *pxEndPoint;
	uint16_t usPort;
	uint16_t usBoundPort;
#if ipconfigIS_ENABLED(ipconfigUSE_LINKED_RX_MESSAGES)
	struct xNETWORK_BUFFER *pxNextBuffer;	/* received together */
#endif
} NetworkBufferDescriptor_t;

#define ul_IPAddress	xIPAddress.ulIP_IPv4
#define x_IPv6Address	xIPAddress.xIP_IPv6

#include "pack_struct_start.h"
struct xMAC_ADDRESS {
	uint8_t ucBytes[ipMAC_ADDRESS_LENGTH_BYTES];
}
#include "pack_struct_end.h"
typedef struct xMAC_ADDRESS MACAddress_t;

typedef enum eNETWORK_EVENTS {
	eNetworkUp,
	eNetworkDown,
} eIPCallbackEvent_t;

/* ---- Small things ---- */

#if ipconfigBYTE_ORDER == pdFREERTOS_LITTLE_ENDIAN
#define FreeRTOS_htons(usIn)	__builtin_bswap16((uint16_t)(usIn))
#define FreeRTOS_htonl(ulIn)	__builtin_bswap32((uint32_t)(ulIn))
#else
#define FreeRTOS_htons(usIn)	((uint16_t)(usIn))
#define FreeRTOS_htonl(ulIn)	((uint32_t)(ulIn))
#endif
#define FreeRTOS_ntohs(x)	FreeRTOS_htons(x)
#define FreeRTOS_ntohl(x)	FreeRTOS_htonl(x)

#define ipMS_TO_MIN_TICKS(xTimeInMs)				\
	(pdMS_TO_TICKS(xTimeInMs) < (TickType_t)1		\
	 ? (TickType_t)1 : pdMS_TO_TICKS(xTimeInMs))
#define pdMS_TO_MIN_TICKS(xTimeInMs)	ipMS_TO_MIN_TICKS(xTimeInMs)

#define ipTRUE_BOOL	(pdPASS == pdPASS)
#define ipFALSE_BOOL	(pdPASS == pdFAIL)

#define freertosMIN_MAX(type, name)					\
	static inline type FreeRTOS_min_##name(type a, type b)		\
	{								\
		return a < b ? a : b;					\
	}								\
	static inline type FreeRTOS_max_##name(type a, type b)		\
	{								\
		return a > b ? a : b;					\
	}
freertosMIN_MAX(int32_t, int32)
freertosMIN_MAX(uint32_t, uint32)
freertosMIN_MAX(size_t, size_t)
#undef freertosMIN_MAX

/* To a multiple of d, which is not 0. */
static inline uint32_t FreeRTOS_round_down(uint32_t a, uint32_t d)
{
	return a - a % d;
}

static inline uint32_t FreeRTOS_round_up(uint32_t a, uint32_t d)
{
	return FreeRTOS_round_down(a + d - 1, d);
}

/* ---- Starting ---- */

/*
 * Offer all interfaces that were added, each with its end-point, to the
 * network; from a task, or before the scheduler runs. pdPASS: each is a
 * network device now; its driver is initialised when a stack starts it.
 */
BaseType_t FreeRTOS_IPInit_Multi(void);

/*
 * The same with the only interface, pxFillInterfaceDescriptor(0): the
 * driver's, or that of a driver of the older form. Addresses but for the
 * last are kept for who asks; the stack has its own way to get them.
 */
BaseType_t FreeRTOS_IPInit(
	const uint8_t ucIPAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucNetMask[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucGatewayAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucDNSServerAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucMACAddress[ipMAC_ADDRESS_LENGTH_BYTES]);

/* A driver's, or without one: the interface of a driver of the older form. */
struct xNetworkInterface *
pxFillInterfaceDescriptor(BaseType_t xEMACIndex,
			  struct xNetworkInterface *pxInterface);

/* Of the first end-point; a driver that finds its address sets it. */
const uint8_t *FreeRTOS_GetMACAddress(void);
void FreeRTOS_UpdateMACAddress(
	const uint8_t ucMACAddress[ipMAC_ADDRESS_LENGTH_BYTES]);

/* Whether all interfaces are initialised, and have a link. */
BaseType_t FreeRTOS_IsNetworkUp(void);
BaseType_t xIsNetworkDownEventPending(void);
/* The task that initialises drivers and asks for their links */
TaskHandle_t FreeRTOS_GetIPTaskHandle(void);
/* Events that the task has not yet taken: room left, the least ever */
UBaseType_t uxGetMinimumIPQueueSpace(void);

#if ipconfigIS_ENABLED(ipconfigUSE_NETWORK_EVENT_HOOK)
#if ipconfigIS_ENABLED(ipconfigIPv4_BACKWARD_COMPATIBLE)
void vApplicationIPNetworkEventHook(eIPCallbackEvent_t eNetworkEvent);
#else
void vApplicationIPNetworkEventHook_Multi(eIPCallbackEvent_t eNetworkEvent,
					  struct xNetworkEndPoint *pxEndPoint);
#endif
#endif

/* Applications of FreeRTOS+TCP have these; nothing here calls them. */
BaseType_t xApplicationGetRandomNumber(uint32_t *pulNumber);
uint32_t ulApplicationGetNextSequenceNumber(uint32_t ulSourceAddress,
					    uint16_t usSourcePort,
					    uint32_t ulDestinationAddress,
					    uint16_t usDestinationPort);

#if ipconfigIS_ENABLED(ipconfigHAS_PRINTF)
/* How many buffers are free, and how few ever were. */
void vPrintResourceStats(void);
#else
#define vPrintResourceStats()	do {} while (0)
#endif

#if ipconfigIS_ENABLED(ipconfigENABLE_BACKWARD_COMPATIBILITY)
#define xIPStackEvent_t			IPStackEvent_t
#define xNetworkBufferDescriptor_t	NetworkBufferDescriptor_t
#define xMACAddress_t			MACAddress_t
#define ipSIZE_OF_IP_HEADER		ipSIZE_OF_IPv4_HEADER
#endif

#include "FreeRTOS_IP_Utils.h"

#endif /* FREERTOS_IP_H */
