/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The LAN9514 on TinyUSB. The host's task calls what is in `driver`; the
 * driver's task, and nobody else, makes requests and waits for the answer.
 */
#include <string.h>

#include "lan9514.h"
#include "usb.h"

/* What the USB host itself needs to notice that a request hangs */
#define LAN9514_ANSWER_TICKS	pdMS_TO_TICKS(USB_REQUEST_MS + 1000)

static struct {
	volatile uint8_t device;	/* 0: not there */
	uint8_t interface;
	uint8_t in, out;		/* endpoints */
	/* The request under way: */
	uint32_t serial;
	volatile uint32_t answered;	/* serial of the last answer */
	volatile xfer_result_t result;
	volatile uint32_t len;
	SemaphoreHandle_t done;
	StaticSemaphore_t done_memory;
} usb;

static uint8_t word[4] __attribute__((aligned(4)));

/* ---- Requests ---- */

static void lan9514_answer(tuh_xfer_t *transfer)
{
	/* One that nobody waits for any more */
	if ((uint32_t)transfer->user_data != usb.serial)
		return;
	usb.result = transfer->result;
	usb.len = transfer->actual_len;
	usb.answered = usb.serial;
	xSemaphoreGive(usb.done);
}

/* Others make requests too, one at a time. NET_* */
static int lan9514_submit(tuh_xfer_t *transfer)
{
	TickType_t left = LAN9514_ANSWER_TICKS;
	TimeOut_t since;

	vTaskSetTimeOutState(&since);
	for (;;) {
		transfer->daddr = usb.device;
		if (!transfer->daddr)
			return NET_ERR_NO_DEVICE;
		if (tuh_control_xfer(transfer))
			return NET_OK;
		if (xTaskCheckForTimeOut(&since, &left))
			return NET_ERR_TIMEOUT;
		vTaskDelay(1);
	}
}

static int lan9514_request(uint8_t direction, uint8_t number, uint16_t reg)
{
	const tusb_control_request_t setup = {
		.bmRequestType_bit = {
			.recipient = TUSB_REQ_RCPT_DEVICE,
			.type = TUSB_REQ_TYPE_VENDOR,
			.direction = direction,
		},
		.bRequest = number,
		.wIndex = reg,
		.wLength = sizeof(word),
	};
	tuh_xfer_t transfer = {
		.setup = &setup,
		.buffer = word,
		.complete_cb = lan9514_answer,
		.user_data = ++usb.serial,
	};
	int rc;

	xSemaphoreTake(usb.done, 0);
	rc = lan9514_submit(&transfer);
	if (rc != NET_OK)
		return rc;
	if (xSemaphoreTake(usb.done, LAN9514_ANSWER_TICKS) != pdPASS)
		return NET_ERR_TIMEOUT;
	if (usb.answered != usb.serial)
		return NET_ERR_NO_DEVICE;
	return usb.result == XFER_RESULT_SUCCESS && usb.len == sizeof(word)
	       ? NET_OK : NET_ERR_NO_DEVICE;
}

int lan9514_usb_read(uint16_t reg, uint32_t *value)
{
	int rc = lan9514_request(TUSB_DIR_IN, LAN9514_REQUEST_READ, reg);

	*value = word[0] | (uint32_t)word[1] << 8 | (uint32_t)word[2] << 16
		 | (uint32_t)word[3] << 24;
	return rc;
}

int lan9514_usb_write(uint16_t reg, uint32_t value)
{
	for (unsigned int n = 0; n < sizeof(word); n++)
		word[n] = (uint8_t)(value >> 8 * n);
	return lan9514_request(TUSB_DIR_OUT, LAN9514_REQUEST_WRITE, reg);
}

/* ---- Transfers ---- */

static bool lan9514_begin_transfer(uint8_t endpoint, uint8_t *data,
				   uint16_t len)
{
	uint8_t device = usb.device;

	if (!device || !usbh_edpt_claim(device, endpoint))
		return false;
	if (usbh_edpt_xfer(device, endpoint, data, len))
		return true;
	usbh_edpt_release(device, endpoint);
	return false;
}

bool lan9514_usb_receive(uint8_t *data, uint16_t len)
{
	return lan9514_begin_transfer(usb.in, data, len);
}

bool lan9514_usb_transmit(uint8_t *data, uint16_t len)
{
	return lan9514_begin_transfer(usb.out, len ? data : NULL, len);
}

void lan9514_usb_restart(void)
{
	usb_host_restart();
}

/* ---- What the host's task calls ---- */

static bool lan9514_is_one(uint8_t device)
{
	uint16_t vendor, product;

	return tuh_vid_pid_get(device, &vendor, &product)
	       && vendor == LAN9514_VENDOR && product == LAN9514_PRODUCT;
}

/* Open an endpoint if it is bulk; false: it cannot be. */
static bool lan9514_open_endpoint(uint8_t device, const uint8_t *descriptor)
{
	const tusb_desc_endpoint_t *endpoint =
		(const tusb_desc_endpoint_t *)descriptor;

	if (endpoint->bmAttributes.xfer != TUSB_XFER_BULK)
		return true;
	if (endpoint->bEndpointAddress & TUSB_DIR_IN_MASK)
		usb.in = endpoint->bEndpointAddress;
	else
		usb.out = endpoint->bEndpointAddress;
	return tuh_edpt_open(device, endpoint);
}

/* Its bulk endpoints, among @p len bytes of descriptors; both, or false. */
static bool lan9514_open_endpoints(uint8_t device, const uint8_t *bytes,
				   uint16_t len)
{
	uint16_t at = 0;

	usb.in = usb.out = 0;
	while (len - at >= 2 && bytes[at] >= 2 && bytes[at] <= len - at) {
		if (bytes[at + 1] == TUSB_DESC_ENDPOINT
		    && bytes[at] >= sizeof(tusb_desc_endpoint_t)
		    && !lan9514_open_endpoint(device, bytes + at))
			return false;
		at = (uint16_t)(at + bytes[at]);
	}
	return usb.in && usb.out;
}

static bool lan9514_open(uint8_t rhport, uint8_t device,
			 const tusb_desc_interface_t *interface, uint16_t len)
{
	(void)rhport;
	if (usb.device || !lan9514_is_one(device)
	    || interface->bInterfaceClass != TUSB_CLASS_VENDOR_SPECIFIC)
		return false;
	usb.interface = interface->bInterfaceNumber;
	return lan9514_open_endpoints(device, (const uint8_t *)interface, len);
}

static bool lan9514_set_config(uint8_t device, uint8_t interface)
{
	usb.device = device;
	/* TinyUSB goes on with other devices meanwhile. */
	usbh_driver_set_config_complete(device, interface);
	if (lan9514_arrived() != NET_OK)
		usb.device = 0;
	return true;
}

static bool lan9514_transferred(uint8_t device, uint8_t endpoint,
				xfer_result_t result, uint32_t len)
{
	if (device != usb.device)
		return false;
	/* A halted endpoint stays so until the device is set up again. */
	if (result == XFER_RESULT_STALLED)
		usb_host_restart();
	if (endpoint == usb.in)
		lan9514_received(result == XFER_RESULT_SUCCESS, len);
	else if (endpoint == usb.out)
		lan9514_transmitted(result == XFER_RESULT_SUCCESS);
	return true;
}

static void lan9514_close(uint8_t device)
{
	if (device != usb.device)
		return;
	usb_host_halt(device);
	usb.device = 0;
	lan9514_left();
	/* Who waits for an answer has none. */
	xSemaphoreGive(usb.done);
}

static bool lan9514_ready(void)
{
	return true;
}

int lan9514_init(firmware_property_t firmware)
{
	static const usbh_class_driver_t driver = {
		.name = "LAN9514",
		.init = lan9514_ready,
		.deinit = lan9514_ready,
		.open = lan9514_open,
		.set_config = lan9514_set_config,
		.xfer_cb = lan9514_transferred,
		.close = lan9514_close,
	};

	lan9514.firmware = firmware;
	usb.done = xSemaphoreCreateBinaryStatic(&usb.done_memory);
	return usb_host_add(&driver, NULL);
}
