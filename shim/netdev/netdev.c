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
#include <uk/netdev.h>
#include <uk/netdev_driver.h>
#include <uk/plat/lcpu.h>

#include "bridge.h"

/* Ours: what waits for the device, beside what the device has. */
#define WAITING_MAX	32U
/* Ours: what was sent, and may wait for being freed without an event */
#define SENT_MAX	8U

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

const struct net_user bridge_user = {
	.frame_take = frame_take,
	.frame_give = frame_give,
	.received = received,
	.send_ready = send_ready,
	.link_changed = link_changed,
};

/* ---- Sending ---- */

int bridge_errno(int error)
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

void bridge_flush(struct bridge *b)
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
	bridge_flush(b);
}

static void free_sent(struct bridge *b)
{
	struct net_frame *frame;

	while (b->sent.count && (frame = frames_take(&b->sent)))
		uk_netbuf_free_single(carrier_of(frame)->netbuf);
}

int bridge_tx_one(struct uk_netdev *dev, struct uk_netdev_tx_queue *queue,
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
		bridge_flush(b);
	free_sent(b);
	if (rc && rc != NET_ERR_BUSY)
		return bridge_errno(rc);
	return UK_NETDEV_STATUS_SUCCESS
	       | (b->waiting.count < WAITING_MAX ? UK_NETDEV_STATUS_MORE : 0);
}

/* ---- Receiving ---- */

bool bridge_restock(struct bridge *b)
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

int bridge_rx_one(struct uk_netdev *dev, struct uk_netdev_rx_queue *queue,
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
	if (!bridge_restock(b))
		status |= UK_NETDEV_STATUS_UNDERRUN;
	feed(b);
	return status;
}

int bridge_intr_enable(struct uk_netdev *dev, struct uk_netdev_rx_queue *queue)
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

int bridge_intr_disable(struct uk_netdev *dev, struct uk_netdev_rx_queue *queue)
{
	struct bridge *b = bridge_of(dev);
	unsigned long flags = ukplat_lcpu_save_irqf();

	(void)queue;
	b->wanted = false;
	b->armed = false;
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}
