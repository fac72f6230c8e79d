/* SPDX-License-Identifier: BSD-3-Clause */
/* Network devices: the list of them, and their states. */
#include <string.h>
#include <uk/netdev.h>
#include <uk/netdev_driver.h>

static struct uk_netdev_list devices = { NULL, &devices.tqh_first };
static uint16_t count;

/* ---- For drivers ---- */

static bool complete(const struct uk_netdev *dev)
{
	const struct uk_netdev_ops *ops = dev->ops;

	return dev->rx_one && dev->tx_one && ops && ops->info_get
	       && ops->configure && ops->rxq_info_get && ops->rxq_configure
	       && ops->txq_info_get && ops->txq_configure && ops->start
	       && ops->promiscuous_get && ops->mtu_get
	       && !ops->rxq_intr_enable == !ops->rxq_intr_disable;
}

int uk_netdev_drv_register(struct uk_netdev *dev, struct uk_alloc *a,
			   const char *drv_name)
{
	struct uk_netdev_data *data;

	UK_ASSERT(dev && complete(dev) && !dev->_data);
	data = uk_calloc(a, 1, sizeof(*data));
	if (!data)
		return -ENOMEM;
	*DECONST(uint16_t *, &data->id) = count;
	data->drv_name = drv_name;
	data->state = UK_NETDEV_UNPROBED;
	dev->_data = data;
	UK_TAILQ_INSERT_TAIL(&devices, dev, _list);
	return count++;
}

/* ---- Which there are ---- */

unsigned int uk_netdev_count(void)
{
	return count;
}

struct uk_netdev *uk_netdev_get(unsigned int id)
{
	struct uk_netdev *dev;

	UK_TAILQ_FOREACH(dev, &devices, _list)
		if (dev->_data->id == id)
			return dev;
	return NULL;
}

uint16_t uk_netdev_id_get(struct uk_netdev *dev)
{
	UK_ASSERT(dev && dev->_data);
	return dev->_data->id;
}

const char *uk_netdev_drv_name_get(struct uk_netdev *dev)
{
	UK_ASSERT(dev && dev->_data);
	return dev->_data->drv_name;
}

enum uk_netdev_state uk_netdev_state_get(struct uk_netdev *dev)
{
	UK_ASSERT(dev && dev->_data);
	return dev->_data->state;
}

/* ---- From unprobed to running ---- */

int uk_netdev_probe(struct uk_netdev *dev)
{
	int rc = 0;

	UK_ASSERT(dev && dev->_data);
	UK_ASSERT(dev->_data->state == UK_NETDEV_UNPROBED);
	if (dev->ops->probe)
		rc = dev->ops->probe(dev);
	if (rc >= 0)
		dev->_data->state = UK_NETDEV_UNCONFIGURED;
	return rc;
}

void uk_netdev_info_get(struct uk_netdev *dev, struct uk_netdev_info *dev_info)
{
	UK_ASSERT(dev && dev->_data && dev_info);
	UK_ASSERT(dev->_data->state >= UK_NETDEV_UNCONFIGURED);
	memset(dev_info, 0, sizeof(*dev_info));
	dev->ops->info_get(dev, dev_info);
	dev_info->max_rx_queues = MIN(dev_info->max_rx_queues,
				      CONFIG_LIBUKNETDEV_MAXNBQUEUES);
	dev_info->max_tx_queues = MIN(dev_info->max_tx_queues,
				      CONFIG_LIBUKNETDEV_MAXNBQUEUES);
}

int uk_netdev_configure(struct uk_netdev *dev,
			const struct uk_netdev_conf *dev_conf)
{
	struct uk_netdev_info info;
	int rc;

	UK_ASSERT(dev && dev->_data && dev_conf);
	if (dev->_data->state != UK_NETDEV_UNCONFIGURED)
		return -EINVAL;
	uk_netdev_info_get(dev, &info);
	if (dev_conf->nb_rx_queues > info.max_rx_queues
	    || dev_conf->nb_tx_queues > info.max_tx_queues)
		return -EINVAL;
	rc = dev->ops->configure(dev, dev_conf);
	if (rc >= 0)
		dev->_data->state = UK_NETDEV_CONFIGURED;
	return rc;
}

int uk_netdev_rxq_info_get(struct uk_netdev *dev, uint16_t queue_id,
			   struct uk_netdev_queue_info *queue_info)
{
	UK_ASSERT(dev && dev->ops && queue_info);
	UK_ASSERT(queue_id < CONFIG_LIBUKNETDEV_MAXNBQUEUES);
	memset(queue_info, 0, sizeof(*queue_info));
	return dev->ops->rxq_info_get(dev, queue_id, queue_info);
}

int uk_netdev_txq_info_get(struct uk_netdev *dev, uint16_t queue_id,
			   struct uk_netdev_queue_info *queue_info)
{
	UK_ASSERT(dev && dev->ops && queue_info);
	UK_ASSERT(queue_id < CONFIG_LIBUKNETDEV_MAXNBQUEUES);
	memset(queue_info, 0, sizeof(*queue_info));
	return dev->ops->txq_info_get(dev, queue_id, queue_info);
}

int uk_netdev_rxq_configure(struct uk_netdev *dev, uint16_t queue_id,
			    uint16_t nb_desc,
			    struct uk_netdev_rxqueue_conf *rx_conf)
{
	struct uk_netdev_event_handler *handler;
	struct uk_netdev_rx_queue *queue;

	UK_ASSERT(dev && dev->_data && rx_conf && rx_conf->alloc_rxpkts);
	UK_ASSERT(queue_id < CONFIG_LIBUKNETDEV_MAXNBQUEUES);
	if (dev->_data->state != UK_NETDEV_CONFIGURED)
		return -EINVAL;
	if (dev->_rx_queue[queue_id])
		return -EBUSY;
	/* Before the driver can have an event to tell of */
	handler = &dev->_data->rxq_handler[queue_id];
	handler->callback = rx_conf->callback;
	handler->cookie = rx_conf->callback_cookie;
	queue = dev->ops->rxq_configure(dev, queue_id, nb_desc, rx_conf);
	if (PTRISERR(queue)) {
		handler->callback = NULL;
		return PTR2ERR(queue);
	}
	dev->_rx_queue[queue_id] = queue;
	return 0;
}

int uk_netdev_txq_configure(struct uk_netdev *dev, uint16_t queue_id,
			    uint16_t nb_desc,
			    struct uk_netdev_txqueue_conf *tx_conf)
{
	struct uk_netdev_tx_queue *queue;

	UK_ASSERT(dev && dev->_data && tx_conf);
	UK_ASSERT(queue_id < CONFIG_LIBUKNETDEV_MAXNBQUEUES);
	if (dev->_data->state != UK_NETDEV_CONFIGURED)
		return -EINVAL;
	if (dev->_tx_queue[queue_id])
		return -EBUSY;
	queue = dev->ops->txq_configure(dev, queue_id, nb_desc, tx_conf);
	if (PTRISERR(queue))
		return PTR2ERR(queue);
	dev->_tx_queue[queue_id] = queue;
	return 0;
}

int uk_netdev_start(struct uk_netdev *dev)
{
	int rc;

	UK_ASSERT(dev && dev->_data);
	if (dev->_data->state != UK_NETDEV_CONFIGURED)
		return -EINVAL;
	/* It may have something to tell before it returns. */
	dev->_data->state = UK_NETDEV_RUNNING;
	rc = dev->ops->start(dev);
	if (rc < 0)
		dev->_data->state = UK_NETDEV_CONFIGURED;
	return rc;
}

/* ---- Addresses and sizes ---- */

const char *uk_netdev_einfo_get(struct uk_netdev *dev,
				enum uk_netdev_einfo_type einfo)
{
	UK_ASSERT(dev && dev->ops);
	return dev->ops->einfo_get ? dev->ops->einfo_get(dev, einfo) : NULL;
}

const struct uk_hwaddr *uk_netdev_hwaddr_get(struct uk_netdev *dev)
{
	UK_ASSERT(dev && dev->ops);
	return dev->ops->hwaddr_get ? dev->ops->hwaddr_get(dev) : NULL;
}

int uk_netdev_hwaddr_set(struct uk_netdev *dev, const struct uk_hwaddr *hwaddr)
{
	UK_ASSERT(dev && dev->ops && hwaddr);
	return dev->ops->hwaddr_set ? dev->ops->hwaddr_set(dev, hwaddr)
				    : -ENOTSUP;
}

unsigned int uk_netdev_promiscuous_get(struct uk_netdev *dev)
{
	UK_ASSERT(dev && dev->ops);
	return dev->ops->promiscuous_get(dev);
}

int uk_netdev_promiscuous_set(struct uk_netdev *dev, unsigned int mode)
{
	UK_ASSERT(dev && dev->ops);
	return dev->ops->promiscuous_set ? dev->ops->promiscuous_set(dev, mode)
					 : -ENOTSUP;
}

uint16_t uk_netdev_mtu_get(struct uk_netdev *dev)
{
	UK_ASSERT(dev && dev->ops);
	return dev->ops->mtu_get(dev);
}

int uk_netdev_mtu_set(struct uk_netdev *dev, uint16_t mtu)
{
	UK_ASSERT(dev && dev->ops);
	return dev->ops->mtu_set ? dev->ops->mtu_set(dev, mtu) : -ENOTSUP;
}
