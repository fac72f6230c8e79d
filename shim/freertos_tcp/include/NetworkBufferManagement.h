/* SPDX-License-Identifier: BSD-3-Clause */
/* Network buffers: taken, given back. For tasks, save where it says ISR. */
#ifndef NETWORK_BUFFER_MANAGEMENT_H
#define NETWORK_BUFFER_MANAGEMENT_H

#include "FreeRTOS_IP.h"

#define BUFFER_FROM_WHERE_DECL
#define BUFFER_FROM_WHERE_CALL(aWhere)

/* For who calls it before anything is taken; it happens by itself as well. */
BaseType_t xNetworkBuffersInitialise(void);

/*
 * A descriptor with room for a frame of so many bytes, which is its
 * xDataLength; NULL when there was none in time. Its memory is a frame of the
 * interface for which the calling task received last, or of the first that
 * was started; docs/freertos-tcp.md says when it is not, and what that costs.
 */
NetworkBufferDescriptor_t *
pxGetNetworkBufferWithDescriptor(size_t xRequestedSizeBytes,
				 TickType_t xBlockTimeTicks);
/* The same without waiting; for interrupts, and memory is never the heap's. */
NetworkBufferDescriptor_t *
pxNetworkBufferGetFromISR(size_t xRequestedSizeBytes);

/* Twice is once, as long as nobody took it in between. */
void vReleaseNetworkBufferAndDescriptor(
	NetworkBufferDescriptor_t * const pxNetworkBuffer);
/* pdTRUE: a task that has waited is to run before this one. */
BaseType_t vNetworkBufferReleaseFromISR(
	NetworkBufferDescriptor_t * const pxNetworkBuffer);

/*
 * Memory of the heap for a frame, without a descriptor; the size becomes what
 * it has. It may be put into a descriptor in place of the memory there.
 */
uint8_t *pucGetNetworkBuffer(size_t *pxRequestedSizeBytes);
void vReleaseNetworkBuffer(uint8_t *pucEthernetBuffer);

UBaseType_t uxGetNumberOfFreeNetworkBuffers(void);
UBaseType_t uxGetMinimumFreeNetworkBuffers(void);

/* Another with the same bytes, as many as fit in the new length. */
NetworkBufferDescriptor_t *pxDuplicateNetworkBufferWithDescriptor(
	const NetworkBufferDescriptor_t * const pxNetworkBuffer,
	size_t uxNewLength);
/*
 * The same with the same bytes and room for so many; its buffer may move.
 * NULL: no memory, and it is as it was.
 */
NetworkBufferDescriptor_t *pxResizeNetworkBufferWithDescriptor(
	NetworkBufferDescriptor_t *pxNetworkBuffer, size_t xNewSizeBytes);

#if ipconfigIS_ENABLED(ipconfigTCP_IP_SANITY)
/* Its number, from 1 on, or 0 */
UBaseType_t bIsValidNetworkDescriptor(const NetworkBufferDescriptor_t *pxDesc);
BaseType_t prvIsFreeBuffer(const NetworkBufferDescriptor_t *pxDescr);
#endif

#endif /* NETWORK_BUFFER_MANAGEMENT_H */
