/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: TinyUSB as far as lan9514_usb.c calls it, and in place of the
 * rest of the driver what notes that it was called. What the device answers
 * is the test's.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "lan9514.h"
#include "usb.h"

struct host {
	uint32_t vendor, product;
	uint32_t request_waits, request_count, refuse_requests;
	uint8_t request[8];
	uint8_t sent[4];
	uint32_t claimed_in, claimed_out;	/* endpoints */
	uint32_t posted_in, posted_out;		/* bytes */
	uint32_t refuse_transfers, refuse_arrival;
	uint32_t opened, finished, restarts, halts;
	uint32_t arrived, left, received, received_len, transmitted;
	uint32_t good;
	int last;
	uint32_t value;
};

struct host host;
struct lan9514 lan9514;
static const usbh_class_driver_t *driver;
static tuh_xfer_t pending;
static tusb_control_request_t pending_setup;

/* ---- TinyUSB ---- */

bool tuh_vid_pid_get(uint8_t device, uint16_t *vendor, uint16_t *product)
{
	(void)device;
	*vendor = (uint16_t)host.vendor;
	*product = (uint16_t)host.product;
	return true;
}

bool tuh_control_xfer(tuh_xfer_t *transfer)
{
	if (host.refuse_requests || host.request_waits)
		return false;
	pending = *transfer;
	pending_setup = *transfer->setup;
	memcpy(host.request, &pending_setup, sizeof(host.request));
	memcpy(host.sent, transfer->buffer, sizeof(host.sent));
	host.request_waits = 1;
	host.request_count++;
	return true;
}

bool tuh_edpt_open(uint8_t device, const tusb_desc_endpoint_t *endpoint)
{
	(void)device;
	(void)endpoint;
	host.opened++;
	return true;
}

static uint32_t *claim_of(uint8_t endpoint)
{
	return endpoint & 0x80 ? &host.claimed_in : &host.claimed_out;
}

bool usbh_edpt_claim(uint8_t device, uint8_t endpoint)
{
	(void)device;
	if (*claim_of(endpoint))
		return false;
	*claim_of(endpoint) = endpoint;
	return true;
}

bool usbh_edpt_release(uint8_t device, uint8_t endpoint)
{
	(void)device;
	*claim_of(endpoint) = 0;
	return true;
}

bool usbh_edpt_xfer_with_callback(uint8_t device, uint8_t endpoint,
				  uint8_t *data, uint16_t len,
				  tuh_xfer_cb_t then, uintptr_t user_data)
{
	(void)device;
	(void)data;
	(void)then;
	(void)user_data;
	if (host.refuse_transfers)
		return false;
	if (endpoint & 0x80)
		host.posted_in = len;
	else
		host.posted_out = len;
	return true;
}

void usbh_driver_set_config_complete(uint8_t device, uint8_t interface)
{
	(void)device;
	(void)interface;
	host.finished++;
}

int usb_host_add(const usbh_class_driver_t *added, void (*poll)(void))
{
	(void)poll;
	driver = added;
	return USB_OK;
}

void usb_host_halt(uint8_t device)
{
	(void)device;
	host.halts++;
}

void usb_host_restart(void)
{
	host.restarts++;
}

/* ---- The rest of the driver ---- */

int lan9514_arrived(void)
{
	host.arrived++;
	return host.refuse_arrival ? NET_ERR_MEMORY : NET_OK;
}

void lan9514_left(void)
{
	host.left++;
}

void lan9514_received(bool good, uint32_t len)
{
	host.received++;
	host.good = good;
	host.received_len = len;
}

void lan9514_transmitted(bool good)
{
	host.transmitted++;
	host.good = good;
}

/* ---- For the test ---- */

int host_reset(void)
{
	memset(&host, 0, sizeof(host));
	host.vendor = LAN9514_VENDOR;
	host.product = LAN9514_PRODUCT;
	return lan9514_init(NULL);
}

/* What the driver answers to descriptors: of an interface and on. */
int host_open(uint8_t device, const uint8_t *bytes, uint32_t len)
{
	return driver->open(0, device, (const tusb_desc_interface_t *)bytes,
			    (uint16_t)len);
}

void host_configure(uint8_t device)
{
	driver->set_config(device, 0);
}

void host_close(uint8_t device)
{
	driver->close(device);
}

/* The device answers the request that waits, late or in time. */
void host_answer(int result, const uint8_t *four, uint32_t len)
{
	tuh_xfer_t done = pending;

	host.request_waits = 0;
	done.result = (xfer_result_t)result;
	done.actual_len = len;
	if (len && (host.request[0] & 0x80))
		memcpy(pending.buffer, four, len < 4 ? len : 4);
	done.complete_cb(&done);
}

void host_transferred(uint8_t device, uint8_t endpoint, int result,
		      uint32_t len)
{
	*claim_of(endpoint) = 0;
	driver->xfer_cb(device, endpoint, (xfer_result_t)result, len);
}

void host_read(uint32_t reg)
{
	host.last = lan9514_usb_read((uint16_t)reg, &host.value);
}

void host_write(uint32_t reg, uint32_t value)
{
	host.last = lan9514_usb_write((uint16_t)reg, value);
}

int host_receive(uint32_t len)
{
	return lan9514_usb_receive(lan9514.rx, (uint16_t)len);
}

int host_transmit(uint32_t len)
{
	return lan9514_usb_transmit(lan9514.tx, (uint16_t)len);
}
