/* SPDX-License-Identifier: BSD-3-Clause */
/* A driver and the network device that it is, within the bridge. */
#ifndef NETDEV_BRIDGE_H
#define NETDEV_BRIDGE_H

#include <uk/netdev.h>
#include <uk/netdev_driver.h>

#include "frames.h"
#include "netdev_link.h"

struct bridge {
	struct uk_netdev netdev;
	struct net_device *device;
	struct uk_hwaddr address;
	unsigned int promiscuous;

	uk_netdev_alloc_rxpkts alloc;
	void *alloc_argp;
	unsigned int missing;	/* empty packets that were not to be had */
	unsigned int lent;	/* empty frames that the driver has ... */
	unsigned int lent_most;	/* ... and may have */

	struct frames stock;	/* empty */
	struct frames received;
	struct frames waiting;	/* to be sent */
	struct frames sent;	/* to be freed */

	bool gathers;		/* the stack says when to tell the device */

	bool wanted;		/* the stack wants events ... */
	bool armed;		/* ... and the next one is told */
	bool attention;		/* something beside packets was told */
	bool ready;		/* send_ready() came */
	bool starved;		/* an empty frame was wanted in vain */
};

static inline struct bridge *bridge_of(struct uk_netdev *dev)
{
	return __containerof(dev, struct bridge, netdev);
}

/* What the driver calls */
extern const struct net_user bridge_user;

/* What the stack calls: netdev.c */
int bridge_tx_one(struct uk_netdev *dev, struct uk_netdev_tx_queue *queue,
		  struct uk_netbuf *pkt);
int bridge_rx_one(struct uk_netdev *dev, struct uk_netdev_rx_queue *queue,
		  struct uk_netbuf **pkt);
int bridge_intr_enable(struct uk_netdev *dev, struct uk_netdev_rx_queue *queue);
int bridge_intr_disable(struct uk_netdev *dev,
			struct uk_netdev_rx_queue *queue);
void bridge_flush(struct bridge *b);

/* Make up for what was taken from the stock; true when it is whole. */
bool bridge_restock(struct bridge *b);

/* A negative errno for NET_ERR_* */
int bridge_errno(int error);

#endif /* NETDEV_BRIDGE_H */
