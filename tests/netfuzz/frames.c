/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames of each protocol that the stack reads, from the gateway's side. */
#include <string.h>

#include "frames.h"
#include "world.h"

#define IP	14U
#define L4	34U

const char *const kind_names[KINDS] = {
	"arp", "offer", "ack", "nak", "name", "ping", "datagram", "kept",
	"opening", "segment", "fragment", "unreachable", "back", "noise",
};

static const uint8_t gateway_mac[6] = { 0x52, 0x55, 10, 0, 2, 2 };
static const uint8_t gateway[4] = { 10, 0, 2, 2 };
static const uint8_t given[4] = { 10, 0, 2, 15 };
static uint64_t state = 1;

/* ---- Chance: xorshift64* ---- */

void random_seed(uint64_t seed)
{
	state = seed * 2 + 1;
}

uint32_t below(uint32_t limit)
{
	state ^= state >> 12;
	state ^= state << 25;
	state ^= state >> 27;
	return (uint32_t)((state * 0x2545f4914f6cdd1dULL) >> 33) % limit;
}

static void noise(uint8_t *to, size_t len)
{
	while (len--)
		*to++ = (uint8_t)below(256);
}

/* ---- Headers ---- */

static void put16(uint8_t *to, uint32_t value)
{
	to[0] = (uint8_t)(value >> 8);
	to[1] = (uint8_t)value;
}

static void put32(uint8_t *to, uint32_t value)
{
	put16(to, value >> 16);
	put16(to + 2, value);
}

static void ethernet(uint8_t *f, uint16_t type)
{
	if (below(4))
		memcpy(f, own_mac, 6);
	else
		memset(f, 0xff, 6);
	memcpy(f + 6, gateway_mac, 6);
	put16(f + 12, type);
}

static size_t ip(uint8_t *f, uint8_t protocol, size_t payload)
{
	uint8_t *h = f + IP;

	ethernet(f, 0x0800);
	memset(h, 0, 20);
	h[0] = 0x45;
	put16(h + 2, (uint32_t)(20 + payload));
	put16(h + 4, below(4));
	h[8] = 64;
	h[9] = protocol;
	memcpy(h + 12, gateway, 4);
	world_address(h + 16);
	if (!h[16])
		memcpy(h + 16, given, 4);
	return L4 + payload;
}

static size_t udp(uint8_t *f, uint32_t from, uint32_t to, size_t payload)
{
	put16(f + L4, from);
	put16(f + L4 + 2, to);
	put16(f + L4 + 4, (uint32_t)(8 + payload));
	return ip(f, 17, 8 + payload);
}

/* ---- One of each ---- */

static size_t arp(uint8_t *f)
{
	static const uint8_t head[] = { 0, 1, 8, 0, 6, 4, 0 };
	uint8_t *p = f + IP;

	ethernet(f, 0x0806);
	memcpy(p, head, sizeof(head));
	p[7] = (uint8_t)(1 + below(2));
	memcpy(p + 8, gateway_mac, 6);
	memcpy(p + 14, gateway, 4);
	p[17] = (uint8_t)(2 + below(3));
	memcpy(p + 18, own_mac, 6);
	world_address(p + 24);
	return 60;
}

static uint8_t *option(uint8_t *at, uint8_t code, const void *data, uint8_t len)
{
	*at++ = code;
	*at++ = len;
	memcpy(at, data, len);
	return at + len;
}

static size_t dhcp(uint8_t *f, uint8_t type)
{
	static const uint8_t mask[4] = { 255, 255, 255, 0 };
	static const uint8_t lease[4] = { 0, 1, 0x51, 0x80 };
	static const uint8_t magic[4] = { 0x63, 0x82, 0x53, 0x63 };
	static const uint8_t dns[8] = { 10, 0, 2, 3, 10, 0, 2, 4 };
	uint8_t *p = f + L4 + 8, *at = p + 240;

	memset(p, 0, 300);
	p[0] = 2;
	p[1] = 1;
	p[2] = 6;
	memcpy(p + 4, seen.dhcp_xid, 4);
	memcpy(p + 16, given, 4);
	memcpy(p + 20, gateway, 4);
	memcpy(p + 28, own_mac, 6);
	memcpy(p + 236, magic, 4);
	at = option(at, 53, &type, 1);
	at = option(at, 54, gateway, 4);
	at = option(at, 1, mask, 4);
	at = option(at, 3, gateway, 4);
	at = option(at, 6, dns, (uint8_t)(4 + 4 * below(2)));
	at = option(at, 51, lease, 4);
	if (!below(8)) {
		/* The fields of names hold options too (RFC 2132, 9.3). */
		at = option(at, 52, "\3", 1);
		memcpy(option(p + 44, 58, lease, 4), "\377", 1);
		memcpy(option(p + 108, 59, lease, 4), "\377", 1);
	}
	*at++ = 255;
	return udp(f, 67, 68, (size_t)(at - p));
}

static size_t name(uint8_t *f)
{
	static const uint8_t answer[] = {
		0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 60, 0, 4, 10, 0, 2, 99,
	};
	static const uint8_t alias[] = {
		0xc0, 12, 0, 5, 0, 1, 0, 0, 0, 60, 0, 4, 1, 'a', 0xc0, 12,
	};
	uint8_t *p = f + L4 + 8, *at = p + 12;
	uint8_t answers = (uint8_t)(1 + below(2));
	size_t len;

	memset(p, 0, 12);
	memcpy(p, seen.dns_id, 2);
	p[2] = 0x81;
	p[3] = 0x80;
	p[5] = 1;
	p[7] = answers;
	memcpy(at, seen.dns_name, seen.dns_name_len);
	at += seen.dns_name_len;
	if (answers == 2) {
		memcpy(at, alias, sizeof(alias));
		at += sizeof(alias);
	}
	memcpy(at, answer, sizeof(answer));
	at += sizeof(answer);
	len = udp(f, 53, (uint32_t)seen.dns_port[0] << 8 | seen.dns_port[1],
		  (size_t)(at - p));
	/* The server's */
	f[IP + 15] = 3;
	return len;
}

static size_t ping(uint8_t *f)
{
	size_t len = 8 + below(below(4) ? 64 : 1472);

	noise(f + L4, len);
	f[L4] = 8;
	f[L4 + 1] = 0;
	return ip(f, 1, len);
}

static size_t datagram(uint8_t *f, uint32_t port)
{
	size_t len = below(below(4) ? 64 : 1472);

	noise(f + L4 + 8, len);
	return udp(f, 1024 + below(8), port, len);
}

static size_t tcp(uint8_t *f, const uint8_t *ports, uint8_t flags, size_t data)
{
	static const uint8_t mss[] = { 2, 4, 5, 0xb4, 1, 3, 3, 7 };
	size_t head = flags & 2 ? 28 : 20;
	uint8_t *p = f + L4;

	memcpy(p, ports, 4);
	put32(p + 4, flags & 16 ? seen.tcp_expects : below(1U << 31));
	put32(p + 8, seen.tcp_next);
	p[12] = (uint8_t)(head << 2);
	p[13] = flags;
	put16(p + 14, below(8) ? 64000 : below(2000));
	put32(p + 16, 0);
	memcpy(p + 20, mss, head - 20);
	noise(p + head, data);
	return ip(f, 6, head + data);
}

static size_t opening(uint8_t *f)
{
	uint8_t ports[4] = { 0x40, (uint8_t)below(16), 0, 7 };

	return tcp(f, ports, 2, 0);
}

/* The next of the connection that sent last */
static size_t segment(uint8_t *f)
{
	static const uint8_t flags[] = {
		16, 16, 24, 24, 24, 18, 17, 25, 20, 4, 48, 58,
	};
	uint8_t chosen = flags[below(sizeof(flags))];
	uint8_t ports[4];
	size_t len;
	uint8_t *p = f + L4;

	memcpy(ports, seen.tcp_theirs, 2);
	memcpy(ports + 2, seen.tcp_ours, 2);
	len = tcp(f, ports, chosen, chosen & 8 ? below(1400) : 0);
	if (!below(4))	/* out of order, or again */
		put32(p + 4, seen.tcp_expects + below(4000) - 2000);
	return len;
}

static size_t fragment(uint8_t *f)
{
	static const uint16_t places[] = {
		0x2000, 0x2001, 0x2002, 0x0002, 0x2004, 0x0008, 0x20b9, 0x1fff,
	};
	size_t len = datagram(f, 7);

	put16(f + IP + 6, places[below(8)]);
	return len;
}

static size_t unreachable(uint8_t *f)
{
	size_t len = seen.len > IP ? seen.len - IP : 0;

	len = len > 28 + below(100) ? 28 + below(100) : len;
	memmove(f + L4 + 8, seen.frame + IP, len);
	memset(f + L4, 0, 8);
	f[L4] = (uint8_t)(3 + below(10));
	f[L4 + 1] = (uint8_t)below(6);
	return ip(f, 1, 8 + len);
}

static size_t back(uint8_t *f)
{
	size_t len = seen.len < 60 ? 60 : seen.len;

	memcpy(f, seen.frame, len);
	memcpy(f, own_mac, 6);
	memcpy(f + 6, gateway_mac, 6);
	return len;
}

size_t frame_make(uint8_t *f, enum kind kind)
{
	switch (kind) {
	case ARP:
		return arp(f);
	case OFFER:
		return dhcp(f, 2);
	case ACK:
		return dhcp(f, 5);
	case NAK:
		return dhcp(f, 6);
	case NAME:
		return name(f);
	case PING:
		return ping(f);
	case DATAGRAM:
		return datagram(f, 7);
	case KEPT:
		return datagram(f, 9);
	case OPENING:
		return opening(f);
	case SEGMENT:
		return segment(f);
	case FRAGMENT:
		return fragment(f);
	case UNREACHABLE:
		return unreachable(f);
	case BACK:
		return back(f);
	default:
		noise(f, FRAME_MAX);
		ethernet(f, below(2) ? 0x0800 : 0x0806);
		return below(FRAME_MAX + 1);
	}
}

/* ---- Otherwise ---- */

size_t frame_mutate(uint8_t *f, size_t len)
{
	static const uint8_t edges[] = { 0, 1, 0x7f, 0x80, 0xfe, 0xff };
	/* What is read is mostly at the beginning. */
	size_t at = below(below(3) ? 100 : FRAME_MAX), size;

	if (at >= len)
		at = len ? below((uint32_t)len) : 0;
	switch (below(6)) {
	case 0:
		f[at] = (uint8_t)below(256);
		return len;
	case 1:
		f[at] ^= (uint8_t)(1U << below(8));
		return len;
	case 2:
		f[at] = edges[below(sizeof(edges))];
		return len;
	case 3:
		return at;
	case 4:	/* bytes twice */
		size = below(40);
		if (size > FRAME_MAX - len)
			size = FRAME_MAX - len;
		memmove(f + at + size, f + at, len - at);
		return len + size;
	default:	/* or missing */
		size = below(40);
		if (size > len - at)
			size = len - at;
		memmove(f + at, f + at + size, len - at - size);
		return len - size;
	}
}

/* ---- Checksums: RFC 1071 ---- */

static uint32_t sum(const uint8_t *from, size_t len)
{
	uint32_t all = 0;

	for (; len > 1; len -= 2, from += 2)
		all += (uint32_t)from[0] << 8 | from[1];
	return all + (len ? (uint32_t)from[0] << 8 : 0);
}

static uint32_t fold(uint32_t all)
{
	all = (all & 0xffff) + (all >> 16);
	return ~((all & 0xffff) + (all >> 16)) & 0xffff;
}

void frame_finish(uint8_t *f, size_t len)
{
	size_t head = (size_t)(f[IP] & 15) * 4, all, body, place;
	uint8_t *h = f + IP, *p = h + head;

	if (len < L4 + 8 || f[12] != 8 || f[13] || head < 20
	    || IP + head + 8 > len)
		return;
	put16(h + 10, 0);
	put16(h + 10, fold(sum(h, head)));
	all = (size_t)h[2] << 8 | h[3];
	if (all < head + 8 || all > len - IP)
		return;
	body = all - head;
	place = h[9] == 1 ? 2 : h[9] == 6 ? 16 : 6;
	if (place + 2 > body)
		return;
	put16(p + place, 0);
	put16(p + place, fold(sum(p, body)
			      + (h[9] == 1 ? 0 : sum(h + 12, 8) + h[9]
						 + (uint32_t)body)));
}
