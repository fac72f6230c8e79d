/* SPDX-License-Identifier: BSD-3-Clause */
/* One network device of Unikraft as an interface of lwIP. */
#ifndef NETIF_INTERFACE_H
#define NETIF_INTERFACE_H

#include <lwip/netif.h>
#include <lwip/tcpip.h>
#include <uk/netdev.h>

#include "netdev_link.h"
#include "packets.h"

struct interface {
	struct netif netif;
	struct uk_netdev *dev;
	const struct net_device *device;	/* NULL: link is not known */
	struct packets rx, tx;
	struct tcpip_callback_msg *service;	/* posted at an event */
	volatile bool missed;	/* it could not be posted */
	bool link;
	bool unflushed;		/* the device was not told of what was sent */
	uint32_t tx_dropped;
	uint32_t tx_errors;
	uint32_t rx_dropped;

	/* network.c's */
	int error;
	bool bound;		/* DHCP has given the address */
	uint32_t link_losses, leases, requests;
	uint8_t dhcp_tries;
	bool told_no_server;
	uint64_t up_ms;
};

/*
 * Use @p dev; in lwIP's thread, or with its lock. 0, or a negative errno.
 * The link is as `link` says after it, and later when it was serviced.
 */
int interface_start(struct interface *interface, struct uk_netdev *dev);

/* In lwIP's thread: what came, and whether the link is up. */
void interface_service(struct interface *interface);

/* The device is told of what was sent; with lwIP's lock. */
void interface_flush(struct interface *interface);

/* The link changed; network.c's, called in lwIP's thread. */
void interface_link_changed(struct interface *interface, bool up);

#endif /* NETIF_INTERFACE_H */
