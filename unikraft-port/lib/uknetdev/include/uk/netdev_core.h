/* SPDX-License-Identifier: BSD-3-Clause */
/* Network devices: the types that drivers and stacks share. */
#ifndef __UK_NETDEV_CORE__
#define __UK_NETDEV_CORE__

#include <errno.h>
#include <stdint.h>
#include <uk/alloc.h>
#include <uk/config.h>
#include <uk/essentials.h>
#include <uk/list.h>
#include <uk/netbuf.h>

/* IEEE 802.3-2018, 3.1.1; IEEE 802.1Q-2018, 9.3 */
#define UK_ETH_ADDR_LEN			6
#define UK_ETH_TYPE_LEN			2
#define UK_ETH_8021Q_LEN		(UK_ETH_TYPE_LEN + 2)
#define UK_ETH_HDR_UNTAGGED_LEN		(2 * UK_ETH_ADDR_LEN + UK_ETH_TYPE_LEN)
#define UK_ETH_PAYLOAD_MAXLEN		1500
#define UK_ETH_FRAME_MINLEN		60
#define UK_ETH_FRAME_UNTAGGED_MAXLEN \
	(UK_ETH_HDR_UNTAGGED_LEN + UK_ETH_PAYLOAD_MAXLEN)

#define UK_NETDEV_HWADDR_LEN		UK_ETH_ADDR_LEN

struct uk_hwaddr {
	uint8_t addr_bytes[UK_NETDEV_HWADDR_LEN];
} __packed;

/* features */
#define UK_NETDEV_F_RXQ_INTR_BIT	0
#define UK_NETDEV_F_RXQ_INTR		(1UL << UK_NETDEV_F_RXQ_INTR_BIT)
#define UK_NETDEV_F_TXQ_INTR_BIT	1
#define UK_NETDEV_F_TXQ_INTR		(1UL << UK_NETDEV_F_TXQ_INTR_BIT)
#define UK_NETDEV_F_PARTIAL_CSUM_BIT	2
#define UK_NETDEV_F_PARTIAL_CSUM	(1UL << UK_NETDEV_F_PARTIAL_CSUM_BIT)
#define UK_NETDEV_F_TSO4_BIT		3
#define UK_NETDEV_F_TSO4		(1UL << UK_NETDEV_F_TSO4_BIT)

#define uk_netdev_rxintr_supported(feature) ((feature) & UK_NETDEV_F_RXQ_INTR)
#define uk_netdev_txintr_supported(feature) ((feature) & UK_NETDEV_F_TXQ_INTR)

struct uk_netdev;
struct uk_netdev_rx_queue;
struct uk_netdev_tx_queue;

struct uk_netdev_info {
	uint16_t max_rx_queues;
	uint16_t max_tx_queues;
	int in_queue_pairs;
	uint16_t max_mtu;
	uint16_t nb_encap_tx;	/* headroom that a packet to send needs */
	uint16_t nb_encap_rx;	/* headroom that an empty buffer needs */
	uint16_t ioalign;
	uint32_t features;
};

struct uk_netdev_queue_info {
	uint16_t nb_max;	/* descriptors */
	uint16_t nb_min;
	uint16_t nb_align;
	int nb_is_power_of_two;
};

struct uk_netdev_conf {
	uint16_t nb_rx_queues;
	uint16_t nb_tx_queues;
};

enum uk_netdev_state {
	UK_NETDEV_INVALID = 0,
	UK_NETDEV_UNPROBED,
	UK_NETDEV_UNCONFIGURED,
	UK_NETDEV_CONFIGURED,
	UK_NETDEV_RUNNING,
};

/* What a device's surroundings may know of its addresses, as text. */
enum uk_netdev_einfo_type {
	UK_NETDEV_IPV4_ADDR,
	UK_NETDEV_IPV4_MASK,
	UK_NETDEV_IPV4_CIDR,
	UK_NETDEV_IPV4_GW,
	UK_NETDEV_IPV4_DNS0,
	UK_NETDEV_IPV4_DNS1,
	UK_NETDEV_IPV4_HOSTNAME,
	UK_NETDEV_IPV4_DOMAIN,
};

/* Something came, or happened; from an interrupt too. */
typedef void (*uk_netdev_queue_event_t)(struct uk_netdev *dev,
					uint16_t queue_id, void *argp);

/* Put up to @p count empty buffers into @p pkts; how many it were. */
typedef uint16_t (*uk_netdev_alloc_rxpkts)(void *argp,
					   struct uk_netbuf *pkts[],
					   uint16_t count);

struct uk_netdev_rxqueue_conf {
	uk_netdev_queue_event_t callback;
	void *callback_cookie;
	struct uk_alloc *a;
	uk_netdev_alloc_rxpkts alloc_rxpkts;
	void *alloc_rxpkts_argp;
};

struct uk_netdev_txqueue_conf {
	struct uk_alloc *a;
};

/* What a driver does; the ones marked so may be NULL. */
typedef int (*uk_netdev_probe_t)(struct uk_netdev *dev);
typedef void (*uk_netdev_info_get_t)(struct uk_netdev *dev,
				     struct uk_netdev_info *dev_info);
typedef const char *(*uk_netdev_einfo_get_t)(struct uk_netdev *dev,
					     enum uk_netdev_einfo_type econf);
typedef int (*uk_netdev_configure_t)(struct uk_netdev *dev,
				     const struct uk_netdev_conf *conf);
typedef int (*uk_netdev_rxq_info_get_t)(struct uk_netdev *dev,
					uint16_t queue_id,
					struct uk_netdev_queue_info *info);
typedef int (*uk_netdev_txq_info_get_t)(struct uk_netdev *dev,
					uint16_t queue_id,
					struct uk_netdev_queue_info *info);
typedef struct uk_netdev_rx_queue *
(*uk_netdev_rxq_configure_t)(struct uk_netdev *dev, uint16_t queue_id,
			     uint16_t nb_desc,
			     struct uk_netdev_rxqueue_conf *rx_conf);
typedef struct uk_netdev_tx_queue *
(*uk_netdev_txq_configure_t)(struct uk_netdev *dev, uint16_t queue_id,
			     uint16_t nb_desc,
			     struct uk_netdev_txqueue_conf *tx_conf);
typedef int (*uk_netdev_start_t)(struct uk_netdev *dev);
typedef const struct uk_hwaddr *
(*uk_netdev_hwaddr_get_t)(struct uk_netdev *dev);
typedef int (*uk_netdev_hwaddr_set_t)(struct uk_netdev *dev,
				      const struct uk_hwaddr *hwaddr);
typedef unsigned int (*uk_netdev_promiscuous_get_t)(struct uk_netdev *dev);
typedef int (*uk_netdev_promiscuous_set_t)(struct uk_netdev *dev,
					   unsigned int mode);
typedef uint16_t (*uk_netdev_mtu_get_t)(struct uk_netdev *dev);
typedef int (*uk_netdev_mtu_set_t)(struct uk_netdev *dev, uint16_t mtu);
typedef int (*uk_netdev_rxq_intr_enable_t)(struct uk_netdev *dev,
					   struct uk_netdev_rx_queue *queue);
typedef int (*uk_netdev_rxq_intr_disable_t)(struct uk_netdev *dev,
					    struct uk_netdev_rx_queue *queue);

/* What rx_one() and tx_one() return when it is not negative */
#define UK_NETDEV_STATUS_SUCCESS	0x1	/* a packet was moved */
#define UK_NETDEV_STATUS_MORE		0x2	/* the next one can be, too */
#define UK_NETDEV_STATUS_UNDERRUN	0x4	/* no empty buffers to be had */

typedef int (*uk_netdev_rx_one_t)(struct uk_netdev *dev,
				  struct uk_netdev_rx_queue *queue,
				  struct uk_netbuf **pkt);
typedef int (*uk_netdev_tx_one_t)(struct uk_netdev *dev,
				  struct uk_netdev_tx_queue *queue,
				  struct uk_netbuf *pkt);

struct uk_netdev_ops {
	uk_netdev_rxq_intr_enable_t rxq_intr_enable;	/* may be NULL */
	uk_netdev_rxq_intr_disable_t rxq_intr_disable;	/* may be NULL */
	uk_netdev_hwaddr_get_t hwaddr_get;		/* may be NULL */
	uk_netdev_hwaddr_set_t hwaddr_set;		/* may be NULL */
	uk_netdev_mtu_get_t mtu_get;
	uk_netdev_mtu_set_t mtu_set;			/* may be NULL */
	uk_netdev_promiscuous_set_t promiscuous_set;	/* may be NULL */
	uk_netdev_promiscuous_get_t promiscuous_get;
	uk_netdev_info_get_t info_get;
	uk_netdev_txq_info_get_t txq_info_get;
	uk_netdev_rxq_info_get_t rxq_info_get;
	uk_netdev_einfo_get_t einfo_get;		/* may be NULL */
	uk_netdev_probe_t probe;			/* may be NULL */
	uk_netdev_configure_t configure;
	uk_netdev_txq_configure_t txq_configure;
	uk_netdev_rxq_configure_t rxq_configure;
	uk_netdev_start_t start;
};

struct uk_netdev_event_handler {
	uk_netdev_queue_event_t callback;
	void *cookie;
};

/* The library's own, for each device. */
struct uk_netdev_data {
	enum uk_netdev_state state;
	struct uk_netdev_event_handler
		rxq_handler[CONFIG_LIBUKNETDEV_MAXNBQUEUES];
	const uint16_t id;
	const char *drv_name;
};

struct uk_netdev {
	/* By the driver, before it registers: */
	uk_netdev_tx_one_t tx_one;
	uk_netdev_rx_one_t rx_one;
	struct uk_netdev_data *_data;
	const struct uk_netdev_ops *ops;
	/* By the library: */
	struct uk_netdev_rx_queue *_rx_queue[CONFIG_LIBUKNETDEV_MAXNBQUEUES];
	struct uk_netdev_tx_queue *_tx_queue[CONFIG_LIBUKNETDEV_MAXNBQUEUES];
	UK_TAILQ_ENTRY(struct uk_netdev) _list;
};

UK_TAILQ_HEAD(uk_netdev_list, struct uk_netdev);

#endif /* __UK_NETDEV_CORE__ */
