/* SPDX-License-Identifier: BSD-3-Clause */
/* Headers of frames as FreeRTOS+TCP calls their fields. */
#ifndef FREERTOS_TCP_PACKETS_H
#define FREERTOS_TCP_PACKETS_H

#include "FreeRTOS_IP.h"

#define packetPACKED	__attribute__((packed))

/* As read from a frame without a swap: IEEE 802, RFC 826 */
#define ipARP_FRAME_TYPE		FreeRTOS_htons(0x0806U)
#define ipIPv4_FRAME_TYPE		FreeRTOS_htons(0x0800U)
#define ipIPv6_FRAME_TYPE		FreeRTOS_htons(0x86DDU)
#define ipARP_PROTOCOL_TYPE		FreeRTOS_htons(0x0800U)
#define ipARP_HARDWARE_TYPE_ETHERNET	FreeRTOS_htons(0x0001U)
#define ipARP_REQUEST			FreeRTOS_htons(0x0001U)
#define ipARP_REPLY			FreeRTOS_htons(0x0002U)
/* RFC 791, 3.1 */
#define ipFRAGMENT_OFFSET_BIT_MASK	FreeRTOS_htons(0x1fffU)
#define ipFRAGMENT_FLAGS_BIT_MASK	FreeRTOS_htons(0xe000U)
#define ipFRAGMENT_FLAGS_DONT_FRAGMENT	FreeRTOS_htons(0x4000U)
#define ipFRAGMENT_FLAGS_MORE_FRAGMENTS	FreeRTOS_htons(0x2000U)
/* Room for options in a TCP header */
#define ipSIZE_TCP_OPTIONS		16U

/* IEEE 802.3, 3.1.1 */
struct xETH_HEADER {
	MACAddress_t xDestinationAddress;
	MACAddress_t xSourceAddress;
	uint16_t usFrameType;
} packetPACKED;
typedef struct xETH_HEADER EthernetHeader_t;

/* RFC 826 */
struct xARP_HEADER {
	uint16_t usHardwareType;
	uint16_t usProtocolType;
	uint8_t ucHardwareAddressLength;
	uint8_t ucProtocolAddressLength;
	uint16_t usOperation;
	MACAddress_t xSenderHardwareAddress;
	uint8_t ucSenderProtocolAddress[4];
	MACAddress_t xTargetHardwareAddress;
	uint32_t ulTargetProtocolAddress;
} packetPACKED;
typedef struct xARP_HEADER ARPHeader_t;

/* RFC 791, 3.1 */
struct xIP_HEADER {
	uint8_t ucVersionHeaderLength;
	uint8_t ucDifferentiatedServicesCode;
	uint16_t usLength;
	uint16_t usIdentification;
	uint16_t usFragmentOffset;
	uint8_t ucTimeToLive;
	uint8_t ucProtocol;
	uint16_t usHeaderChecksum;
	uint32_t ulSourceIPAddress;
	uint32_t ulDestinationIPAddress;
} packetPACKED;
typedef struct xIP_HEADER IPHeader_t;

/* RFC 8200, 3 */
struct xIP_HEADER_IPv6 {
	uint8_t ucVersionTrafficClass;
	uint8_t ucTrafficClassFlow;
	uint16_t usFlowLabel;
	uint16_t usPayloadLength;
	uint8_t ucNextHeader;
	uint8_t ucHopLimit;
	IPv6_Address_t xSourceAddress;
	IPv6_Address_t xDestinationAddress;
} packetPACKED;
typedef struct xIP_HEADER_IPv6 IPHeader_IPv6_t;

/* RFC 792: echo */
struct xICMP_HEADER {
	uint8_t ucTypeOfMessage;
	uint8_t ucTypeOfService;
	uint16_t usChecksum;
	uint16_t usIdentifier;
	uint16_t usSequenceNumber;
} packetPACKED;
typedef struct xICMP_HEADER ICMPHeader_t;

/* RFC 4861, 4.3: neighbour solicitation with one option */
struct xICMPHeader_IPv6 {
	uint8_t ucTypeOfMessage;
	uint8_t ucTypeOfService;
	uint16_t usChecksum;
	uint32_t ulReserved;
	IPv6_Address_t xIPv6Address;
	uint8_t ucOptionType;
	uint8_t ucOptionLength;
	uint8_t ucOptionBytes[6];
} packetPACKED;
typedef struct xICMPHeader_IPv6 ICMPHeader_IPv6_t;

/* RFC 768 */
struct xUDP_HEADER {
	uint16_t usSourcePort;
	uint16_t usDestinationPort;
	uint16_t usLength;
	uint16_t usChecksum;
} packetPACKED;
typedef struct xUDP_HEADER UDPHeader_t;

/* RFC 9293, 3.1 */
struct xTCP_HEADER {
	uint16_t usSourcePort;
	uint16_t usDestinationPort;
	uint32_t ulSequenceNumber;
	uint32_t ulAckNr;
	uint8_t ucTCPOffset;
	uint8_t ucTCPFlags;
	uint16_t usWindow;
	uint16_t usChecksum;
	uint16_t usUrgent;
#if ipconfigIS_ENABLED(ipconfigUSE_TCP)
	uint8_t ucOptdata[ipSIZE_TCP_OPTIONS];
#endif
} packetPACKED;
typedef struct xTCP_HEADER TCPHeader_t;

struct xARP_PACKET {
	EthernetHeader_t xEthernetHeader;
	ARPHeader_t xARPHeader;
} packetPACKED;
typedef struct xARP_PACKET ARPPacket_t;

struct xIP_PACKET {
	EthernetHeader_t xEthernetHeader;
	IPHeader_t xIPHeader;
} packetPACKED;
typedef struct xIP_PACKET IPPacket_t;

struct xIP_PACKET_IPv6 {
	EthernetHeader_t xEthernetHeader;
	IPHeader_IPv6_t xIPHeader;
} packetPACKED;
typedef struct xIP_PACKET_IPv6 IPPacket_IPv6_t;

struct xICMP_PACKET {
	EthernetHeader_t xEthernetHeader;
	IPHeader_t xIPHeader;
	ICMPHeader_t xICMPHeader;
} packetPACKED;
typedef struct xICMP_PACKET ICMPPacket_t;

struct xICMP_PACKET_IPv6 {
	EthernetHeader_t xEthernetHeader;
	IPHeader_IPv6_t xIPHeader;
	ICMPHeader_IPv6_t xICMPHeaderIPv6;
} packetPACKED;
typedef struct xICMP_PACKET_IPv6 ICMPPacket_IPv6_t;

struct xUDP_PACKET {
	EthernetHeader_t xEthernetHeader;
	IPHeader_t xIPHeader;
	UDPHeader_t xUDPHeader;
} packetPACKED;
typedef struct xUDP_PACKET UDPPacket_t;

struct xUDP_PACKET_IPv6 {
	EthernetHeader_t xEthernetHeader;
	IPHeader_IPv6_t xIPHeader;
	UDPHeader_t xUDPHeader;
} packetPACKED;
typedef struct xUDP_PACKET_IPv6 UDPPacket_IPv6_t;

struct xTCP_PACKET {
	EthernetHeader_t xEthernetHeader;
	IPHeader_t xIPHeader;
	TCPHeader_t xTCPHeader;
} packetPACKED;
typedef struct xTCP_PACKET TCPPacket_t;

struct xTCP_PACKET_IPv6 {
	EthernetHeader_t xEthernetHeader;
	IPHeader_IPv6_t xIPHeader;
	TCPHeader_t xTCPHeader;
} packetPACKED;
typedef struct xTCP_PACKET_IPv6 TCPPacket_IPv6_t;

typedef union XPROT_PACKET {
	ARPPacket_t xARPPacket;
	TCPPacket_t xTCPPacket;
	UDPPacket_t xUDPPacket;
	ICMPPacket_t xICMPPacket;
} ProtocolPacket_t;

typedef union xPROT_HEADERS {
	ICMPHeader_t xICMPHeader;
	UDPHeader_t xUDPHeader;
	TCPHeader_t xTCPHeader;
	ICMPHeader_IPv6_t xICMPHeaderIPv6;
} ProtocolHeaders_t;

#endif /* FREERTOS_TCP_PACKETS_H */
