/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * How an adapter is set up: a chain of control transfers, each of which
 * begins the next, in the USB host's task.
 *
 * TinyUSB has read and set the first configuration by then. Adapters that
 * also speak RNDIS have their ECM function in another one, so all are looked
 * through.
 */
#include <string.h>

#include "cdc_ecm.h"

#include "../../dma.h"

/* CDC120, 4.2 to 4.4: what RNDIS calls itself, as QEMU's usb-net does */
#define SUBCLASS_ACM		0x02U
#define PROTOCOL_VENDOR		0xffU
#define SUBCLASS_ETHERNET	0x06U

/* ECM120, table 6: SetEthernetPacketFilter; table 8: its bits */
#define SET_PACKET_FILTER	0x43U
#define FILTER_PROMISCUOUS	0x01U
#define FILTER_NORMAL		0x0eU	/* all multicast, directed, broadcast */

/* USB 2.0, 9.6.7 and the table of language identifiers: English (US) */
#define ENGLISH			0x0409U

/* More configurations than any adapter has */
#define CONFIGURATIONS_MAX	8U
#define BUFFER_SIZE		512U
#define HEAD_LEN		9U

enum step {
	READ_DEVICE,
	READ_HEAD,
	READ_CONFIGURATION,
	SET_CONFIGURATION,
	SET_INTERFACE,
	READ_ADDRESS,
	SET_FILTER,
};

static uint8_t buffer[BUFFER_SIZE] __attribute__((aligned(DMA_LINE)));

/* There is one enumeration at a time. */
static struct {
	uint8_t device;		/* 0: none */
	uint8_t interface;	/* that TinyUSB waits for */
	uint8_t configurations;
	uint8_t index;
	struct cdc_ecm_function function;
	uint8_t address[NET_ADDRESS_LEN];
} setup;

static void advance(tuh_xfer_t *done);

/* Whether it may be one: then all its configurations are looked at. */
bool cdc_ecm_open(uint8_t rhport, uint8_t device,
		  const tusb_desc_interface_t *interface, uint16_t len)
{
	const bool ethernet =
		interface->bInterfaceSubClass == SUBCLASS_ETHERNET;
	const bool rndis = interface->bInterfaceSubClass == SUBCLASS_ACM
			   && interface->bInterfaceProtocol == PROTOCOL_VENDOR;

	(void)rhport;
	(void)len;
	if (interface->bInterfaceClass == TUSB_CLASS_CDC_DATA)
		return device == setup.device;
	if (interface->bInterfaceClass != TUSB_CLASS_CDC
	    || (!ethernet && !rndis))
		return false;
	memset(&setup, 0, sizeof(setup));
	setup.device = device;
	setup.interface = interface->bInterfaceNumber;
	return true;
}

/* TinyUSB goes on with the enumeration, whatever became of this one. */
static void finish(uint8_t device, uint8_t interface)
{
	usbh_driver_set_config_complete(device, interface);
}

static void give_up(void)
{
	uint8_t device = setup.device;

	setup.device = 0;
	if (device)
		finish(device, setup.interface);
}

bool cdc_ecm_set_config(uint8_t device, uint8_t interface)
{
	if (device != setup.device || interface != setup.interface) {
		/* The data interface, which goes with the other one */
		finish(device, interface);
		return true;
	}
	if (!tuh_descriptor_get_device(device, buffer,
				       sizeof(tusb_desc_device_t), advance,
				       READ_DEVICE))
		give_up();
	return true;
}

void cdc_ecm_forget(uint8_t device)
{
	if (setup.device == device)
		setup.device = 0;
}

static bool send_filter(uint8_t device, uint8_t interface, uint16_t filter,
			tuh_xfer_cb_t then, uintptr_t data)
{
	const tusb_control_request_t request = {
		.bmRequestType_bit = {
			.recipient = TUSB_REQ_RCPT_INTERFACE,
			.type = TUSB_REQ_TYPE_CLASS,
			.direction = TUSB_DIR_OUT,
		},
		.bRequest = SET_PACKET_FILTER,
		.wValue = filter,
		.wIndex = interface,
	};
	tuh_xfer_t transfer = {
		.daddr = device,
		.setup = &request,
		.complete_cb = then,
		.user_data = data,
	};

	return tuh_control_xfer(&transfer);
}

static void filter_sent(tuh_xfer_t *done)
{
	(void)done;
}

void cdc_ecm_set_filter(struct cdc_ecm *ecm)
{
	uint16_t filter = FILTER_NORMAL;

	if (ecm->promiscuous)
		filter |= FILTER_PROMISCUOUS;
	ecm->filter_is_old = !send_filter(ecm->device, ecm->function.control,
					  filter, filter_sent, 0);
}

/* ---- The steps ---- */

static bool read_head(void)
{
	return tuh_descriptor_get_configuration(setup.device, setup.index,
						buffer, HEAD_LEN, advance,
						READ_HEAD);
}

static bool read_configuration(size_t len)
{
	size_t total = buffer[2] | (size_t)buffer[3] << 8;

	if (len < HEAD_LEN || total < HEAD_LEN || total > BUFFER_SIZE)
		return false;
	return tuh_descriptor_get_configuration(setup.device, setup.index,
						buffer, (uint16_t)total,
						advance, READ_CONFIGURATION);
}

static bool use_configuration(size_t len)
{
	if (cdc_ecm_parse(buffer, len, &setup.function))
		return false;
	return tuh_configuration_set(setup.device, setup.function.configuration,
				     advance, SET_CONFIGURATION);
}

/* What is wrong with one configuration need not be with the next. */
static bool read_next_head(void)
{
	setup.index++;
	return setup.index < setup.configurations && read_head();
}

static bool open_endpoints(void)
{
	/* TinyUSB's structure is these bytes; they were checked. */
	return tuh_edpt_open(setup.device, (const tusb_desc_endpoint_t *)
					   setup.function.in)
	       && tuh_edpt_open(setup.device, (const tusb_desc_endpoint_t *)
					      setup.function.out);
}

static bool arrive(void)
{
	uint8_t device = setup.device;

	if (!open_endpoints())
		return false;
	setup.device = 0;
	cdc_ecm_arrived(&setup.function, setup.address, device);
	finish(device, setup.interface);
	return true;
}

static bool step_after(enum step step, size_t len)
{
	switch (step) {
	case READ_DEVICE:
		setup.configurations = len < sizeof(tusb_desc_device_t)
				       ? 0 : buffer[17];
		if (setup.configurations > CONFIGURATIONS_MAX)
			setup.configurations = CONFIGURATIONS_MAX;
		return setup.configurations && read_head();
	case READ_HEAD:
		return read_configuration(len) || read_next_head();
	case READ_CONFIGURATION:
		return use_configuration(len) || read_next_head();
	case SET_CONFIGURATION:
		return tuh_interface_set(setup.device, setup.function.data,
					 setup.function.setting, advance,
					 SET_INTERFACE);
	case SET_INTERFACE:
		return tuh_descriptor_get_string(setup.device,
						 setup.function.address_string,
						 ENGLISH, buffer, 255, advance,
						 READ_ADDRESS);
	case READ_ADDRESS:
		return !cdc_ecm_parse_address(buffer, len, setup.address)
		       && send_filter(setup.device, setup.function.control,
				      FILTER_NORMAL, advance, SET_FILTER);
	case SET_FILTER:
		return arrive();
	}
	return false;
}

/* Called by TinyUSB when a step is done; begins the next. */
static void advance(tuh_xfer_t *done)
{
	enum step step = (enum step)done->user_data;
	bool good = done->result == XFER_RESULT_SUCCESS;

	if (done->daddr != setup.device)
		return;
	/* An adapter need not have settings, nor a filter (ECM120, 6.2). */
	if (!good && (step == SET_INTERFACE || step == SET_FILTER))
		good = done->result == XFER_RESULT_STALLED;
	if (!good && (step == READ_HEAD || step == READ_CONFIGURATION)) {
		if (!read_next_head())
			give_up();
		return;
	}
	if (!good || !step_after(step, done->actual_len))
		give_up();
}
