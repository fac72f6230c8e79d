/* SPDX-License-Identifier: BSD-3-Clause */
/* Between a driver and who takes its frames: events, checks, checksums. */
#ifndef FREERTOS_IP_PRIVATE_H
#define FREERTOS_IP_PRIVATE_H

#include "FreeRTOS_IP.h"
#include "FreeRTOS_Sockets.h"
#include "FreeRTOS_Routing.h"
#include "queue.h"
#include "semphr.h"
#include "event_groups.h"
#include "freertos_tcp_packets.h"

#define ipFOREVER()	1

typedef enum eFrameProcessingResult {
	eReleaseBuffer = 0,
	eProcessBuffer,
	eReturnEthernetFrame,
	eFrameConsumed,
	eWaitingResolution,
} eFrameProcessingResult_t;

typedef enum {
	eNoEvent = -1,
	eNetworkDownEvent,	/* pvData: the interface, or NULL: the first */
	eNetworkRxEvent,	/* pvData: a descriptor, or a chain of them */
	eNetworkTxEvent,	/* pvData: a descriptor */
	eARPTimerEvent,
	eNDTimerEvent,
	eStackTxEvent,
	eDHCPEvent,
	eTCPTimerEvent,
	eTCPAcceptEvent,
	eTCPNetStat,
	eSocketBindEvent,
	eSocketCloseEvent,
	eSocketSelectEvent,
	eSocketSignalEvent,
	eSocketSetDeleteEvent,
} eIPEvent_t;

typedef struct IP_TASK_COMMANDS {
	eIPEvent_t eEventType;
	void *pvData;
} IPStackEvent_t;

/*
 * eNetworkRxEvent: hand frames over, also from an interrupt and without a
 * wait. pdPASS: they are not the driver's any more, also those that were bad
 * (rx_errors). pdFAIL: nothing was taken, no stack has started the interface.
 * eNetworkDownEvent, eNetworkTxEvent: for the task. Any other: pdFAIL.
 */
BaseType_t xSendEventStructToIPTask(const IPStackEvent_t *pxEvent,
				    TickType_t uxTimeout);
BaseType_t xSendEventToIPTask(eIPEvent_t eEvent);
BaseType_t xIsCallingFromIPTask(void);
BaseType_t xIPIsNetworkTaskReady(void);
/* What the task waits for; drivers that use it directly put events there. */
extern QueueHandle_t xNetworkEventQueue;

/*
 * The interface lost what it needs: its link is down, and its driver is
 * initialised anew. NULL, or before V4 nothing: the first one.
 */
#if ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE)
void FreeRTOS_NetworkDown(void);
BaseType_t FreeRTOS_NetworkDownFromISR(void);
#else
void FreeRTOS_NetworkDown(struct xNetworkInterface *pxNetworkInterface);
BaseType_t FreeRTOS_NetworkDownFromISR(
	struct xNetworkInterface *pxNetworkInterface);
#endif

/*
 * eProcessBuffer for a frame to an interface of ours, to all, or to a group,
 * and with a type; eReleaseBuffer for any other.
 */
eFrameProcessingResult_t
eConsiderFrameForProcessing(const uint8_t * const pucEthernetBuffer);

/*
 * The sum of RFC 1071 over bytes, beginning with @p usSum; both in the
 * processor's order, and not inverted.
 */
uint16_t usGenerateChecksum(uint16_t usSum, const uint8_t *pucNextData,
			    size_t uxByteCount);
/*
 * Set the checksum of what an IP packet carries (@p xOutgoingPacket), or
 * check it: ipCORRECT_CRC, ipWRONG_CRC, ipINVALID_LENGTH,
 * ipUNHANDLED_PROTOCOL.
 */
uint16_t usGenerateProtocolChecksum(uint8_t *pucEthernetBuffer,
				    size_t uxBufferLength,
				    BaseType_t xOutgoingPacket);

/* Swap the addresses of a frame and send it where it came from. */
void vReturnEthernetFrame(NetworkBufferDescriptor_t *pxNetworkBuffer,
			  BaseType_t xReleaseAfterSend);

uint16_t usChar2u16(const uint8_t *pucPtr);
uint32_t ulChar2u32(const uint8_t *pucPtr);

/* pdTRUE: any buffer has room for a frame of full size. */
extern const BaseType_t xBufferAllocFixedSize;
extern const MACAddress_t xBroadcastMACAddress;
extern struct xNetworkEndPoint *pxNetworkEndPoints;
extern struct xNetworkInterface *pxNetworkInterfaces;

#define ARRAY_SIZE_X(x)	((BaseType_t)sizeof(x) / (BaseType_t)sizeof((x)[0]))
#ifndef ARRAY_SIZE
#define ARRAY_SIZE(x)	((BaseType_t)(sizeof(x) / sizeof((x)[0])))
#endif
#define ARRAY_USIZE(x)	((UBaseType_t)(sizeof(x) / sizeof((x)[0])))

#endif /* FREERTOS_IP_PRIVATE_H */
