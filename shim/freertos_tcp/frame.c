/* SPDX-License-Identifier: BSD-3-Clause */
/* What drivers ask of a frame: is it for us, and is its checksum right? */
#include <string.h>

#include "port.h"

/* IEEE 802.3-2018, 3.2.6: less is a length */
#define TYPE_MIN	0x600U

uint16_t usChar2u16(const uint8_t *pucPtr)
{
	return (uint16_t)(pucPtr[0] << 8 | pucPtr[1]);
}

uint32_t ulChar2u32(const uint8_t *pucPtr)
{
	return (uint32_t)usChar2u16(pucPtr) << 16 | usChar2u16(pucPtr + 2);
}

eFrameProcessingResult_t
eConsiderFrameForProcessing(const uint8_t * const pucEthernetBuffer)
{
	MACAddress_t address;

	if (!pucEthernetBuffer)
		return eReleaseBuffer;
#if ipconfigIS_ENABLED(ipconfigFILTER_OUT_NON_ETHERNET_II_FRAMES)
	if (usChar2u16(pucEthernetBuffer + 2 * ipMAC_ADDRESS_LENGTH_BYTES)
	    < TYPE_MIN)
		return eReleaseBuffer;
#endif
	/* Which groups it is in, the stack knows. */
	if (MAC_IS_MULTICAST(pucEthernetBuffer))
		return eProcessBuffer;
	memcpy(&address, pucEthernetBuffer, sizeof(address));
	return FreeRTOS_FindEndPointOnMAC(&address, NULL) ? eProcessBuffer
							  : eReleaseBuffer;
}

/* ---- Checksums: RFC 1071 ---- */

static uint16_t folded(uint32_t sum)
{
	sum = (sum >> 16) + (sum & 0xffff);
	return (uint16_t)((sum >> 16) + sum);
}

uint16_t usGenerateChecksum(uint16_t usSum, const uint8_t *pucNextData,
			    size_t uxByteCount)
{
	uint32_t sum = usSum;

	for (; uxByteCount > 1; uxByteCount -= 2, pucNextData += 2)
		sum = folded(sum + usChar2u16(pucNextData));
	if (uxByteCount)
		sum += (uint32_t)*pucNextData << 8;
	return folded(sum);
}

/* What an IP packet carries, and the sum of its pseudo-header. */
struct payload {
	uint8_t *at;
	size_t len;
	uint8_t protocol;
	uint16_t sum;
};

#define IP(frame)	((frame) + ipSIZE_OF_ETH_HEADER)

/* RFC 791, 3.1; RFC 768 and 9293: the pseudo-header */
static bool find_ipv4(uint8_t *frame, size_t len, struct payload *payload)
{
	uint8_t *ip = IP(frame);
	size_t header, total;

	if (len < ipSIZE_OF_ETH_HEADER + ipSIZE_OF_IPv4_HEADER)
		return false;
	header = (ip[0] & 0xfU) * 4U;
	total = usChar2u16(ip + 2);
	if (ip[0] >> 4 != 4 || header < ipSIZE_OF_IPv4_HEADER || header > total
	    || total > len - ipSIZE_OF_ETH_HEADER)
		return false;
	payload->at = ip + header;
	payload->len = total - header;
	payload->protocol = ip[9];
	payload->sum = ip[9] == ipPROTOCOL_ICMP || ip[9] == ipPROTOCOL_IGMP ? 0
		: usGenerateChecksum(folded(ip[9] + (uint32_t)payload->len),
				     ip + 12, 8);
	return true;
}

/* RFC 8200, 3 and 8.1; without extension headers, as FreeRTOS+TCP */
static bool find_ipv6(uint8_t *frame, size_t len, struct payload *payload)
{
	uint8_t *ip = IP(frame);

	if (len < ipSIZE_OF_ETH_HEADER + ipSIZE_OF_IPv6_HEADER)
		return false;
	payload->len = usChar2u16(ip + 4);
	if (ip[0] >> 4 != 6 || payload->len > len - ipSIZE_OF_ETH_HEADER
					       - ipSIZE_OF_IPv6_HEADER)
		return false;
	payload->at = ip + ipSIZE_OF_IPv6_HEADER;
	payload->protocol = ip[6];
	payload->sum = usGenerateChecksum(
		folded(ip[6] + (uint32_t)payload->len), ip + 8, 32);
	return true;
}

/* Where its checksum lies, and what it has at least; 0: not known. */
static size_t checksum_offset(uint8_t protocol, size_t *least)
{
	switch (protocol) {
	case ipPROTOCOL_TCP:
		*least = ipSIZE_OF_TCP_HEADER;
		return 16;
	case ipPROTOCOL_UDP:
		*least = ipSIZE_OF_UDP_HEADER;
		return 6;
	case ipPROTOCOL_ICMP:
	case ipPROTOCOL_IGMP:
	case ipPROTOCOL_ICMP_IPv6:
		*least = 4;
		return 2;
	default:
		return 0;
	}
}

static uint16_t set_checksum(struct payload *payload, uint8_t *field)
{
	uint16_t sum;

	memset(field, 0, 2);
	sum = (uint16_t)~usGenerateChecksum(payload->sum, payload->at,
					    payload->len);
	/* RFC 768: 0 says that there is none. */
	if (!sum && payload->protocol == ipPROTOCOL_UDP)
		sum = 0xffff;
	field[0] = (uint8_t)(sum >> 8);
	field[1] = (uint8_t)sum;
	return ipCORRECT_CRC;
}

uint16_t usGenerateProtocolChecksum(uint8_t *pucEthernetBuffer,
				    size_t uxBufferLength,
				    BaseType_t xOutgoingPacket)
{
	struct payload payload;
	size_t offset, least = 0;
	uint8_t *field;
	bool found, ipv6;

	if (uxBufferLength <= ipSIZE_OF_ETH_HEADER)
		return ipINVALID_LENGTH;
	ipv6 = *IP(pucEthernetBuffer) >> 4 == 6;
	found = ipv6 ? find_ipv6(pucEthernetBuffer, uxBufferLength, &payload)
		     : find_ipv4(pucEthernetBuffer, uxBufferLength, &payload);
	if (!found)
		return ipINVALID_LENGTH;
	offset = checksum_offset(payload.protocol, &least);
	if (!offset)
		return ipUNHANDLED_PROTOCOL;
	if (payload.len < least)
		return ipINVALID_LENGTH;
	field = payload.at + offset;
	if (xOutgoingPacket)
		return set_checksum(&payload, field);
	if (payload.protocol == ipPROTOCOL_UDP && !ipv6 && !field[0]
	    && !field[1])
		return ipCORRECT_CRC;
	return usGenerateChecksum(payload.sum, payload.at, payload.len)
	       == 0xffff ? ipCORRECT_CRC : ipWRONG_CRC;
}
