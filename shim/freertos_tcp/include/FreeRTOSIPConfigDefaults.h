/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What FreeRTOSIPConfig.h did not set. Options of sockets and protocols are
 * not here: whose stack it is, that has them.
 */
#ifndef FREERTOS_IP_CONFIG_DEFAULTS_H
#define FREERTOS_IP_CONFIG_DEFAULTS_H

#include <FreeRTOSIPConfig.h>

#define ipconfigENABLE		(1)
#define ipconfigDISABLE		(0)
#define ipconfigIS_ENABLED(x)	((x) != ipconfigDISABLE)
#define ipconfigIS_DISABLED(x)	((x) == ipconfigDISABLE)

#ifndef STATIC_ASSERT
#define STATIC_ASSERT(e)	_Static_assert(e, "an option does not fit")
#endif
#ifndef _static
#define _static	static
#endif
#ifndef portINLINE
#define portINLINE	inline
#endif
#ifndef ipconfigBYTE_ORDER
#define ipconfigBYTE_ORDER	pdFREERTOS_LITTLE_ENDIAN
#endif

/* ---- What is ours ---- */

/*
 * The driver has the form of before V4: xNetworkInterfaceInitialise(void),
 * xNetworkInterfaceOutput(buffer, release), xGetPhyLinkStatus(void).
 */
#ifndef ipconfigOLDER_INTERFACE
#define ipconfigOLDER_INTERFACE	ipconfigDISABLE
#endif
/*
 * Descriptors keep the memory that the driver gives them in
 * uxNetworkInterfaceAllocateRAMToBuffers(), as with BufferAllocation_1. Each
 * frame is then copied once, in both directions. Without it a descriptor
 * gets its memory when it is taken, as with BufferAllocation_2.
 */
#ifndef ipconfigDRIVER_OWNS_BUFFERS
#define ipconfigDRIVER_OWNS_BUFFERS	ipconfigDISABLE
#endif
/* How often an interface is asked whether it has a link */
#ifndef ipconfigLINK_POLL_TIME_MS
#define ipconfigLINK_POLL_TIME_MS	(250)
#endif

/* ---- Form of the interface ---- */

#ifndef ipconfigIPv4_BACKWARD_COMPATIBLE
#define ipconfigIPv4_BACKWARD_COMPATIBLE	ipconfigDISABLE
#endif
#ifndef ipconfigCOMPATIBLE_WITH_SINGLE
#define ipconfigCOMPATIBLE_WITH_SINGLE	ipconfigDISABLE
#endif
#ifndef ipconfigENABLE_BACKWARD_COMPATIBILITY
#define ipconfigENABLE_BACKWARD_COMPATIBILITY	ipconfigENABLE
#endif
#ifndef ipconfigUSE_IPv4
#define ipconfigUSE_IPv4	ipconfigENABLE
#endif
#ifndef ipconfigUSE_IPv6
#define ipconfigUSE_IPv6	ipconfigENABLE
#endif
#ifndef ipconfigENDPOINT_DNS_ADDRESS_COUNT
#define ipconfigENDPOINT_DNS_ADDRESS_COUNT	(2U)
#endif

/* ---- Buffers ---- */

#ifndef ipconfigBUFFER_PADDING
#define ipconfigBUFFER_PADDING	(0)
#endif
#ifndef ipconfigPACKET_FILLER_SIZE
#define ipconfigPACKET_FILLER_SIZE	(2)
#endif
#ifndef ipconfigNETWORK_MTU
#define ipconfigNETWORK_MTU	(1500)
#endif
#ifndef ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS
#define ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS	(45)
#endif
#ifndef ipconfigUSE_LINKED_RX_MESSAGES
#define ipconfigUSE_LINKED_RX_MESSAGES	ipconfigDISABLE
#endif
#ifndef ipconfigZERO_COPY_RX_DRIVER
#define ipconfigZERO_COPY_RX_DRIVER	ipconfigDISABLE
#endif
#ifndef ipconfigZERO_COPY_TX_DRIVER
#define ipconfigZERO_COPY_TX_DRIVER	ipconfigDISABLE
#endif
#ifndef ipconfigTCP_IP_SANITY
#define ipconfigTCP_IP_SANITY	ipconfigDISABLE
#endif

/* ---- What the device does ---- */

#ifndef ipconfigDRIVER_INCLUDED_RX_IP_CHECKSUM
#define ipconfigDRIVER_INCLUDED_RX_IP_CHECKSUM	ipconfigDISABLE
#endif
#ifndef ipconfigDRIVER_INCLUDED_TX_IP_CHECKSUM
#define ipconfigDRIVER_INCLUDED_TX_IP_CHECKSUM	ipconfigDISABLE
#endif
#ifndef ipconfigHAS_TX_CRC_OFFLOADING
#define ipconfigHAS_TX_CRC_OFFLOADING	ipconfigDISABLE
#endif
#ifndef ipconfigETHERNET_DRIVER_FILTERS_FRAME_TYPES
#define ipconfigETHERNET_DRIVER_FILTERS_FRAME_TYPES	ipconfigENABLE
#endif
#ifndef ipconfigETHERNET_DRIVER_FILTERS_PACKETS
#define ipconfigETHERNET_DRIVER_FILTERS_PACKETS	ipconfigDISABLE
#endif
#ifndef ipconfigFILTER_OUT_NON_ETHERNET_II_FRAMES
#define ipconfigFILTER_OUT_NON_ETHERNET_II_FRAMES	ipconfigENABLE
#endif
#ifndef ipconfigETHERNET_MINIMUM_PACKET_BYTES
#define ipconfigETHERNET_MINIMUM_PACKET_BYTES	(0)
#endif
#ifndef ipconfigSUPPORT_NETWORK_DOWN_EVENT
#define ipconfigSUPPORT_NETWORK_DOWN_EVENT	ipconfigDISABLE
#endif
#ifndef ipconfigPHY_LS_HIGH_CHECK_TIME_MS
#define ipconfigPHY_LS_HIGH_CHECK_TIME_MS	(15000)
#endif
#ifndef ipconfigPHY_LS_LOW_CHECK_TIME_MS
#define ipconfigPHY_LS_LOW_CHECK_TIME_MS	(1000)
#endif
#ifndef ipconfigPHY_MAX_PORTS
#define ipconfigPHY_MAX_PORTS	(4)
#endif

/* ---- The task that starts interfaces and looks after them ---- */

#ifndef ipconfigEVENT_QUEUE_LENGTH
#define ipconfigEVENT_QUEUE_LENGTH \
	(ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS + 5)
#endif
#ifndef ipconfigIP_TASK_PRIORITY
#define ipconfigIP_TASK_PRIORITY	(configMAX_PRIORITIES - 2)
#endif
#ifndef ipconfigIP_TASK_STACK_SIZE_WORDS
#define ipconfigIP_TASK_STACK_SIZE_WORDS	(2 * configMINIMAL_STACK_SIZE)
#endif
#ifndef ipconfigCHECK_IP_QUEUE_SPACE
#define ipconfigCHECK_IP_QUEUE_SPACE	ipconfigDISABLE
#endif
#ifndef ipconfigUSE_NETWORK_EVENT_HOOK
#define ipconfigUSE_NETWORK_EVENT_HOOK	ipconfigDISABLE
#endif

/* ---- What drivers ask of the stack's configuration ---- */

#ifndef ipconfigUSE_TCP
#define ipconfigUSE_TCP	ipconfigENABLE
#endif
#ifndef ipconfigUSE_DHCP
#define ipconfigUSE_DHCP	ipconfigENABLE
#endif
#ifndef ipconfigUSE_DNS
#define ipconfigUSE_DNS	ipconfigENABLE
#endif
#ifndef ipconfigUSE_LLMNR
#define ipconfigUSE_LLMNR	ipconfigDISABLE
#endif
#ifndef ipconfigUSE_NBNS
#define ipconfigUSE_NBNS	ipconfigDISABLE
#endif
#ifndef ipconfigUSE_MDNS
#define ipconfigUSE_MDNS	ipconfigDISABLE
#endif
#ifndef ipconfigREPLY_TO_INCOMING_PINGS
#define ipconfigREPLY_TO_INCOMING_PINGS	ipconfigENABLE
#endif
#ifndef ipconfigSUPPORT_OUTGOING_PINGS
#define ipconfigSUPPORT_OUTGOING_PINGS	ipconfigDISABLE
#endif
#ifndef ipconfigPORT_SUPPRESS_WARNING
#define ipconfigPORT_SUPPRESS_WARNING	ipconfigDISABLE
#endif

/* ---- Messages: configPRINTF((format, ...)) is the application's ---- */

#ifndef ipconfigHAS_PRINTF
#define ipconfigHAS_PRINTF	ipconfigDISABLE
#endif
#ifndef ipconfigHAS_DEBUG_PRINTF
#define ipconfigHAS_DEBUG_PRINTF	ipconfigDISABLE
#endif
#ifndef FreeRTOS_printf
#if ipconfigIS_ENABLED(ipconfigHAS_PRINTF)
#define FreeRTOS_printf(MSG)	do { configPRINTF(MSG); } while (0)
#else
#define FreeRTOS_printf(MSG)	do {} while (0)
#endif
#endif
#ifndef FreeRTOS_debug_printf
#if ipconfigIS_ENABLED(ipconfigHAS_DEBUG_PRINTF)
#define FreeRTOS_debug_printf(MSG)	do { configPRINTF(MSG); } while (0)
#else
#define FreeRTOS_debug_printf(MSG)	do {} while (0)
#endif
#endif

#include "IPTraceMacroDefaults.h"

#endif /* FREERTOS_IP_CONFIG_DEFAULTS_H */
