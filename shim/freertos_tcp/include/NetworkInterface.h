/* SPDX-License-Identifier: BSD-3-Clause */
/* What drivers provide under names of their own, in both forms. */
#ifndef NETWORK_INTERFACE_H
#define NETWORK_INTERFACE_H

#include "FreeRTOS_IP.h"

/*
 * Set pucEthernetBuffer of each descriptor, ipBUFFER_PADDING behind the
 * beginning of its memory. Returns the bytes that a frame may have. Called
 * with ipconfigDRIVER_OWNS_BUFFERS only.
 */
size_t uxNetworkInterfaceAllocateRAMToBuffers(NetworkBufferDescriptor_t
	pxNetworkBuffers[ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS]);

#if ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE)
/* The same before V4; a frame may have MTU and header. */
void vNetworkInterfaceAllocateRAMToBuffers(NetworkBufferDescriptor_t
	pxNetworkBuffers[ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS]);
BaseType_t xNetworkInterfaceInitialise(void);
BaseType_t xNetworkInterfaceOutput(
	NetworkBufferDescriptor_t * const pxNetworkBuffer,
	BaseType_t xReleaseAfterSend);
BaseType_t xGetPhyLinkStatus(void);
#else
BaseType_t xGetPhyLinkStatus(struct xNetworkInterface *pxInterface);
#endif

#define MAC_IS_MULTICAST(pucMACAddressBytes) \
	(((pucMACAddressBytes)[0] & 1U) != 0U)
#define MAC_IS_UNICAST(pucMACAddressBytes) \
	(((pucMACAddressBytes)[0] & 1U) == 0U)

#endif /* NETWORK_INTERFACE_H */
