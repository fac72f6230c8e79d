/* SPDX-License-Identifier: BSD-3-Clause */
/* Packets of fixed number: taken and put back by any thread. */
#include <uk/alloc.h>
#include <uk/netbuf.h>
#include <uk/plat/lcpu.h>

#include "packets.h"

static void put(struct packet *packet)
{
	struct packets *pool = packet->pool;
	unsigned long flags = ukplat_lcpu_save_irqf();

	packet->next = pool->free;
	pool->free = packet;
	pool->free_count++;
	ukplat_lcpu_restore_irqf(flags);
}

static void put_netbuf(struct uk_netbuf *netbuf)
{
	put(netbuf->priv);
}

static void put_pbuf(struct pbuf *pbuf)
{
	/* The custom pbuf is the first member of the packet. */
	struct packet *packet = (struct packet *)pbuf;

	uk_netbuf_free_single(&packet->netbuf);
}

bool packets_init(struct packets *pool, unsigned int count, size_t room,
		  uint16_t headroom, size_t align)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct packet *packet;
	uint8_t *buffer;

	pool->headroom = headroom;
	pool->size = ALIGN_UP(headroom + room, align);
	pool->free = NULL;
	pool->free_count = 0;
	packet = uk_malloc(a, count * sizeof(*packet));
	buffer = uk_malloc(a, count * pool->size + align);
	if (!packet || !buffer) {
		if (packet)
			uk_free(a, packet);
		if (buffer)
			uk_free(a, buffer);
		return false;
	}
	buffer = (uint8_t *)ALIGN_UP((uintptr_t)buffer, align);
	for (; count; count--, packet++, buffer += pool->size) {
		packet->pool = pool;
		packet->buffer = buffer;
		put(packet);
	}
	pool->least = pool->free_count;
	return true;
}

struct uk_netbuf *packets_take(struct packets *pool)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct packet *packet = pool->free;

	if (packet) {
		pool->free = packet->next;
		if (--pool->free_count < pool->least)
			pool->least = pool->free_count;
	}
	ukplat_lcpu_restore_irqf(flags);
	if (!packet)
		return NULL;
	uk_netbuf_init_indir(&packet->netbuf, packet->buffer, pool->size,
			     pool->headroom, packet, put_netbuf);
	return &packet->netbuf;
}

struct pbuf *packet_pbuf(struct uk_netbuf *netbuf)
{
	struct packet *packet = netbuf->priv;

	packet->pbuf.custom_free_function = put_pbuf;
	return pbuf_alloced_custom(PBUF_RAW, netbuf->len, PBUF_REF,
				   &packet->pbuf, netbuf->data, netbuf->len);
}
