/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets of fixed number: a buffer, and what both sides call it. */
#ifndef NETIF_PACKETS_H
#define NETIF_PACKETS_H

#include <stdbool.h>

#include <lwip/pbuf.h>
#include <uk/netbuf.h>

struct packets;

struct packet {
	struct pbuf_custom pbuf;	/* for lwIP, while it has it */
	struct uk_netbuf netbuf;	/* for the device, while it has it */
	struct packet *next;		/* in the pool */
	struct packets *pool;
	uint8_t *buffer;
};

struct packets {
	struct packet *free;
	unsigned int free_count;
	unsigned int least;		/* there ever were */
	size_t size;			/* of a buffer */
	uint16_t headroom;
};

/*
 * Make @p count packets with room for @p room bytes behind @p headroom,
 * aligned to @p align, a power of 2; false without memory.
 */
bool packets_init(struct packets *pool, unsigned int count, size_t room,
		  uint16_t headroom, size_t align);

/* Its netbuf, empty; NULL when there is none. Freeing it puts it back. */
struct uk_netbuf *packets_take(struct packets *pool);

/* A pbuf with the bytes of a netbuf of ours, which it frees in the end. */
struct pbuf *packet_pbuf(struct uk_netbuf *netbuf);

#endif /* NETIF_PACKETS_H */
