/* SPDX-License-Identifier: BSD-3-Clause */
/* What struct uk_netdev lacks: the link, what went wrong, many at once. */
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

/*
 * From now on, what is sent waits for netdev_flush(): the device is then told
 * of all at once. Of a device that is not one of drivers/net: no effect.
 */
void netdev_gather(struct uk_netdev *dev);
void netdev_flush(struct uk_netdev *dev);

/* Packets that were sent and wait for room in the device. */
unsigned int netdev_waiting(const struct uk_netdev *dev);

#endif /* NETDEV_LINK_H */
