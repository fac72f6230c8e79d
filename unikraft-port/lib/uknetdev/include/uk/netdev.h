/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Network devices: what a stack calls. In this order: probe, info_get,
 * configure, rxq_configure and txq_configure, start; then rx_one and tx_one.
 */
#ifndef __UK_NETDEV__
#define __UK_NETDEV__

#include <limits.h>
#include <uk/assert.h>
#include <uk/errptr.h>
#include <uk/netdev_core.h>

unsigned int uk_netdev_count(void);

/* The device with this number, or NULL. */
struct uk_netdev *uk_netdev_get(unsigned int id);
uint16_t uk_netdev_id_get(struct uk_netdev *dev);
const char *uk_netdev_drv_name_get(struct uk_netdev *dev);
enum uk_netdev_state uk_netdev_state_get(struct uk_netdev *dev);

/* These return 0 or more, or a negative errno. */
int uk_netdev_probe(struct uk_netdev *dev);
int uk_netdev_configure(struct uk_netdev *dev,
			const struct uk_netdev_conf *dev_conf);
int uk_netdev_rxq_info_get(struct uk_netdev *dev, uint16_t queue_id,
			   struct uk_netdev_queue_info *queue_info);
int uk_netdev_rxq_configure(struct uk_netdev *dev, uint16_t queue_id,
			    uint16_t nb_desc,
			    struct uk_netdev_rxqueue_conf *rx_conf);
int uk_netdev_txq_info_get(struct uk_netdev *dev, uint16_t queue_id,
			   struct uk_netdev_queue_info *queue_info);
int uk_netdev_txq_configure(struct uk_netdev *dev, uint16_t queue_id,
			    uint16_t nb_desc,
			    struct uk_netdev_txqueue_conf *tx_conf);
int uk_netdev_start(struct uk_netdev *dev);

void uk_netdev_info_get(struct uk_netdev *dev,
			struct uk_netdev_info *dev_info);
/* NULL where nothing is known. */
const char *uk_netdev_einfo_get(struct uk_netdev *dev,
				enum uk_netdev_einfo_type einfo);
const struct uk_hwaddr *uk_netdev_hwaddr_get(struct uk_netdev *dev);
int uk_netdev_hwaddr_set(struct uk_netdev *dev, const struct uk_hwaddr *hwaddr);
unsigned int uk_netdev_promiscuous_get(struct uk_netdev *dev);
int uk_netdev_promiscuous_set(struct uk_netdev *dev, unsigned int mode);
uint16_t uk_netdev_mtu_get(struct uk_netdev *dev);
int uk_netdev_mtu_set(struct uk_netdev *dev, uint16_t mtu);

static inline struct uk_netdev_rx_queue *
__uk_netdev_rx_queue(struct uk_netdev *dev, uint16_t queue_id)
{
	UK_ASSERT(dev && dev->_data);
	UK_ASSERT(dev->_data->state == UK_NETDEV_RUNNING);
	UK_ASSERT(queue_id < CONFIG_LIBUKNETDEV_MAXNBQUEUES);
	UK_ASSERT(dev->_rx_queue[queue_id]
		  && !PTRISERR(dev->_rx_queue[queue_id]));
	return dev->_rx_queue[queue_id];
}

/*
 * Have an event when a packet comes: once, then rx_one() until it has no
 * more. 0, or 1 when packets are there already: rx_one() first, the event
 * comes after the last of them; -ENOTSUP.
 */
static inline int uk_netdev_rxq_intr_enable(struct uk_netdev *dev,
					    uint16_t queue_id)
{
	struct uk_netdev_rx_queue *queue = __uk_netdev_rx_queue(dev, queue_id);

	if (unlikely(!dev->ops->rxq_intr_enable))
		return -ENOTSUP;
	return dev->ops->rxq_intr_enable(dev, queue);
}

static inline int uk_netdev_rxq_intr_disable(struct uk_netdev *dev,
					     uint16_t queue_id)
{
	struct uk_netdev_rx_queue *queue = __uk_netdev_rx_queue(dev, queue_id);

	if (unlikely(!dev->ops->rxq_intr_disable))
		return -ENOTSUP;
	return dev->ops->rxq_intr_disable(dev, queue);
}

/* Take a packet: UK_NETDEV_STATUS_*, or a negative errno. */
static inline int uk_netdev_rx_one(struct uk_netdev *dev, uint16_t queue_id,
				   struct uk_netbuf **pkt)
{
	UK_ASSERT(pkt);
	return dev->rx_one(dev, __uk_netdev_rx_queue(dev, queue_id), pkt);
}

/*
 * Send a packet: UK_NETDEV_STATUS_*, or a negative errno. With ..._SUCCESS
 * it is the device's, otherwise it is still the caller's.
 */
static inline int uk_netdev_tx_one(struct uk_netdev *dev, uint16_t queue_id,
				   struct uk_netbuf *pkt)
{
	UK_ASSERT(dev && dev->_data && pkt);
	UK_ASSERT(dev->_data->state == UK_NETDEV_RUNNING);
	UK_ASSERT(queue_id < CONFIG_LIBUKNETDEV_MAXNBQUEUES);
	return dev->tx_one(dev, dev->_tx_queue[queue_id], pkt);
}

/* A negative status has no flag. */
#define uk_netdev_status_test_set(status, flag) \
	(((int)(status) & ((int)(flag) | INT_MIN)) == (flag))
#define uk_netdev_status_test_unset(status, flag) \
	(((int)(status) & ((int)(flag) | INT_MIN)) == 0)
#define uk_netdev_status_successful(status) \
	uk_netdev_status_test_set((status), UK_NETDEV_STATUS_SUCCESS)
#define uk_netdev_status_notready(status) \
	uk_netdev_status_test_unset((status), UK_NETDEV_STATUS_SUCCESS)
#define uk_netdev_status_more(status)				\
	uk_netdev_status_test_set((status), UK_NETDEV_STATUS_SUCCESS \
					    | UK_NETDEV_STATUS_MORE)

#endif /* __UK_NETDEV__ */
