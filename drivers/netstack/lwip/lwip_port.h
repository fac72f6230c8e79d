/* SPDX-License-Identifier: BSD-3-Clause */
/* What lwIP leaves to its port, and the port to its user. */
#ifndef LWIP_PORT_H
#define LWIP_PORT_H

#include <stdbool.h>
#include <stddef.h>

#include "lwip/ip_addr.h"

/* Fill @p buf; false when it cannot. */
typedef bool (*lwip_port_source_t)(void *buf, size_t len);

/*
 * Where there is hardware that makes random numbers: ports, sequence numbers
 * and transaction numbers depend on it from here on. Before, and without,
 * they depend on when things happen, which somebody may guess. False when it
 * gives none.
 */
bool lwip_port_random_source(lwip_port_source_t source);

/*
 * Called with lwIP's lock held, each time before it is let go: by then a
 * thread has sent what it had to send.
 */
extern void (*lwip_port_before_unlock)(void);

/* Mix in what differs from board to board, such as an address. */
void lwip_port_stir(const void *data, size_t len);

/* RFC 6528: a sequence number that only this pair of ends sees. */
u32_t lwip_port_isn(const ip_addr_t *local, u16_t local_port,
		    const ip_addr_t *remote, u16_t remote_port);

/* reopen.c looks at each packet; 0: lwIP goes on with it. */
struct netif;
struct pbuf;
int lwip_port_ip4_input(const struct pbuf *p);
int lwip_port_ip6_input(const struct pbuf *p, const struct netif *netif);

#endif /* LWIP_PORT_H */
