/* SPDX-License-Identifier: BSD-3-Clause */
/* What Ethernet MACs with descriptor rings have in common. */
#include <string.h>

#include "../../dma.h"
#include "../../mmio.h"
#include "mac.h"

#define MAC_TASK_PRIORITY	(configMAX_PRIORITIES - 4)
/* Receivers run on it. */
#define MAC_TASK_STACK		(2 * configMINIMAL_STACK_SIZE)

#define MAC_LINK_MS		250	/* between two looks at the link */
/* A full ring of the longest frames takes 20 ms at 10 Mb/s. */
#define MAC_STALL_MS		1000
/* Without an interrupt: how long a frame may lie there */
#define MAC_POLL_TICKS		1

static inline struct mac *mac_of(struct net_device *dev)
{
	return (struct mac *)dev;
}

static inline void mac_lock(struct mac *mac)
{
	xSemaphoreTakeRecursive(mac->pass, portMAX_DELAY);
}

static inline void mac_unlock(struct mac *mac)
{
	xSemaphoreGiveRecursive(mac->pass);
}

/* ---- Sending ---- */

static unsigned int mac_tx_pending(const struct mac *mac)
{
	return (uint16_t)(mac->tx_head - mac->tx_tail);
}

/* Masked: the slot is ours from the look at it until it is the device's. */
static int mac_tx_put(struct mac *mac, struct net_frame *frame,
		      unsigned int len)
{
	unsigned int pending = mac_tx_pending(mac);
	unsigned int slot = mac->tx_head % MAC_TX_SLOTS;

	if (!mac->running)
		return NET_ERR_DOWN;
	if (pending == MAC_TX_SLOTS) {
		mac->send_waits = true;
		return NET_ERR_BUSY;
	}
	if (!pending)
		mac->tx_moved = xTaskGetTickCount();
	mac->tx[slot] = frame;
	mac->tx_head++;
	mac->ops->tx_put(mac, slot, dma_address(frame->data), len);
	return NET_OK;
}

/*
 * What is shorter than a frame of Ethernet is filled up here, with zeroes:
 * not every MAC does, and one that does may send what lay there before.
 */
static int mac_send(struct net_device *dev, struct net_frame *frame)
{
	struct mac *mac = mac_of(dev);
	unsigned int len = frame->len;
	int rc;

	if (len < NET_HEADER_LEN || len > NET_FRAME_MAX)
		return NET_ERR_LENGTH;
	if (len < NET_FRAME_MIN) {
		if (frame->size < NET_FRAME_MIN)
			return NET_ERR_LENGTH;
		memset(frame->data + len, 0, NET_FRAME_MIN - len);
		len = NET_FRAME_MIN;
	}
	if (!mac->running)
		return NET_ERR_DOWN;
	dma_clean(frame->data, len);
	taskENTER_CRITICAL();
	rc = mac_tx_put(mac, frame, len);
	taskEXIT_CRITICAL();
	return rc;
}

static void mac_tx_done(struct mac *mac)
{
	unsigned int slot = mac->tx_tail % MAC_TX_SLOTS;
	struct net_frame *frame = mac->tx[slot];

	mac->tx[slot] = NULL;
	mac->tx_tail++;
	mac->tx_moved = xTaskGetTickCount();
	mac->net.user->frame_give(&mac->net, frame);
}

static void mac_tx_ready(struct mac *mac)
{
	if (mac->send_waits && mac_tx_pending(mac) < MAC_TX_SLOTS) {
		mac->send_waits = false;
		mac->net.user->send_ready(&mac->net);
	}
}

/* Give back what was sent. */
static void mac_tx_serve(struct mac *mac)
{
	int rc;

	while (mac_tx_pending(mac)) {
		rc = mac->ops->tx_look(mac, mac->tx_tail % MAC_TX_SLOTS);
		if (rc == MAC_EMPTY)
			break;
		if (rc == NET_OK)
			mac->net.counters.tx_frames++;
		else
			mac->net.counters.tx_errors++;
		mac_tx_done(mac);
	}
	mac_tx_ready(mac);
}

/* Give back what will not be sent any more; the device is halted. */
static void mac_tx_drop(struct mac *mac)
{
	while (mac_tx_pending(mac)) {
		mac->net.counters.tx_errors++;
		mac_tx_done(mac);
	}
	mac_tx_ready(mac);
}

/* ---- Receiving ---- */

/* An empty frame with room for the longest, in lines of its own, or NULL. */
static struct net_frame *mac_rx_take(struct mac *mac)
{
	struct net_frame *frame = mac->net.user->frame_take(&mac->net);

	if (frame && (frame->size < MAC_RX_SIZE
		      || (uintptr_t)frame->data % DMA_LINE)) {
		mac->net.user->frame_give(&mac->net, frame);
		frame = NULL;
	}
	return frame;
}

static void mac_rx_put(struct mac *mac, unsigned int slot,
		       struct net_frame *frame)
{
	mac->rx[slot] = frame;
	/* No line of it may be written back over what the device writes. */
	dma_invalidate(frame->data, MAC_RX_SIZE);
	mac->ops->rx_put(mac, slot, dma_address(frame->data));
}

/* For us, for a group, or anyone's if the user wants that? */
static bool mac_rx_wanted(const struct mac *mac, const struct net_frame *frame)
{
	return mac->promiscuous || (frame->data[0] & 1)
	       || !memcmp(frame->data, mac->net.address, NET_ADDRESS_LEN);
}

/* Hand over the frame of a slot that another frame takes the place of. */
static void mac_rx_deliver(struct mac *mac, unsigned int slot,
			   struct net_frame *other, unsigned int len)
{
	struct net_frame *frame = mac->rx[slot];

	frame->len = (uint16_t)len;
	mac_rx_put(mac, slot, other);
	mac->net.counters.rx_frames++;
	mac->net.user->received(&mac->net, frame);
}

static void mac_rx_one(struct mac *mac, unsigned int slot, int len)
{
	struct net_frame *frame = mac->rx[slot];
	struct net_frame *other;

	if (len < (int)NET_HEADER_LEN || len > (int)NET_FRAME_MAX) {
		mac->net.counters.rx_errors++;
		mac_rx_put(mac, slot, frame);
		return;
	}
	mac->rx_good = true;
	dma_invalidate(frame->data, (unsigned int)len);
	if (!mac_rx_wanted(mac, frame)) {
		mac_rx_put(mac, slot, frame);
		return;
	}
	other = mac_rx_take(mac);
	if (other) {
		mac_rx_deliver(mac, slot, other, (unsigned int)len);
	} else {
		mac->net.counters.rx_dropped++;
		mac_rx_put(mac, slot, frame);
	}
}

/* At most one ring of frames; true: there may be more. */
static bool mac_rx_serve(struct mac *mac)
{
	mac->rx_good = false;
	for (unsigned int n = 0; n < MAC_RX_SLOTS; n++) {
		unsigned int slot = mac->rx_next;
		int len = mac->ops->rx_look(mac, slot);

		if (len == MAC_EMPTY)
			return false;
		mac->rx_next = (slot + 1) % MAC_RX_SLOTS;
		mac->rx_seen++;
		mac_rx_one(mac, slot, len);
	}
	return true;
}

/* A frame for each slot, or none. NET_OK or NET_ERR_MEMORY */
static int mac_rx_fill(struct mac *mac)
{
	for (unsigned int n = 0; n < MAC_RX_SLOTS; n++) {
		mac->rx[n] = mac_rx_take(mac);
		if (!mac->rx[n])
			return NET_ERR_MEMORY;
	}
	return NET_OK;
}

static void mac_rx_give(struct mac *mac)
{
	for (unsigned int n = 0; n < MAC_RX_SLOTS; n++) {
		if (mac->rx[n])
			mac->net.user->frame_give(&mac->net, mac->rx[n]);
		mac->rx[n] = NULL;
	}
}

/* ---- Beginning and ending with the link ---- */

/* Rings in use from here on. NET_*, and then nothing was begun. */
static int mac_begin(struct mac *mac)
{
	int rc = mac->ops->reset(mac);

	if (rc != NET_OK)
		return rc;
	mac->tx_head = mac->tx_tail = 0;
	mac->rx_next = 0;
	mac->rx_seen = 0;
	for (unsigned int n = 0; n < MAC_RX_SLOTS; n++)
		mac_rx_put(mac, n, mac->rx[n]);
	mac->ops->run(mac, &mac->link);
	if (mac->ops->filter)
		mac->ops->filter(mac);
	mac->running = true;
	return NET_OK;
}

static void mac_end(struct mac *mac)
{
	if (!mac->running)
		return;
	taskENTER_CRITICAL();
	mac->running = false;
	taskEXIT_CRITICAL();
	mac->ops->interrupt(mac, false);
	mac->ops->halt(mac);
	mac_tx_drop(mac);
}

static void mac_report_link(struct mac *mac, bool up)
{
	if (mac->net.link_up == up)
		return;
	mac->net.link_up = up;
	mac->net.user->link_changed(&mac->net, up);
}

/* A PHY that does not answer has no link. */
static void mac_watch_link(struct mac *mac)
{
	struct mii_link link;

	mac->link_seen = xTaskGetTickCount();
	mii_poll(&mac->mii, &link);
	/* Another speed needs another link, and that is down in between. */
	if (link.up == mac->running)
		return;
	mac_end(mac);
	mac_report_link(mac, false);
	mac->link = link;
	/* What cannot be reset is tried again at the next look. */
	if (link.up && mac_begin(mac) == NET_OK)
		mac_report_link(mac, true);
}

/* ---- A device that got stuck ---- */

static bool mac_tx_stalled(const struct mac *mac)
{
	TickType_t idle = xTaskGetTickCount() - mac->tx_moved;

	return mac_tx_pending(mac) && idle > pdMS_TO_TICKS(MAC_STALL_MS);
}

/* Frames find no place, though slots are free and none gets filled. */
static bool mac_rx_stalled(struct mac *mac)
{
	uint32_t lost = mac->ops->lost(mac);
	bool stalled = (lost && !mac->rx_seen) || mac->ops->stuck(mac);

	mac->net.counters.rx_dropped += lost;
	mac->rx_seen = 0;
	return stalled;
}

static void mac_recover(struct mac *mac)
{
	mac->net.counters.resets++;
	mac_end(mac);
	if (mac_begin(mac) != NET_OK)
		mac_report_link(mac, false);
}

/* ---- The task ---- */

static bool mac_link_is_due(const struct mac *mac)
{
	return xTaskGetTickCount() - mac->link_seen
	       >= pdMS_TO_TICKS(MAC_LINK_MS);
}

/* One pass over everything; true: there is more to do at once. */
static bool mac_serve(struct mac *mac)
{
	bool more = false;

	if (mac->running) {
		mac->ops->acknowledge(mac);
		mac_tx_serve(mac);
		more = mac_rx_serve(mac);
	}
	if (mac_link_is_due(mac)) {
		mac_watch_link(mac);
		/* Before more frames are seen, and not on a ring just begun */
		if (mac->running && (mac_rx_stalled(mac)
				     || mac_tx_stalled(mac)))
			mac_recover(mac);
	}
	if (mac->running && !more)
		mac->ops->interrupt(mac, true);
	return more;
}

static TickType_t mac_patience(const struct mac *mac)
{
	if (mac->running && mac->polled)
		return MAC_POLL_TICKS;
	return pdMS_TO_TICKS(MAC_LINK_MS);
}

static void mac_task(void *arg)
{
	struct mac *mac = arg;
	bool more = false;

	for (;;) {
		ulTaskNotifyTake(pdTRUE, more ? 0 : mac_patience(mac));
		mac_lock(mac);
		more = mac->started && mac_serve(mac);
		mac_unlock(mac);
		/* A ring of nothing but noise: others want to run, too. */
		if (more && !mac->rx_good)
			vTaskDelay(1);
	}
}

void mac_interrupt(struct mac *mac)
{
	BaseType_t woken = pdFALSE;

	/* Until the task has looked: it stays up as long as work is there. */
	mac->ops->interrupt(mac, false);
	vTaskNotifyGiveFromISR(mac->task, &woken);
	portYIELD_FROM_ISR(woken);
}

/* ---- For the user ---- */

static int mac_start(struct net_device *dev)
{
	struct mac *mac = mac_of(dev);
	int rc = NET_OK;

	mac_lock(mac);
	if (!mac->started) {
		memset(&dev->counters, 0, sizeof(dev->counters));
		rc = mac_rx_fill(mac);
		if (rc == NET_OK)
			mac->started = true;
		else
			mac_rx_give(mac);
		mac->link_seen = xTaskGetTickCount()
				 - pdMS_TO_TICKS(MAC_LINK_MS);
	}
	mac_unlock(mac);
	if (rc == NET_OK)
		xTaskNotifyGive(mac->task);
	return rc;
}

/* Waits for the pass under way, and so for the user's calls in it. */
static void mac_stop(struct net_device *dev)
{
	struct mac *mac = mac_of(dev);

	mac_lock(mac);
	if (mac->started) {
		mac->started = false;
		mac_end(mac);
		mac_rx_give(mac);
		dev->link_up = false;
	}
	mac_unlock(mac);
}

static int mac_promiscuous(struct net_device *dev, bool on)
{
	struct mac *mac = mac_of(dev);

	mac_lock(mac);
	mac->promiscuous = on;
	if (mac->running && mac->ops->filter)
		mac->ops->filter(mac);
	mac_unlock(mac);
	return NET_OK;
}

static const struct net_ops mac_net_ops = {
	.start = mac_start,
	.stop = mac_stop,
	.send = mac_send,
	.promiscuous = mac_promiscuous,
};

int mac_init(struct mac *mac)
{
	int rc;

	if (!net_address_is_valid(mac->net.address))
		return NET_ERR_ADDRESS;
	rc = mii_init(&mac->mii);
	if (rc != NET_OK)
		return rc;
	mac->net.ops = &mac_net_ops;
	mac->pass = xSemaphoreCreateRecursiveMutexStatic(&mac->pass_memory);
	if (xTaskCreate(mac_task, mac->net.name, MAC_TASK_STACK, mac,
			MAC_TASK_PRIORITY, &mac->task) != pdPASS)
		return NET_ERR_MEMORY;
	return net_attach(&mac->net);
}
