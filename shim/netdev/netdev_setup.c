/* SPDX-License-Identifier: BSD-3-Clause */
/* A network device as Unikraft sees it: what it can, its queues, its start. */
#include <string.h>
#include <uk/alloc.h>

#include "bridge.h"

/* Ours: what a stack may give for receiving */
#define RX_MAX		256U
#define RX_MIN		4U

/* ---- Configuration ---- */

static void info_get(struct uk_netdev *dev,
		     struct uk_netdev_info *info)
{
	(void)dev;
	info->max_rx_queues = 1;
	info->max_tx_queues = 1;
	info->max_mtu = UK_ETH_PAYLOAD_MAXLEN;
	info->nb_encap_tx = HEADROOM;
	info->nb_encap_rx = HEADROOM;
	info->ioalign = NET_BUFFER_ALIGN;
	info->features = UK_NETDEV_F_RXQ_INTR;
}

static int queue_info_get(struct uk_netdev *dev,
			  uint16_t queue_id,
			  struct uk_netdev_queue_info *info)
{
	(void)dev;
	(void)queue_id;
	info->nb_max = RX_MAX;
	info->nb_min = RX_MIN;
	info->nb_align = 1;
	info->nb_is_power_of_two = 0;
	return 0;
}

static int configure(struct uk_netdev *dev,
		     const struct uk_netdev_conf *conf)
{
	(void)dev;
	return conf->nb_rx_queues == 1 && conf->nb_tx_queues == 1 ? 0
								  : -EINVAL;
}

/*
 * Half of the packets are for the device, half for the way to the stack; one
 * more is for the place of the next that is received.
 */
static struct uk_netdev_rx_queue *
rxq_configure(struct uk_netdev *dev, uint16_t queue_id,
	      uint16_t nb_desc, struct uk_netdev_rxqueue_conf *conf)
{
	struct bridge *b = bridge_of(dev);

	(void)queue_id;
	if (nb_desc < RX_MIN || nb_desc > RX_MAX)
		return ERR2PTR(-EINVAL);
	b->alloc = conf->alloc_rxpkts;
	b->alloc_argp = conf->alloc_rxpkts_argp;
	b->missing = nb_desc;
	if (!bridge_restock(b))
		return ERR2PTR(-ENOMEM);
	b->lent_most = nb_desc / 2 + 1;
	return (struct uk_netdev_rx_queue *)b;
}

static struct uk_netdev_tx_queue *
txq_configure(struct uk_netdev *dev, uint16_t queue_id,
	      uint16_t nb_desc,
	      struct uk_netdev_txqueue_conf *conf)
{
	(void)queue_id;
	(void)nb_desc;
	(void)conf;
	return (struct uk_netdev_tx_queue *)bridge_of(dev);
}

static int start(struct uk_netdev *dev)
{
	struct bridge *b = bridge_of(dev);
	int rc = b->device->ops->start(b->device);

	return rc ? bridge_errno(rc) : 0;
}

static const struct uk_hwaddr *hwaddr_get(struct uk_netdev *dev)
{
	struct bridge *b = bridge_of(dev);

	/* Some drivers learn it late, or anew. */
	memcpy(b->address.addr_bytes, b->device->address, NET_ADDRESS_LEN);
	return &b->address;
}

static uint16_t mtu_get(struct uk_netdev *dev)
{
	(void)dev;
	return UK_ETH_PAYLOAD_MAXLEN;
}

static unsigned int promiscuous_get(struct uk_netdev *dev)
{
	return bridge_of(dev)->promiscuous;
}

static int promiscuous_set(struct uk_netdev *dev, unsigned int mode)
{
	struct bridge *b = bridge_of(dev);
	int rc;

	if (!b->device->ops->promiscuous)
		return -ENOTSUP;
	rc = b->device->ops->promiscuous(b->device, mode);
	if (rc)
		return bridge_errno(rc);
	b->promiscuous = mode;
	return 0;
}

static const struct uk_netdev_ops bridge_ops = {
	.rxq_intr_enable = bridge_intr_enable,
	.rxq_intr_disable = bridge_intr_disable,
	.hwaddr_get = hwaddr_get,
	.mtu_get = mtu_get,
	.promiscuous_set = promiscuous_set,
	.promiscuous_get = promiscuous_get,
	.info_get = info_get,
	.txq_info_get = queue_info_get,
	.rxq_info_get = queue_info_get,
	.configure = configure,
	.txq_configure = txq_configure,
	.rxq_configure = rxq_configure,
	.start = start,
};

/* ---- Both sides ---- */

int net_attach(struct net_device *dev)
{
	struct uk_alloc *a = uk_alloc_get_default();
	struct bridge *b = uk_malloc(a, sizeof(*b));

	if (!b)
		return NET_ERR_MEMORY;
	memset(b, 0, sizeof(*b));
	frames_init(&b->stock);
	frames_init(&b->received);
	frames_init(&b->waiting);
	frames_init(&b->sent);
	b->device = dev;
	b->netdev.ops = &bridge_ops;
	b->netdev.rx_one = bridge_rx_one;
	b->netdev.tx_one = bridge_tx_one;
	dev->user_data = b;
	dev->user = &bridge_user;
	if (uk_netdev_drv_register(&b->netdev, a, dev->name) < 0) {
		dev->user = NULL;
		uk_free(a, b);
		return NET_ERR_MEMORY;
	}
	return NET_OK;
}

const struct net_device *netdev_device(const struct uk_netdev *dev)
{
	return dev->ops == &bridge_ops
	       ? __containerof(dev, const struct bridge, netdev)->device : NULL;
}

void netdev_gather(struct uk_netdev *dev)
{
	if (dev->ops == &bridge_ops)
		bridge_of(dev)->gathers = true;
}

void netdev_flush(struct uk_netdev *dev)
{
	if (dev->ops == &bridge_ops)
		bridge_flush(bridge_of(dev));
}

unsigned int netdev_waiting(const struct uk_netdev *dev)
{
	return dev->ops == &bridge_ops
	       ? __containerof(dev, const struct bridge, netdev)->waiting.count
	       : 0;
}
