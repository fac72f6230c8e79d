/* SPDX-License-Identifier: BSD-3-Clause */
/* One interface: started as before V4, and a driver of the form of then. */
#include "port.h"

#if ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE)

/* The oldest drivers do not know their link. */
#pragma weak xGetPhyLinkStatus

static BaseType_t initialise(struct xNetworkInterface *interface)
{
	(void)interface;
	return xNetworkInterfaceInitialise();
}

static BaseType_t output(struct xNetworkInterface *interface,
			 NetworkBufferDescriptor_t * const buffer,
			 BaseType_t release)
{
	(void)interface;
	return xNetworkInterfaceOutput(buffer, release);
}

static BaseType_t link_status(struct xNetworkInterface *interface)
{
	(void)interface;
	return xGetPhyLinkStatus ? xGetPhyLinkStatus() : pdTRUE;
}

struct xNetworkInterface *
pxFillInterfaceDescriptor(BaseType_t xEMACIndex,
			  struct xNetworkInterface *pxInterface)
{
	(void)xEMACIndex;
	*pxInterface = (NetworkInterface_t){
		.pcName = "eth0",
		.pfInitialise = initialise,
		.pfOutput = output,
		.pfGetPhyLinkStatus = link_status,
	};
	return FreeRTOS_AddNetworkInterface(pxInterface);
}

#endif

#if ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE) \
    || ipconfigIS_ENABLED(ipconfigIPv4_BACKWARD_COMPATIBLE)

BaseType_t FreeRTOS_IPInit(
	const uint8_t ucIPAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucNetMask[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucGatewayAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucDNSServerAddress[ipIP_ADDRESS_LENGTH_BYTES],
	const uint8_t ucMACAddress[ipMAC_ADDRESS_LENGTH_BYTES])
{
	static NetworkInterface_t interface;
	static NetworkEndPoint_t end_point;

	pxFillInterfaceDescriptor(0, &interface);
	FreeRTOS_FillEndPoint(&interface, &end_point, ucIPAddress, ucNetMask,
			      ucGatewayAddress, ucDNSServerAddress,
			      ucMACAddress);
	return FreeRTOS_IPInit_Multi();
}

#endif
