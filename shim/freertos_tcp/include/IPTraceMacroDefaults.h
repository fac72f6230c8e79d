/* SPDX-License-Identifier: BSD-3-Clause */
/* Trace points of drivers and buffers; FreeRTOSIPConfig.h may have its own. */
#ifndef IP_TRACE_MACRO_DEFAULTS_H
#define IP_TRACE_MACRO_DEFAULTS_H

#ifndef iptraceFAILED_TO_OBTAIN_NETWORK_BUFFER
#define iptraceFAILED_TO_OBTAIN_NETWORK_BUFFER()
#endif
#ifndef iptraceFAILED_TO_OBTAIN_NETWORK_BUFFER_FROM_ISR
#define iptraceFAILED_TO_OBTAIN_NETWORK_BUFFER_FROM_ISR()
#endif
#ifndef iptraceNETWORK_BUFFER_OBTAINED
#define iptraceNETWORK_BUFFER_OBTAINED(pxBufferAddress)
#endif
#ifndef iptraceNETWORK_BUFFER_OBTAINED_FROM_ISR
#define iptraceNETWORK_BUFFER_OBTAINED_FROM_ISR(pxBufferAddress)
#endif
#ifndef iptraceNETWORK_BUFFER_RELEASED
#define iptraceNETWORK_BUFFER_RELEASED(pxBufferAddress)
#endif
#ifndef iptraceNETWORK_DOWN
#define iptraceNETWORK_DOWN()
#endif
#ifndef iptraceNETWORK_EVENT_RECEIVED
#define iptraceNETWORK_EVENT_RECEIVED(eEvent)
#endif
#ifndef iptraceNETWORK_INTERFACE_INPUT
#define iptraceNETWORK_INTERFACE_INPUT(uxDataLength, pucEthernetBuffer)
#endif
#ifndef iptraceNETWORK_INTERFACE_OUTPUT
#define iptraceNETWORK_INTERFACE_OUTPUT(uxDataLength, pucEthernetBuffer)
#endif
#ifndef iptraceNETWORK_INTERFACE_RECEIVE
#define iptraceNETWORK_INTERFACE_RECEIVE()
#endif
#ifndef iptraceNETWORK_INTERFACE_TRANSMIT
#define iptraceNETWORK_INTERFACE_TRANSMIT()
#endif
#ifndef iptraceETHERNET_RX_EVENT_LOST
#define iptraceETHERNET_RX_EVENT_LOST()
#endif
#ifndef iptraceSTACK_TX_EVENT_LOST
#define iptraceSTACK_TX_EVENT_LOST(xEvent)
#endif
#ifndef iptraceWAITING_FOR_TX_DMA_DESCRIPTOR
#define iptraceWAITING_FOR_TX_DMA_DESCRIPTOR()
#endif
#ifndef iptraceDUMP_INIT
#define iptraceDUMP_INIT(pcFileName, pxEntries)
#endif
#ifndef iptraceDUMP_PACKET
#define iptraceDUMP_PACKET(pucBuffer, uxLength, xIncoming)
#endif

#endif /* IP_TRACE_MACRO_DEFAULTS_H */
