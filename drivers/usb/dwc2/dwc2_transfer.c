/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every transfer on its way between TinyUSB's host (usbh.c) and its driver of
 * the controller (hcd_dwc2.c), which is compiled with other names for the
 * functions defined here. What happens in between:
 *
 * - Addresses become those of the bus, and caches are cleaned and invalidated.
 * - Short answers go through a buffer of ours: TinyUSB's share cache lines.
 * - Tasks and the interrupt do not meet in the driver's tables.
 * - A descriptor that makes no sense is a transfer that failed.
 * - A control transfer without an end is noticed.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "../../dma.h"
#include "dwc2_transfer.h"
#include "host/hcd.h"
#include "usb_check.h"

_Static_assert(CFG_TUH_INTERFACE_MAX == 8, "INTERFACES_MAX in usb_check.c");

/*
 * Where the bus sees memory. DT of both SoCs: /soc/dma-ranges <0xc0000000 ...>,
 * the alias past the GPU's cache; it reaches the first GiB.
 */
#define BUS_MEMORY		0xc0000000UL
#define BUS_MEMORY_SIZE		0x40000000UL

/* BCM2835 ARM Peripherals, 15.2; GHWCFG2: 8 channels, one transfer each */
#define TRANSFERS		8U

#define ENDPOINT_IN		0x80U
#define SETUP_LEN		8U

/* A transfer into memory that is under way; `len` 0: none */
struct transfer {
	uint8_t *buffer;
	uint16_t len;
	uint8_t device;
	uint8_t endpoint;
	uint8_t *copied;	/* what the controller writes, if not `buffer` */
};

/* What hcd_dwc2.c is compiled with instead of our names */
bool dwc2_edpt_xfer(uint8_t rhport, uint8_t device, uint8_t endpoint,
		    uint8_t *buffer, uint16_t len);
bool dwc2_setup_send(uint8_t rhport, uint8_t device, const uint8_t setup[8]);
void dwc2_event(const hcd_event_t *event, bool in_isr);

struct usb_host_counters dwc2_counters;

static struct transfer transfers[TRANSFERS];
static uint8_t copies[TRANSFERS][USB_COPIED_MAX]
	__attribute__((aligned(DMA_LINE)));

/* There is one control transfer at a time. */
static struct {
	bool waits;
	uint32_t polls;
	uint8_t setup[SETUP_LEN];
	struct usb_seen seen;
} control;

void dwc2_transfers_begin(void)
{
	memset(transfers, 0, sizeof(transfers));
	control.waits = false;
}

bool dwc2_control_is_stuck(void)
{
	return control.waits
	       && ++control.polls > USB_REQUEST_MS / USB_POLL_MS;
}

static uint8_t *on_the_bus(const void *memory)
{
	return (uint8_t *)(uintptr_t)(dma_address(memory) + BUS_MEMORY);
}

static bool is_reachable(const uint8_t *buffer, uint16_t len)
{
	return !len || dma_address(buffer) + len <= BUS_MEMORY_SIZE;
}

static struct transfer *find_transfer(uint8_t device, uint8_t endpoint)
{
	size_t i;

	for (i = 0; i < TRANSFERS; i++)
		if (transfers[i].len && transfers[i].device == device
		    && transfers[i].endpoint == endpoint)
			return &transfers[i];
	return NULL;
}

static struct transfer *free_transfer(void)
{
	size_t i;

	for (i = 0; i < TRANSFERS; i++)
		if (!transfers[i].len)
			return &transfers[i];
	return NULL;
}

/* Prepare memory that the controller writes; where it shall write, or NULL. */
static uint8_t *expect(uint8_t device, uint8_t endpoint, uint8_t *buffer,
		       uint16_t len)
{
	/* The one before it was given up. */
	struct transfer *transfer = find_transfer(device, endpoint);
	uint8_t *target = buffer;

	if (!transfer)
		transfer = free_transfer();
	if (!transfer || (len > USB_COPIED_MAX
			  && (uintptr_t)buffer % DMA_LINE))
		return NULL;
	if (len <= USB_COPIED_MAX)
		target = copies[transfer - transfers];
	*transfer = (struct transfer){ buffer, len, device, endpoint,
				       target == buffer ? NULL : target };
	/* Lines that are written back later would hide what comes. */
	dma_clean(target, len);
	dma_invalidate(target, len);
	return target;
}

/* Called by usbh.c for every stage of every transfer but SETUP. */
bool hcd_edpt_xfer(uint8_t rhport, uint8_t device, uint8_t endpoint,
		   uint8_t *buffer, uint16_t len)
{
	uint8_t *target = buffer;
	bool done;

	if (!is_reachable(buffer, len))
		return false;
	taskENTER_CRITICAL();
	if (len && (endpoint & ENDPOINT_IN))
		target = expect(device, endpoint, buffer, len);
	else if (len)
		dma_clean(buffer, len);
	done = !len || target;
	if (done)
		done = dwc2_edpt_xfer(rhport, device, endpoint,
				      len ? on_the_bus(target) : NULL, len);
	taskEXIT_CRITICAL();
	return done;
}

bool hcd_setup_send(uint8_t rhport, uint8_t device, const uint8_t setup[8])
{
	bool done;

	taskENTER_CRITICAL();
	memcpy(control.setup, setup, SETUP_LEN);
	control.polls = 0;
	control.waits = true;
	dma_clean(setup, SETUP_LEN);
	done = dwc2_setup_send(rhport, device, on_the_bus(setup));
	taskEXIT_CRITICAL();
	return done;
}

/* Bring what was received to where it belongs; false: it makes no sense. */
static bool deliver(struct transfer *transfer, uint32_t len)
{
	bool good = true;

	if (len > transfer->len)
		len = transfer->len;
	dma_invalidate(transfer->copied ? transfer->copied : transfer->buffer,
		       transfer->len);
	if (transfer->copied)
		memcpy(transfer->buffer, transfer->copied, len);
	if (transfer->endpoint == ENDPOINT_IN)
		good = usb_check_answer(&control.seen, control.setup,
					transfer->buffer, len);
	transfer->len = 0;
	return good;
}

/* Called by hcd_dwc2.c, mostly from the interrupt. */
void dwc2_event(const hcd_event_t *event, bool in_isr)
{
	struct transfer *transfer;
	hcd_event_t changed = *event;

	if (event->event_id != HCD_EVENT_XFER_COMPLETE) {
		/* Of the port, not of a hub's: what waited there never ends. */
		if (event->event_id == HCD_EVENT_DEVICE_REMOVE)
			usb_host_restart();
		hcd_event_handler(event, in_isr);
		return;
	}
	if (!(event->xfer_complete.ep_addr & ~ENDPOINT_IN))
		control.waits = false;
	transfer = find_transfer(event->dev_addr,
				 event->xfer_complete.ep_addr);
	if (transfer && !deliver(transfer, event->xfer_complete.len)) {
		dwc2_counters.refused++;
		changed.xfer_complete.result = XFER_RESULT_FAILED;
	}
	hcd_event_handler(&changed, in_isr);
}
