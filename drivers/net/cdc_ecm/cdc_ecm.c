/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames to and from a USB Ethernet adapter: one transfer each, ECM120, 3.3.
 *
 * TinyUSB takes one transfer per endpoint: further frames to be sent wait
 * here, and one frame waits for what comes. Frames go to the controller
 * where they lie. A transfer that was given to the controller cannot be
 * taken back from TinyUSB 0.18, so stop() keeps that one frame; start() uses
 * it again.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "cdc_ecm.h"

#include "../../dma.h"

/* Up to 3 times 512 bytes, QEMU's usb-net sends a frame in pieces. */
#define RECEIVE_LEN		2048U

/*
 * A frame that nobody takes for so long: the adapter hangs. It is counted in
 * polls, so that a machine that was stopped for a while is no reason.
 */
#define SEND_MS			5000U

_Static_assert(NET_BUFFER_SIZE >= RECEIVE_LEN, "frames are too small");

struct cdc_ecm cdc_ecm_adapters[CDC_ECM_ADAPTERS];

static struct cdc_ecm *adapter_on(uint8_t device)
{
	size_t i;

	for (i = 0; i < CDC_ECM_ADAPTERS; i++)
		if (device && cdc_ecm_adapters[i].device == device)
			return &cdc_ecm_adapters[i];
	return NULL;
}

static uint16_t packet_size(const uint8_t endpoint[CDC_ECM_ENDPOINT_LEN])
{
	return (uint16_t)(endpoint[4] | endpoint[5] << 8);
}

static bool submit(struct cdc_ecm *ecm, uint8_t endpoint, uint8_t *data,
		   uint16_t len)
{
	if (!usbh_edpt_claim(ecm->device, endpoint))
		return false;
	if (usbh_edpt_xfer(ecm->device, endpoint, data, len))
		return true;
	usbh_edpt_release(ecm->device, endpoint);
	return false;
}

/* ---- Sending ---- */

/* Take the first frame off; true if somebody waits for the room. */
static bool take_first(struct cdc_ecm *ecm, struct net_frame **frame)
{
	bool wanted = false;

	taskENTER_CRITICAL();
	*frame = ecm->first;
	if (*frame) {
		ecm->first = (*frame)->next;
		ecm->waiting--;
		wanted = ecm->told_busy;
		ecm->told_busy = false;
	}
	taskEXIT_CRITICAL();
	return wanted;
}

static bool send_first(struct cdc_ecm *ecm)
{
	struct net_frame *frame = ecm->first;

	/* Given back already, because the adapter just went away */
	if (!frame)
		return true;
	ecm->padded = false;
	ecm->polls = 0;
	return submit(ecm, ecm->function.out[2], frame->data, frame->len);
}

/* The first frame is done with; go on with the next that can be sent. */
static void send_next(struct cdc_ecm *ecm)
{
	const struct net_user *user = ecm->net.user;
	struct net_frame *frame;
	bool wanted = false;

	do {
		wanted |= take_first(ecm, &frame);
		if (!frame)
			break;
		user->frame_give(&ecm->net, frame);
		if (!ecm->first || send_first(ecm))
			break;
		ecm->net.counters.tx_errors++;
	} while (1);
	if (wanted)
		user->send_ready(&ecm->net);
}

/* USB 2.0, 5.8.3: a transfer of whole packets ends with one of no bytes. */
static bool wants_padding(const struct cdc_ecm *ecm)
{
	return !ecm->padded
	       && ecm->first->len % packet_size(ecm->function.out) == 0;
}

static void sent(struct cdc_ecm *ecm, xfer_result_t result)
{
	if (!ecm->first)
		return;
	if (result == XFER_RESULT_SUCCESS && wants_padding(ecm)) {
		ecm->padded = true;
		if (submit(ecm, ecm->function.out[2], NULL, 0))
			return;
		result = XFER_RESULT_FAILED;
	}
	if (result == XFER_RESULT_SUCCESS)
		ecm->net.counters.tx_frames++;
	else
		ecm->net.counters.tx_errors++;
	/* A halted endpoint stays so until the device is set up again. */
	if (result == XFER_RESULT_STALLED)
		usb_host_restart();
	send_next(ecm);
}

static bool is_frame(const struct net_frame *frame)
{
	return frame->len >= NET_HEADER_LEN && frame->len <= NET_FRAME_MAX
	       && frame->size >= NET_FRAME_MIN
	       && (uintptr_t)frame->data % sizeof(uint32_t) == 0;
}

static void pad(struct net_frame *frame)
{
	if (frame->len >= NET_FRAME_MIN)
		return;
	memset(frame->data + frame->len, 0, NET_FRAME_MIN - frame->len);
	frame->len = NET_FRAME_MIN;
}

static int ecm_send(struct net_device *dev, struct net_frame *frame)
{
	struct cdc_ecm *ecm = (struct cdc_ecm *)dev;
	int rc = NET_OK;
	bool first = false;

	if (!is_frame(frame))
		return NET_ERR_LENGTH;
	pad(frame);
	taskENTER_CRITICAL();
	if (!ecm->started || !ecm->device) {
		rc = NET_ERR_DOWN;
	} else if (ecm->waiting == CDC_ECM_SENDING_MAX) {
		ecm->told_busy = true;
		rc = NET_ERR_BUSY;
	} else {
		frame->next = NULL;
		first = !ecm->first;
		if (first)
			ecm->first = frame;
		else
			ecm->last->next = frame;
		ecm->last = frame;
		ecm->waiting++;
	}
	taskEXIT_CRITICAL();
	if (first && !send_first(ecm)) {
		ecm->net.counters.tx_errors++;
		send_next(ecm);
	}
	return rc;
}

/* ---- Receiving ---- */

/* Give a frame to the controller, unless it has one. */
static void receive(struct cdc_ecm *ecm)
{
	struct net_frame *frame = ecm->receiving;
	bool post;

	taskENTER_CRITICAL();
	post = ecm->started && ecm->device && frame && !ecm->posted
	       && !ecm->held;
	ecm->posted |= post;
	taskEXIT_CRITICAL();
	if (post && !submit(ecm, ecm->function.in[2], frame->data, RECEIVE_LEN))
		ecm->posted = false;	/* ecm_poll() tries again */
}

/*
 * Hand over the frame that is held if there is another one to go on with;
 * else the adapter waits. Both the host's task and the network's come here:
 * one of them does it, and receiving goes on only after it.
 */
static void hand_over(struct cdc_ecm *ecm)
{
	const struct net_user *user = ecm->net.user;
	struct net_frame *full, *empty;
	bool mine;

	taskENTER_CRITICAL();
	mine = ecm->held && !ecm->handing_over;
	ecm->handing_over |= mine;
	taskEXIT_CRITICAL();
	if (!mine)
		return;
	full = ecm->receiving;
	empty = user->frame_take(&ecm->net);
	if (empty) {
		full->len = ecm->held;
		ecm->receiving = empty;
		ecm->net.counters.rx_frames++;
		user->received(&ecm->net, full);
		ecm->held = 0;
	}
	ecm->handing_over = false;
}

static void ecm_receive_ready(struct net_device *dev)
{
	struct cdc_ecm *ecm = (struct cdc_ecm *)dev;

	hand_over(ecm);
	receive(ecm);
}

static void received(struct cdc_ecm *ecm, xfer_result_t result, uint32_t len)
{
	ecm->posted = false;
	if (result == XFER_RESULT_STALLED)
		usb_host_restart();
	if (result != XFER_RESULT_SUCCESS) {
		/* ecm_poll() goes on: it may fail as often as it is tried. */
		ecm->net.counters.rx_errors++;
		return;
	}
	if (len < NET_HEADER_LEN || len > NET_FRAME_MAX)
		ecm->net.counters.rx_errors++;
	else if (ecm->started)
		ecm->held = (uint16_t)len;
	ecm_receive_ready(&ecm->net);
}

/* ---- The network's side ---- */

static int ecm_start(struct net_device *dev)
{
	struct cdc_ecm *ecm = (struct cdc_ecm *)dev;

	if (!ecm->receiving)
		ecm->receiving = dev->user->frame_take(dev);
	if (!ecm->receiving)
		return NET_ERR_MEMORY;
	if (ecm->receiving->size < RECEIVE_LEN
	    || (uintptr_t)ecm->receiving->data % DMA_LINE) {
		dev->user->frame_give(dev, ecm->receiving);
		ecm->receiving = NULL;
		return NET_ERR_LENGTH;
	}
	ecm->started = true;
	receive(ecm);
	return NET_OK;
}

/* Let those that wait go; the first one when the controller is done. */
static void drop_waiting(struct cdc_ecm *ecm, bool first_too)
{
	struct net_frame *frame;
	struct net_frame *rest;

	taskENTER_CRITICAL();
	rest = ecm->first;
	if (rest && !first_too) {
		rest = rest->next;
		ecm->first->next = NULL;
		ecm->last = ecm->first;
		ecm->waiting = 1;
	} else {
		ecm->first = NULL;
		ecm->waiting = 0;
	}
	taskEXIT_CRITICAL();
	while ((frame = rest)) {
		rest = frame->next;
		ecm->net.user->frame_give(&ecm->net, frame);
	}
}

static void ecm_stop(struct net_device *dev)
{
	struct cdc_ecm *ecm = (struct cdc_ecm *)dev;
	uint32_t left = SEND_MS;

	ecm->started = false;
	drop_waiting(ecm, false);
	while (ecm->first && left--)
		vTaskDelay(pdMS_TO_TICKS(1));
}

static int ecm_promiscuous(struct net_device *dev, bool on)
{
	struct cdc_ecm *ecm = (struct cdc_ecm *)dev;

	ecm->promiscuous = on;
	/* ecm_poll() tells the adapter, in the host's task. */
	ecm->filter_is_old = true;
	return NET_OK;
}

static const struct net_ops ecm_ops = {
	.start = ecm_start,
	.stop = ecm_stop,
	.send = ecm_send,
	.promiscuous = ecm_promiscuous,
	.receive_ready = ecm_receive_ready,
};

/* ---- The bus's side ---- */

/* The adapter of this address if it was there before, or a new one. */
static struct cdc_ecm *adapter_for(const uint8_t address[NET_ADDRESS_LEN])
{
	struct cdc_ecm *unused = NULL;
	size_t i;

	for (i = 0; i < CDC_ECM_ADAPTERS; i++) {
		struct cdc_ecm *ecm = &cdc_ecm_adapters[i];

		if (!ecm->known)
			unused = unused ? unused : ecm;
		else if (!ecm->device && !memcmp(ecm->net.address, address,
						 NET_ADDRESS_LEN))
			return ecm;
	}
	return unused;
}

static bool make_known(struct cdc_ecm *ecm)
{
	static const char *const names[CDC_ECM_ADAPTERS] = { "usb0", "usb1" };

	if (ecm->known)
		return true;
	ecm->net.name = names[ecm - cdc_ecm_adapters];
	ecm->net.ops = &ecm_ops;
	ecm->known = net_attach(&ecm->net) == NET_OK;
	return ecm->known;
}

static void set_link(struct cdc_ecm *ecm, bool up)
{
	if (ecm->net.link_up == up)
		return;
	ecm->net.link_up = up;
	if (ecm->known)
		ecm->net.user->link_changed(&ecm->net, up);
}

void cdc_ecm_arrived(const struct cdc_ecm_function *function,
		     const uint8_t address[NET_ADDRESS_LEN], uint8_t device)
{
	struct cdc_ecm *ecm = adapter_for(address);

	if (!ecm)
		return;
	memcpy(ecm->net.address, address, NET_ADDRESS_LEN);
	ecm->function = *function;
	ecm->filter_is_old = ecm->promiscuous;
	if (ecm->known)
		ecm->net.counters.resets++;
	ecm->device = device;
	if (!make_known(ecm)) {
		ecm->device = 0;
		return;
	}
	receive(ecm);
	set_link(ecm, true);
}

static void ecm_close(uint8_t device)
{
	struct cdc_ecm *ecm = adapter_on(device);

	cdc_ecm_forget(device);
	if (!ecm)
		return;
	usb_host_halt(device);
	ecm->device = 0;
	ecm->posted = false;
	ecm->held = 0;
	if (ecm->first)
		ecm->net.counters.tx_errors += ecm->waiting;
	set_link(ecm, false);
	drop_waiting(ecm, true);
	if (ecm->told_busy) {
		ecm->told_busy = false;
		ecm->net.user->send_ready(&ecm->net);
	}
}

static bool ecm_transferred(uint8_t device, uint8_t endpoint,
			    xfer_result_t result, uint32_t len)
{
	struct cdc_ecm *ecm = adapter_on(device);

	if (!ecm)
		return false;
	if (endpoint == ecm->function.in[2])
		received(ecm, result, len);
	else if (endpoint == ecm->function.out[2])
		sent(ecm, result);
	return true;
}

static void look_after(struct cdc_ecm *ecm)
{
	if (ecm->filter_is_old)
		cdc_ecm_set_filter(ecm);
	ecm_receive_ready(&ecm->net);
	if (ecm->first && ++ecm->polls > SEND_MS / USB_POLL_MS) {
		ecm->polls = 0;
		usb_host_restart();
	}
}

static void ecm_poll(void)
{
	size_t i;

	for (i = 0; i < CDC_ECM_ADAPTERS; i++)
		if (cdc_ecm_adapters[i].device)
			look_after(&cdc_ecm_adapters[i]);
}

static bool ecm_begin(void)
{
	return true;
}

int cdc_ecm_init(void)
{
	static const usbh_class_driver_t driver = {
		.name = "CDC-ECM",
		.init = ecm_begin,
		.deinit = ecm_begin,
		.open = cdc_ecm_open,
		.set_config = cdc_ecm_set_config,
		.xfer_cb = ecm_transferred,
		.close = ecm_close,
	};

	return usb_host_add(&driver, ecm_poll);
}
