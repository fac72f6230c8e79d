/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: the USB host and a network around the driver. Requests and
 * transfers wait until the test says what becomes of them; what the device
 * answers are bytes of the test's.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "cdc_ecm.h"

#define FRAMES		12
#define REQUESTS	64
#define RECEIVED	32
#define ENDPOINTS	32

struct model {
	/* The bus */
	uint32_t request_count;
	uint8_t requests[REQUESTS][8];
	uint32_t request_waits;
	uint32_t refuse_requests;	/* the host has no room for one */
	uint32_t refuse_transfers;
	uint32_t finished;		/* interfaces whose set-up has ended */
	uint32_t opened[2];		/* endpoints, by direction */
	uint32_t restarts, halts, added;
	uint32_t is_posted[ENDPOINTS];	/* by endpoint, IN from 16 on */
	uint32_t posted_len[ENDPOINTS];
	/* The network */
	uint32_t attached, refuse_attach;
	uint32_t link_changes, link_up;
	uint32_t ready, received_count, frames_free;
	uint32_t received_len[RECEIVED];
	uint8_t received_first[RECEIVED];
};

struct model model;

static const usbh_class_driver_t *driver;
static void (*driver_poll)(void);
static tuh_xfer_t request;
static tusb_control_request_t request_setup;
static uint8_t *posted_data[ENDPOINTS];
static struct net_device *devices[CDC_ECM_ADAPTERS];
static uint8_t memory[FRAMES][NET_BUFFER_SIZE]
	__attribute__((aligned(NET_BUFFER_ALIGN)));
static struct net_frame frames[FRAMES];
static struct net_frame *free_frames;

static unsigned int slot(uint8_t endpoint)
{
	return (endpoint & 0x0fU) + (endpoint & 0x80U ? 16 : 0);
}

/* ---- TinyUSB, as far as the driver calls it ---- */

bool tuh_control_xfer(tuh_xfer_t *transfer)
{
	if (model.refuse_requests || model.request_waits)
		return false;
	request = *transfer;
	request_setup = *transfer->setup;
	request.setup = &request_setup;
	model.request_waits = 1;
	memcpy(model.requests[model.request_count++ % REQUESTS], &request_setup,
	       8);
	return true;
}

static bool standard(uint8_t device, uint8_t type, uint8_t number,
		     uint16_t value, uint16_t index, void *data, uint16_t len,
		     tuh_xfer_cb_t then, uintptr_t user_data)
{
	const tusb_control_request_t setup = {
		.bmRequestType = type,
		.bRequest = number,
		.wValue = value,
		.wIndex = index,
		.wLength = len,
	};
	tuh_xfer_t transfer = {
		.daddr = device,
		.setup = &setup,
		.buffer = data,
		.complete_cb = then,
		.user_data = user_data,
	};

	return tuh_control_xfer(&transfer);
}

bool tuh_descriptor_get_device(uint8_t device, void *data, uint16_t len,
			       tuh_xfer_cb_t then, uintptr_t user_data)
{
	return standard(device, 0x80, 6, 0x100, 0, data, len, then, user_data);
}

bool tuh_descriptor_get_configuration(uint8_t device, uint8_t index,
				      void *data, uint16_t len,
				      tuh_xfer_cb_t then, uintptr_t user_data)
{
	return standard(device, 0x80, 6, (uint16_t)(0x200 | index), 0, data,
			len, then, user_data);
}

bool tuh_descriptor_get_string(uint8_t device, uint8_t index,
			       uint16_t language, void *data, uint16_t len,
			       tuh_xfer_cb_t then, uintptr_t user_data)
{
	return standard(device, 0x80, 6, (uint16_t)(0x300 | index), language,
			data, len, then, user_data);
}

bool tuh_configuration_set(uint8_t device, uint8_t number, tuh_xfer_cb_t then,
			   uintptr_t user_data)
{
	return standard(device, 0, 9, number, 0, NULL, 0, then, user_data);
}

bool tuh_interface_set(uint8_t device, uint8_t number, uint8_t setting,
		       tuh_xfer_cb_t then, uintptr_t user_data)
{
	return standard(device, 1, 11, setting, number, NULL, 0, then,
			user_data);
}

bool tuh_edpt_open(uint8_t device, const tusb_desc_endpoint_t *endpoint)
{
	(void)device;
	model.opened[endpoint->bEndpointAddress >> 7] =
		endpoint->bEndpointAddress;
	return true;
}

bool usbh_edpt_claim(uint8_t device, uint8_t endpoint)
{
	(void)device;
	return !model.is_posted[slot(endpoint)];
}

bool usbh_edpt_release(uint8_t device, uint8_t endpoint)
{
	(void)device;
	(void)endpoint;
	return true;
}

bool usbh_edpt_xfer_with_callback(uint8_t device, uint8_t endpoint,
				  uint8_t *data, uint16_t len,
				  tuh_xfer_cb_t then, uintptr_t user_data)
{
	(void)device;
	(void)then;
	(void)user_data;
	if (model.refuse_transfers)
		return false;
	model.is_posted[slot(endpoint)] = 1;
	model.posted_len[slot(endpoint)] = len;
	posted_data[slot(endpoint)] = data;
	return true;
}

void usbh_driver_set_config_complete(uint8_t device, uint8_t interface)
{
	(void)device;
	(void)interface;
	model.finished++;
}

int usb_host_add(const usbh_class_driver_t *added, void (*poll)(void))
{
	driver = added;
	driver_poll = poll;
	model.added++;
	return USB_OK;
}

void usb_host_halt(uint8_t device)
{
	(void)device;
	model.halts++;
	memset(model.is_posted, 0, sizeof(model.is_posted));
}

void usb_host_restart(void)
{
	model.restarts++;
}

/* ---- The network ---- */

static struct net_frame *take(struct net_device *dev)
{
	struct net_frame *frame = free_frames;

	(void)dev;
	if (frame) {
		free_frames = frame->next;
		model.frames_free--;
	}
	return frame;
}

static void give(struct net_device *dev, struct net_frame *frame)
{
	(void)dev;
	frame->next = free_frames;
	free_frames = frame;
	model.frames_free++;
}

static void received(struct net_device *dev, struct net_frame *frame)
{
	uint32_t at = model.received_count++ % RECEIVED;

	model.received_len[at] = frame->len;
	model.received_first[at] = frame->data[0];
	give(dev, frame);
}

static void send_ready(struct net_device *dev)
{
	(void)dev;
	model.ready++;
}

static void link_changed(struct net_device *dev, bool up)
{
	(void)dev;
	model.link_changes++;
	model.link_up = up;
}

static const struct net_user user = {
	.frame_take = take,
	.frame_give = give,
	.received = received,
	.send_ready = send_ready,
	.link_changed = link_changed,
};

int net_attach(struct net_device *dev)
{
	if (model.refuse_attach)
		return NET_ERR_MEMORY;
	dev->user = &user;
	devices[model.attached++] = dev;
	return NET_OK;
}

/* ---- What tests call ---- */

int model_begin(uint32_t count)
{
	uint32_t i;

	memset(&model, 0, sizeof(model));
	free_frames = NULL;
	for (i = 0; i < count && i < FRAMES; i++) {
		frames[i].data = memory[i];
		frames[i].size = NET_BUFFER_SIZE;
		give(NULL, &frames[i]);
	}
	return cdc_ecm_init();
}

int model_open(uint8_t device, const uint8_t *interface, uint16_t len)
{
	return driver->open(0, device,
			    (const tusb_desc_interface_t *)interface, len);
}

void model_set_config(uint8_t device, uint8_t interface)
{
	driver->set_config(device, interface);
}

/* End the request that waits; @p data is what the device answers. */
int model_answer(int result, const uint8_t *data, uint32_t len)
{
	tuh_xfer_t done = request;

	if (!model.request_waits)
		return -1;
	model.request_waits = 0;
	if (len > request_setup.wLength)
		len = request_setup.wLength;
	if (done.buffer && len)
		memcpy(done.buffer, data, len);
	done.result = (xfer_result_t)result;
	/* TinyUSB's: of a request without data it is the length of SETUP. */
	done.actual_len = request_setup.wLength ? len : 8;
	done.complete_cb(&done);
	return 0;
}

/* End the transfer that waits on @p endpoint. */
int model_transferred(uint8_t device, uint8_t endpoint, int result,
		      uint32_t len, uint8_t first)
{
	if (!model.is_posted[slot(endpoint)])
		return -1;
	model.is_posted[slot(endpoint)] = 0;
	if ((endpoint & 0x80U) && len)
		posted_data[slot(endpoint)][0] = first;
	return driver->xfer_cb(device, endpoint, (xfer_result_t)result, len);
}

void model_close(uint8_t device)
{
	driver->close(device);
}

void model_poll(void)
{
	driver_poll();
}

int model_start(uint32_t which)
{
	return devices[which]->ops->start(devices[which]);
}

void model_stop(uint32_t which)
{
	devices[which]->ops->stop(devices[which]);
}

static struct net_frame *borrowed;

/* Somebody else has a frame for a while. */
int model_borrow(void)
{
	borrowed = take(NULL);
	return borrowed ? NET_OK : NET_ERR_MEMORY;
}

void model_return(void)
{
	give(NULL, borrowed);
}

/* There is a free frame again. */
void model_refill(uint32_t which)
{
	static uint8_t more[NET_BUFFER_SIZE]
		__attribute__((aligned(NET_BUFFER_ALIGN)));
	static struct net_frame frame = {
		.data = more, .size = NET_BUFFER_SIZE
	};

	give(NULL, &frame);
	devices[which]->ops->receive_ready(devices[which]);
}

int model_promiscuous(uint32_t which, int on)
{
	return devices[which]->ops->promiscuous(devices[which], on);
}

int model_send(uint32_t which, uint32_t len)
{
	struct net_frame *frame = take(NULL);
	int rc;

	if (!frame)
		return NET_ERR_MEMORY;
	frame->len = (uint16_t)len;
	memset(frame->data, 0xee, NET_FRAME_MIN);
	rc = devices[which]->ops->send(devices[which], frame);
	if (rc)
		give(NULL, frame);
	return rc;
}

/* Whether what is sent now ends with zeros from @p at on. */
int model_is_padded(uint8_t endpoint, uint32_t at)
{
	const uint8_t *data = posted_data[slot(endpoint)];

	while (at < NET_FRAME_MIN)
		if (data[at++])
			return 0;
	return 1;
}

void model_counters(uint32_t which, uint32_t *into)
{
	const struct net_counters *counters = &devices[which]->counters;

	into[0] = counters->rx_frames;
	into[1] = counters->rx_dropped;
	into[2] = counters->rx_errors;
	into[3] = counters->tx_frames;
	into[4] = counters->tx_errors;
	into[5] = counters->resets;
}

void model_address(uint32_t which, uint8_t *into)
{
	memcpy(into, devices[which]->address, NET_ADDRESS_LEN);
}
