/* SPDX-License-Identifier: BSD-3-Clause */
/* What struct uk_netdev does not tell: the link, and what went wrong. */
#ifndef NETDEV_LINK_H
#define NETDEV_LINK_H

#include <stdbool.h>
#include <uk/netdev.h>

#include "net.h"

/*
 * The driver's side of a network device, or NULL when it is not one of
 * drivers/net. A change of `link_up` comes as a receive event; who looks at
 * it while it takes packets misses none.
 */
const struct net_device *netdev_device(const struct uk_netdev *dev);

/* Packets that were sent and wait for room in the device. */
unsigned int netdev_waiting(const struct uk_netdev *dev);

#endif /* NETDEV_LINK_H */
