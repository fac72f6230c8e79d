/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A driver of drivers/net as a network device of Unikraft.
 *
 * A driver hands frames over whenever it has them, from interrupts too; a
 * stack fetches packets when it is told to, in a thread of its own. Between
 * them are queues, and no copy: the frame is the packet. Whatever the stack
 * must do in its thread (take packets, send what waited, look at the link)
 * is announced by the one event there is.
 */
#include <string.h>
#include <uk/alloc.h>
#include <uk/netdev.h>
#include <uk/netdev_driver.h>
#include <uk/plat/lcpu.h>

#include "frames.h"
#include "netdev_link.h"

/* Ours: what waits for the device, beside what the device has. */
#define WAITING_MAX	32U
/* Ours: what was sent, and may wait for being freed without an event */
#define SENT_MAX	8U
/* Ours: what a stack may give for receiving */
#define RX_MAX		256U
#define RX_MIN		4U

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

/*
 * Tell the stack once, by its `armed` of before, which is taken with what
 * happened; it tells when it wants to know again.
 */
static bool disarm(struct bridge *b)
{
	bool armed = b->armed;

	b->armed = false;
	return armed;
}

static void tell(struct bridge *b, bool armed)
{
	if (armed)
		uk_netdev_drv_rx_event(&b->netdev, 0);
}

/* Of something beside packets */
static void draw_attention(struct bridge *b)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	bool armed = disarm(b);

	b->attention = true;
	ukplat_lcpu_restore_irqf(flags);
	tell(b, armed);
}

/* ---- What drivers call ---- */

static struct net_frame *frame_take(struct net_device *dev)
{
	struct bridge *b = dev->user_data;
	struct net_frame *frame;
	unsigned long flags;

	if (b->lent >= b->lent_most)
		return NULL;
	flags = ukplat_lcpu_save_irqf();
	frame = frames_remove(&b->stock);
	if (frame)
		b->lent++;
	else
		b->starved = true;
	ukplat_lcpu_restore_irqf(flags);
	if (!frame)
		return NULL;
	frame->data = carrier_of(frame)->empty;
	frame->len = 0;
	return frame;
}

static void frame_give(struct net_device *dev, struct net_frame *frame)
{
	struct bridge *b = dev->user_data;
	bool ours = carrier_of(frame)->ours;
	unsigned long flags = ukplat_lcpu_save_irqf();

	/* Freeing is for threads; mostly the one that sends the next. */
	frames_append(ours ? &b->stock : &b->sent, frame);
	if (ours)
		b->lent--;
	ukplat_lcpu_restore_irqf(flags);
	if (!ours && b->sent.count >= SENT_MAX)
		draw_attention(b);
}

static void received(struct net_device *dev, struct net_frame *frame)
{
	struct bridge *b = dev->user_data;
	unsigned long flags = ukplat_lcpu_save_irqf();
	bool armed = disarm(b);

	b->lent--;
	frames_append(&b->received, frame);
	ukplat_lcpu_restore_irqf(flags);
	tell(b, armed);
}

static void send_ready(struct net_device *dev)
{
	struct bridge *b = dev->user_data;

	b->ready = true;
	if (b->waiting.count)
		draw_attention(b);
}

static void link_changed(struct net_device *dev, bool up)
{
	dev->link_up = up;
	draw_attention(dev->user_data);
}

static const struct net_user bridge_user = {
	.frame_take = frame_take,
	.frame_give = frame_give,
	.received = received,
	.send_ready = send_ready,
	.link_changed = link_changed,
};

/* ---- Sending ---- */

static int errno_of(int error)
{
	switch (error) {
	case NET_ERR_LENGTH:
		return -EINVAL;
	case NET_ERR_MEMORY:
		return -ENOMEM;
	case NET_ERR_NO_DEVICE:
		return -ENODEV;
	default:
		return -EIO;
	}
}

static void flush(struct bridge *b)
{
	if (b->device->ops->flush)
		b->device->ops->flush(b->device);
}

/* Send in order what had to wait; a link that went away frees it. */
static void send_waiting(struct bridge *b)
{
	struct net_frame *frame;
	int rc;

	if (!b->waiting.count)
		return;
	while ((frame = frames_take(&b->waiting))) {
		b->ready = false;
		rc = b->device->ops->send(b->device, frame);
		if (rc == NET_ERR_BUSY) {
			frames_put_first(&b->waiting, frame);
			if (!b->ready)
				break;
		} else if (rc) {
			frames_put(&b->sent, frame);
		}
	}
	flush(b);
}

static void free_sent(struct bridge *b)
{
	struct net_frame *frame;

	while (b->sent.count && (frame = frames_take(&b->sent)))
		uk_netbuf_free_single(carrier_of(frame)->netbuf);
}

static int bridge_tx_one(struct uk_netdev *dev,
			 struct uk_netdev_tx_queue *queue,
			 struct uk_netbuf *pkt)
{
	struct bridge *b = bridge_of(dev);
	struct carrier *carrier;
	int rc = NET_ERR_BUSY;

	(void)queue;
	/* A packet in pieces would have to be copied; nobody sends one. */
	if (pkt->next)
		return -EINVAL;
	carrier = carrier_make(pkt);
	if (!carrier)
		return -EINVAL;
	send_waiting(b);
	if (!b->waiting.count)
		rc = b->device->ops->send(b->device, &carrier->frame);
	if (rc == NET_ERR_BUSY) {
		if (b->waiting.count >= WAITING_MAX)
			return 0;
		frames_put(&b->waiting, &carrier->frame);
		/* There may have been room again before it was put there. */
		send_waiting(b);
	}
	if (!b->gathers)
		flush(b);
	free_sent(b);
	if (rc && rc != NET_ERR_BUSY)
		return errno_of(rc);
	return UK_NETDEV_STATUS_SUCCESS
	       | (b->waiting.count < WAITING_MAX ? UK_NETDEV_STATUS_MORE : 0);
}

/* ---- Receiving ---- */

/* Make up for what was taken from the stock; true when it is whole. */
static bool restock(struct bridge *b)
{
	struct uk_netbuf *netbuf;
	struct carrier *carrier;

	while (b->missing && b->alloc(b->alloc_argp, &netbuf, 1) == 1) {
		netbuf->len = 0;
		carrier = carrier_make(netbuf);
		if (!carrier || carrier->frame.size < NET_BUFFER_SIZE) {
			uk_netbuf_free_single(netbuf);
			return false;
		}
		carrier->ours = true;
		frames_put(&b->stock, &carrier->frame);
		b->missing--;
	}
	return !b->missing;
}

static void feed(struct bridge *b)
{
	if (!b->starved || !b->stock.count)
		return;
	b->starved = false;
	if (b->device->ops->receive_ready)
		b->device->ops->receive_ready(b->device);
}

/* What the driver says of a frame must fit the packet. */
static struct uk_netbuf *packet_of(struct bridge *b, struct net_frame *frame)
{
	struct uk_netbuf *netbuf = carrier_of(frame)->netbuf;
	uintptr_t data = (uintptr_t)frame->data;
	uintptr_t end = (uintptr_t)netbuf->buf + netbuf->buflen;

	if (data < (uintptr_t)carrier_of(frame)->empty || data > end
	    || frame->len > end - data) {
		b->device->counters.rx_errors++;
		frames_put(&b->stock, frame);
		return NULL;
	}
	netbuf->data = frame->data;
	netbuf->len = frame->len;
	return netbuf;
}

/*
 * The next received frame; without one, the next is told of. Behind each
 * there may be more where the driver has to be asked.
 */
static struct net_frame *next_frame(struct bridge *b, bool *more)
{
	const struct net_ops *ops = b->device->ops;
	bool asks = ops->receive_more;
	struct net_frame *frame;
	unsigned long flags;

	if (asks && !b->received.count)
		ops->receive_more(b->device);
	flags = ukplat_lcpu_save_irqf();
	frame = frames_remove(&b->received);
	*more = b->received.count || (frame && asks);
	if (!*more && b->wanted)
		b->armed = true;
	ukplat_lcpu_restore_irqf(flags);
	/* Not armed, it could not be told. */
	if (b->attention)
		draw_attention(b);
	return frame;
}

static int bridge_rx_one(struct uk_netdev *dev,
			 struct uk_netdev_rx_queue *queue,
			 struct uk_netbuf **pkt)
{
	struct bridge *b = bridge_of(dev);
	struct net_frame *frame;
	int status = 0;
	bool more;

	(void)queue;
	b->attention = false;
	send_waiting(b);
	free_sent(b);
	do {
		frame = next_frame(b, &more);
		*pkt = frame ? packet_of(b, frame) : NULL;
	} while (!*pkt && more);
	if (*pkt) {
		b->missing++;
		status = UK_NETDEV_STATUS_SUCCESS;
		if (more)
			status |= UK_NETDEV_STATUS_MORE;
	}
	if (!restock(b))
		status |= UK_NETDEV_STATUS_UNDERRUN;
	feed(b);
	return status;
}

static int rxq_intr_enable(struct uk_netdev *dev,
			   struct uk_netdev_rx_queue *queue)
{
	struct bridge *b = bridge_of(dev);
	unsigned long flags = ukplat_lcpu_save_irqf();
	bool pending = b->received.count || b->attention;

	(void)queue;
	b->wanted = true;
	b->armed = !pending;
	ukplat_lcpu_restore_irqf(flags);
	return pending;
}

static int rxq_intr_disable(struct uk_netdev *dev,
			    struct uk_netdev_rx_queue *queue)
{
	struct bridge *b = bridge_of(dev);
	unsigned long flags = ukplat_lcpu_save_irqf();

	(void)queue;
	b->wanted = false;
	b->armed = false;
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

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
	if (!restock(b))
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

	return rc ? errno_of(rc) : 0;
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
		return errno_of(rc);
	b->promiscuous = mode;
	return 0;
}

static const struct uk_netdev_ops bridge_ops = {
	.rxq_intr_enable = rxq_intr_enable,
	.rxq_intr_disable = rxq_intr_disable,
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
		flush(bridge_of(dev));
}

unsigned int netdev_waiting(const struct uk_netdev *dev)
{
	return dev->ops == &bridge_ops
	       ? __containerof(dev, const struct bridge, netdev)->waiting.count
	       : 0;
}
