/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A connection that has ended gives way to a new one between the same ports.
 * lwIP remembers it for two minutes and answers the new one's SYN with an
 * acknowledgement of the old one's, to which the peer's RST is ignored: a
 * peer that uses a port again would have to wait. RFC 1122, 4.2.2.13, lets it
 * in, where its sequence numbers lie beyond all that the old one used; ours
 * do (RFC 6528, lwip_port_isn()).
 */
#include "lwip/opt.h"

#include "lwip/ip.h"
#include "lwip/priv/tcp_priv.h"
#include "lwip_port.h"

static bool is_between(const struct tcp_pcb *pcb, const ip_addr_t *from,
		       const ip_addr_t *to, const struct tcp_hdr *tcp)
{
	return pcb->remote_port == lwip_ntohs(tcp->src)
	       && pcb->local_port == lwip_ntohs(tcp->dest)
	       && ip_addr_eq(&pcb->remote_ip, from)
	       && ip_addr_eq(&pcb->local_ip, to);
}

/* Forget who ended, if this segment begins one that comes after it. */
static void look(const ip_addr_t *from, const ip_addr_t *to,
		 const struct tcp_hdr *tcp)
{
	struct tcp_pcb *pcb;

	for (pcb = tcp_tw_pcbs; pcb; pcb = pcb->next) {
		if (!is_between(pcb, from, to, tcp))
			continue;
		if (TCP_SEQ_GT(lwip_ntohl(tcp->seqno), pcb->rcv_nxt))
			tcp_abort(pcb);	/* says nothing to anybody: it ended */
		return;
	}
}

/* What asks for a connection behind @p header bytes of a packet; or NULL. */
static const struct tcp_hdr *syn_in(const struct pbuf *p, size_t header)
{
	const struct tcp_hdr *tcp = (const void *)((const u8_t *)p->payload
						   + header);

	if (p->len < header + sizeof(*tcp)
	    || (TCPH_FLAGS(tcp) & (TCP_SYN | TCP_ACK | TCP_RST)) != TCP_SYN)
		return NULL;
	return tcp;
}

int lwip_port_ip4_input(const struct pbuf *p)
{
	const struct ip_hdr *ip = p->payload;
	const struct tcp_hdr *tcp;
	ip_addr_t from, to;

	if (p->len < IP_HLEN || IPH_PROTO(ip) != IP_PROTO_TCP
	    || IPH_OFFSET(ip) & PP_HTONS(IP_OFFMASK))
		return 0;
	tcp = syn_in(p, IPH_HL_BYTES(ip));
	if (!tcp)
		return 0;
	ip_addr_copy_from_ip4(from, ip->src);
	ip_addr_copy_from_ip4(to, ip->dest);
	look(&from, &to, tcp);
	return 0;
}

#if LWIP_IPV6
int lwip_port_ip6_input(const struct pbuf *p, const struct netif *netif)
{
	const struct ip6_hdr *ip = p->payload;
	const struct tcp_hdr *tcp;
	ip_addr_t from, to;

	if (p->len < IP6_HLEN || IP6H_NEXTH(ip) != IP6_NEXTH_TCP)
		return 0;
	tcp = syn_in(p, IP6_HLEN);
	if (!tcp)
		return 0;
	ip_addr_copy_from_ip6_packed(from, ip->src);
	ip_addr_copy_from_ip6_packed(to, ip->dest);
	ip6_addr_assign_zone(ip_2_ip6(&from), IP6_UNICAST, netif);
	ip6_addr_assign_zone(ip_2_ip6(&to), IP6_UNICAST, netif);
	look(&from, &to, tcp);
	return 0;
}
#endif
