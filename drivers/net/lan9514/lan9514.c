/* SPDX-License-Identifier: BSD-3-Clause */
/* The LAN9514's Ethernet function: frames, and the task that does it all. */
#include <string.h>

#include "lan9514.h"

#define LAN9514_TASK_PRIORITY	(configMAX_PRIORITIES - 4)
/* Receivers run on it. */
#define LAN9514_TASK_STACK	(2 * configMINIMAL_STACK_SIZE)

#define LAN9514_LOOK_MS		250	/* between two looks at the link */
#define LAN9514_RETRY_MS	1000	/* between two tries to set it up */
/* It takes frames at 100 Mb/s, or at 10: one in 1.2 ms */
#define LAN9514_STALL_MS	1000

struct lan9514 lan9514;

static inline void lan9514_lock(struct lan9514 *dev)
{
	xSemaphoreTakeRecursive(dev->pass, portMAX_DELAY);
}

static inline void lan9514_unlock(struct lan9514 *dev)
{
	xSemaphoreGiveRecursive(dev->pass);
}

static uint32_t lan9514_get32(const uint8_t *at)
{
	return at[0] | (uint32_t)at[1] << 8 | (uint32_t)at[2] << 16
	       | (uint32_t)at[3] << 24;
}

static void lan9514_put32(uint8_t *at, uint32_t value)
{
	for (unsigned int n = 0; n < 4; n++)
		at[n] = (uint8_t)(value >> 8 * n);
}

/* ---- Sending ---- */

static int lan9514_send(struct net_device *net, struct net_frame *frame)
{
	struct lan9514 *dev = (struct lan9514 *)net;
	int rc = NET_OK;

	if (frame->len < NET_HEADER_LEN || frame->len > NET_FRAME_MAX)
		return NET_ERR_LENGTH;
	taskENTER_CRITICAL();
	if (!dev->started || !net->link_up) {
		rc = NET_ERR_DOWN;
	} else if (dev->queued == LAN9514_QUEUE) {
		dev->send_waits = true;
		rc = NET_ERR_BUSY;
	} else {
		frame->next = NULL;
		if (dev->queue)
			dev->queue_last->next = frame;
		else
			dev->queue = frame;
		dev->queue_last = frame;
		dev->queued++;
	}
	taskEXIT_CRITICAL();
	if (rc == NET_OK)
		xTaskNotifyGive(dev->task);
	return rc;
}

static struct net_frame *lan9514_queue_take(struct lan9514 *dev)
{
	struct net_frame *frame;

	taskENTER_CRITICAL();
	frame = dev->queue;
	if (frame) {
		dev->queue = frame->next;
		dev->queued--;
	}
	taskEXIT_CRITICAL();
	return frame;
}

static void lan9514_send_ready(struct lan9514 *dev)
{
	bool waits;

	taskENTER_CRITICAL();
	waits = dev->send_waits && dev->queued < LAN9514_QUEUE;
	if (waits)
		dev->send_waits = false;
	taskEXIT_CRITICAL();
	if (waits)
		dev->net.user->send_ready(&dev->net);
}

static void lan9514_queue_drop(struct lan9514 *dev)
{
	struct net_frame *frame;

	while ((frame = lan9514_queue_take(dev))) {
		dev->net.counters.tx_errors++;
		dev->net.user->frame_give(&dev->net, frame);
	}
	if (dev->known)
		lan9514_send_ready(dev);
}

/* Words, the frame, and zeroes if it is short. Returns all bytes of it. */
static uint32_t lan9514_pack(struct lan9514 *dev, const struct net_frame *frame)
{
	uint8_t *bytes = dev->tx + LAN9514_TX_HEAD;
	uint32_t len = frame->len;

	memcpy(bytes, frame->data, len);
	if (len < NET_FRAME_MIN) {
		memset(bytes + len, 0, NET_FRAME_MIN - len);
		len = NET_FRAME_MIN;
	}
	lan9514_put32(dev->tx,
		      LAN9514_TX_A_FIRST | LAN9514_TX_A_LAST | len);
	lan9514_put32(dev->tx + 4, len);
	return LAN9514_TX_HEAD + len;
}

static void lan9514_tx_begin(struct lan9514 *dev, uint32_t len)
{
	dev->tx_done = false;
	dev->tx_posted = lan9514_usb_transmit(dev->tx, (uint16_t)len);
	dev->tx_since = xTaskGetTickCount();
	/* USB 2.0, 5.8.3: whole packets do not end a transfer. */
	dev->tx_ends_packet = len && len % LAN9514_USB_PACKET == 0;
	if (!dev->tx_posted)
		dev->net.counters.tx_errors++;
}

static void lan9514_tx_end(struct lan9514 *dev)
{
	dev->tx_posted = false;
	if (dev->tx_good && dev->tx_ends_packet)
		lan9514_tx_begin(dev, 0);
	else if (dev->tx_good)
		dev->net.counters.tx_frames++;
	else
		dev->net.counters.tx_errors++;
}

static void lan9514_tx_serve(struct lan9514 *dev)
{
	struct net_frame *frame;
	uint32_t len;

	if (dev->tx_posted && dev->tx_done)
		lan9514_tx_end(dev);
	while (!dev->tx_posted && (frame = lan9514_queue_take(dev))) {
		len = lan9514_pack(dev, frame);
		dev->net.user->frame_give(&dev->net, frame);
		lan9514_tx_begin(dev, len);
	}
	lan9514_send_ready(dev);
}

/* ---- Receiving ---- */

static void lan9514_rx_frame(struct lan9514 *dev, const uint8_t *bytes,
			     uint32_t len)
{
	struct net_frame *frame = dev->net.user->frame_take(&dev->net);

	if (frame && frame->size < len) {
		dev->net.user->frame_give(&dev->net, frame);
		frame = NULL;
	}
	if (!frame) {
		dev->net.counters.rx_dropped++;
		return;
	}
	memcpy(frame->data, bytes, len);
	frame->len = (uint16_t)len;
	dev->net.counters.rx_frames++;
	dev->net.user->received(&dev->net, frame);
}

/* The next frame of a transfer: bytes that it takes, or 0: it is no good. */
static uint32_t lan9514_rx_next(struct lan9514 *dev, const uint8_t *at,
				uint32_t left)
{
	const uint32_t bad = LAN9514_RX_ERROR | LAN9514_RX_FILTER_FAIL;
	uint32_t status, len;

	if (left < LAN9514_RX_HEAD)
		return 0;
	status = lan9514_get32(at);
	len = status >> LAN9514_RX_LENGTH_SHIFT & LAN9514_RX_LENGTH;
	/* Where the next one begins, nobody knows then. */
	if (len > left - LAN9514_RX_HEAD)
		return 0;
	if ((status & bad) || len < NET_HEADER_LEN + LAN9514_RX_FCS
	    || len > NET_FRAME_MAX + LAN9514_RX_FCS)
		dev->net.counters.rx_errors++;
	else if (dev->started)
		lan9514_rx_frame(dev, at + LAN9514_RX_HEAD,
				 len - LAN9514_RX_FCS);
	/* Each begins at a word. */
	return LAN9514_RX_HEAD + ((len + 3) & ~3U);
}

static void lan9514_rx_transfer(struct lan9514 *dev, uint32_t len)
{
	uint32_t at = 0;

	if (len > LAN9514_RX_BYTES)
		len = 0;
	while (at < len) {
		uint32_t took = lan9514_rx_next(dev, dev->rx + at, len - at);

		if (!took) {
			dev->net.counters.rx_errors++;
			return;
		}
		at += took;
	}
}

/* Also while nobody listens: so that what is left over is gone then. */
static void lan9514_rx_serve(struct lan9514 *dev)
{
	if (dev->rx_posted && dev->rx_done) {
		dev->rx_posted = false;
		dev->rx_seen++;
		if (dev->rx_good) {
			lan9514_rx_transfer(dev, dev->rx_len);
		} else {
			dev->net.counters.rx_errors++;
			dev->rx_paused = true;
		}
	}
	if (!dev->rx_posted && !dev->rx_paused) {
		dev->rx_done = false;
		dev->rx_posted = lan9514_usb_receive(dev->rx,
						     LAN9514_RX_BYTES);
		dev->rx_paused = !dev->rx_posted;
	}
}

/* ---- The link ---- */

static void lan9514_report_link(struct lan9514 *dev, bool up)
{
	if (dev->net.link_up == up)
		return;
	dev->net.link_up = up;
	dev->net.user->link_changed(&dev->net, up);
}

/* Without a link nothing is sent, and nothing waits. */
static void lan9514_apply_link(struct lan9514 *dev)
{
	lan9514_lock(dev);
	if (dev->started && dev->link.up) {
		lan9514_report_link(dev, true);
	} else if (dev->net.link_up) {
		lan9514_report_link(dev, false);
		lan9514_queue_drop(dev);
	}
	lan9514_unlock(dev);
}

/* A device that does not answer has no link. */
static void lan9514_look(struct lan9514 *dev)
{
	dev->looked = xTaskGetTickCount();
	dev->rx_paused = false;
	mii_poll(&dev->mii, &dev->link);
	if (lan9514_set_mac(dev) != NET_OK)
		dev->link.up = false;
	lan9514_apply_link(dev);
}

/* ---- A device that got stuck ---- */

/* It has frames for us, and hands none over. */
static bool lan9514_rx_stalled(struct lan9514 *dev)
{
	uint32_t used = 0, seen = dev->rx_seen;

	dev->rx_seen = 0;
	if (!dev->net.link_up || seen
	    || lan9514_usb_read(LAN9514_REG(rx_fifo_inf), &used) != NET_OK)
		return false;
	return (used & LAN9514_RX_FIFO_USED) && !dev->rx_done;
}

static bool lan9514_tx_stalled(const struct lan9514 *dev)
{
	return dev->tx_posted && !dev->tx_done
	       && xTaskGetTickCount() - dev->tx_since
		  > pdMS_TO_TICKS(LAN9514_STALL_MS);
}

/* ---- Coming and going ---- */

static void lan9514_gone(struct lan9514 *dev)
{
	if (!dev->ready && !dev->net.link_up)
		return;
	dev->ready = false;
	dev->link.up = false;
	/* The host has ended all transfers. */
	dev->rx_posted = false;
	if (dev->tx_posted)
		dev->net.counters.tx_errors++;
	dev->tx_posted = false;
	lan9514_apply_link(dev);
}

static void lan9514_restart(struct lan9514 *dev)
{
	dev->net.counters.resets++;
	lan9514_gone(dev);
	lan9514_usb_restart();
}

static int lan9514_make_known(struct lan9514 *dev);

static void lan9514_begin(struct lan9514 *dev)
{
	int rc = lan9514_set_up(dev);

	if (rc == NET_OK)
		rc = lan9514_make_known(dev);
	dev->ready = rc == NET_OK && dev->present;
	dev->looked = xTaskGetTickCount();
	dev->set_up = rc;
}

static bool lan9514_is_due(const struct lan9514 *dev, uint32_t ms)
{
	return xTaskGetTickCount() - dev->looked >= pdMS_TO_TICKS(ms);
}

/* ---- The task ---- */

static void lan9514_serve(struct lan9514 *dev)
{
	lan9514_lock(dev);
	lan9514_rx_serve(dev);
	lan9514_tx_serve(dev);
	lan9514_unlock(dev);
	if (lan9514_is_due(dev, LAN9514_LOOK_MS)) {
		lan9514_look(dev);
		if (lan9514_tx_stalled(dev) || lan9514_rx_stalled(dev))
			lan9514_restart(dev);
	} else {
		lan9514_set_mac(dev);
	}
}

static void lan9514_pass(struct lan9514 *dev)
{
	bool arrived;

	taskENTER_CRITICAL();
	arrived = dev->arrived;
	dev->arrived = false;
	taskEXIT_CRITICAL();
	if (arrived || !dev->present)
		lan9514_gone(dev);
	if (!dev->present)
		return;
	if (arrived || (!dev->ready && lan9514_is_due(dev, LAN9514_RETRY_MS)))
		lan9514_begin(dev);
	if (dev->ready)
		lan9514_serve(dev);
}

static void lan9514_task(void *arg)
{
	for (;;) {
		ulTaskNotifyTake(pdTRUE, pdMS_TO_TICKS(LAN9514_LOOK_MS));
		lan9514_pass(arg);
	}
}

/* ---- For the user ---- */

static int lan9514_start(struct net_device *net)
{
	struct lan9514 *dev = (struct lan9514 *)net;

	if (!dev->started)
		memset(&net->counters, 0, sizeof(net->counters));
	dev->started = true;
	xTaskNotifyGive(dev->task);
	return NET_OK;
}

/* Waits for the pass under way, and so for the user's calls in it. */
static void lan9514_stop(struct net_device *net)
{
	struct lan9514 *dev = (struct lan9514 *)net;

	lan9514_lock(dev);
	dev->started = false;
	net->link_up = false;
	lan9514_queue_drop(dev);
	lan9514_unlock(dev);
	xTaskNotifyGive(dev->task);
}

static int lan9514_promiscuous(struct net_device *net, bool on)
{
	struct lan9514 *dev = (struct lan9514 *)net;

	dev->promiscuous = on;
	xTaskNotifyGive(dev->task);
	return NET_OK;
}

static const struct net_ops lan9514_ops = {
	.start = lan9514_start,
	.stop = lan9514_stop,
	.send = lan9514_send,
	.promiscuous = lan9514_promiscuous,
};

static int lan9514_make_known(struct lan9514 *dev)
{
	int rc;

	if (dev->known)
		return NET_OK;
	dev->net.name = "eth0";
	dev->net.ops = &lan9514_ops;
	rc = net_attach(&dev->net);
	dev->known = rc == NET_OK;
	return rc;
}

/* ---- For the USB host ---- */

int lan9514_arrived(void)
{
	struct lan9514 *dev = &lan9514;

	if (!dev->pass)
		dev->pass = xSemaphoreCreateRecursiveMutexStatic(
			&dev->pass_memory);
	if (!dev->task
	    && xTaskCreate(lan9514_task, "lan9514", LAN9514_TASK_STACK, dev,
			   LAN9514_TASK_PRIORITY, &dev->task) != pdPASS)
		return NET_ERR_MEMORY;
	taskENTER_CRITICAL();
	dev->present = true;
	dev->arrived = true;
	taskEXIT_CRITICAL();
	xTaskNotifyGive(dev->task);
	return NET_OK;
}

void lan9514_left(void)
{
	lan9514.present = false;
	if (lan9514.task)
		xTaskNotifyGive(lan9514.task);
}

void lan9514_received(bool good, uint32_t len)
{
	lan9514.rx_good = good;
	lan9514.rx_len = len;
	lan9514.rx_done = true;
	xTaskNotifyGive(lan9514.task);
}

void lan9514_transmitted(bool good)
{
	lan9514.tx_good = good;
	lan9514.tx_done = true;
	xTaskNotifyGive(lan9514.task);
}
