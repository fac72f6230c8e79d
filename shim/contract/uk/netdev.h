/* SPDX-License-Identifier: BSD-3-Clause */
/* Network devices: what a stack calls, and what drivers and stacks share. */
struct uk_netdev;
struct uk_netdev_rx_queue;
struct uk_netdev_tx_queue;

struct uk_hwaddr {
	...;
};

struct uk_netdev_info {
	uint16_t max_rx_queues;
	uint16_t max_tx_queues;
	uint16_t max_mtu;
	uint16_t nb_encap_tx;
	uint16_t nb_encap_rx;
	uint16_t ioalign;
	uint32_t features;
	...;
};

struct uk_netdev_queue_info {
	uint16_t nb_max;
	uint16_t nb_min;
	uint16_t nb_align;
	int nb_is_power_of_two;
};

struct uk_netdev_conf {
	uint16_t nb_rx_queues;
	uint16_t nb_tx_queues;
};

typedef void (*uk_netdev_queue_event_t)(struct uk_netdev *dev,
					uint16_t queue_id, void *argp);
typedef uint16_t (*uk_netdev_alloc_rxpkts)(void *argp,
					   struct uk_netbuf *pkts[],
					   uint16_t count);

struct uk_netdev_rxqueue_conf {
	uk_netdev_queue_event_t callback;
	void *callback_cookie;
	struct uk_alloc *a;
	uk_netdev_alloc_rxpkts alloc_rxpkts;
	void *alloc_rxpkts_argp;
	...;
};

struct uk_netdev_txqueue_conf {
	struct uk_alloc *a;
	...;
};

#define UK_NETDEV_F_RXQ_INTR ...
#define UK_NETDEV_STATUS_SUCCESS ...
#define UK_NETDEV_STATUS_MORE ...
#define UK_NETDEV_STATUS_UNDERRUN ...
#define uk_netdev_status_successful(...)
#define uk_netdev_status_more(...)

unsigned int uk_netdev_count(void);
struct uk_netdev *uk_netdev_get(unsigned int id);
int uk_netdev_probe(struct uk_netdev *dev);
void uk_netdev_info_get(struct uk_netdev *dev,
			struct uk_netdev_info *dev_info);
int uk_netdev_configure(struct uk_netdev *dev,
			const struct uk_netdev_conf *dev_conf);
int uk_netdev_rxq_configure(struct uk_netdev *dev, uint16_t queue_id,
			    uint16_t nb_desc,
			    struct uk_netdev_rxqueue_conf *rx_conf);
int uk_netdev_txq_configure(struct uk_netdev *dev, uint16_t queue_id,
			    uint16_t nb_desc,
			    struct uk_netdev_txqueue_conf *tx_conf);
int uk_netdev_start(struct uk_netdev *dev);
const struct uk_hwaddr *uk_netdev_hwaddr_get(struct uk_netdev *dev);
uint16_t uk_netdev_mtu_get(struct uk_netdev *dev);
int uk_netdev_rxq_intr_enable(struct uk_netdev *dev, uint16_t queue_id);
int uk_netdev_rx_one(struct uk_netdev *dev, uint16_t queue_id,
		     struct uk_netbuf **pkt);
int uk_netdev_tx_one(struct uk_netdev *dev, uint16_t queue_id,
		     struct uk_netbuf *pkt);
