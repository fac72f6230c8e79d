/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The host's task and the controller around TinyUSB: start, interrupt,
 * recovery. Nothing here waits for a device without an end.
 */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "dwc2.h"
#include "dwc2_regs.h"
#include "dwc2_transfer.h"
#include "broadcom/interrupts.h"
#include "host/hcd.h"

#define PORT			0

#define CLASS_DRIVERS		4U
#define HOST_STACK_WORDS	512U
/* Above what uses the network, below FreeRTOS's timers */
#define HOST_PRIORITY		(configMAX_PRIORITIES - 2)

/* How often the controller is looked at when its interrupt does not come */
#define UNINTERRUPTED_MS	1U

/* Wiki of github.com/raspberrypi/firmware, Mailbox property interface */
#define SET_POWER_STATE		0x00028001U
#define POWER_USB		3U
#define POWER_ON		(1U << 0)
#define POWER_WAIT		(1U << 1)

/* Programming Guide 4.1.1: a channel halts at the end of its transaction */
#define HALT_READS		100000U

/* After so many restarts in a row the bus is left alone for a while. */
#define RESTARTS_IN_A_ROW	3U
#define PAUSE_MS		30000U

static struct dwc2 *controller;
static bool runs;
static volatile bool restart_wanted;
static TickType_t next_poll;

/* TinyUSB's structure has const members: it is filled as memory. */
static uint8_t class_drivers[CLASS_DRIVERS * sizeof(usbh_class_driver_t)]
	__attribute__((aligned(__alignof__(usbh_class_driver_t))));
static void (*polls[CLASS_DRIVERS])(void);
static uint8_t class_driver_count;

static inline volatile struct dwc2_registers *registers(void)
{
	return (volatile struct dwc2_registers *)controller->base;
}

int usb_host_add(const usbh_class_driver_t *driver, void (*poll)(void))
{
	if (class_driver_count == CLASS_DRIVERS || runs)
		return USB_ERR_TOO_MANY;
	memcpy(class_drivers + class_driver_count * sizeof(*driver), driver,
	       sizeof(*driver));
	polls[class_driver_count++] = poll;
	return USB_OK;
}

/* Asked by TinyUSB once, at its start. */
const usbh_class_driver_t *usbh_app_driver_get_cb(uint8_t *count)
{
	*count = class_driver_count;
	return (const usbh_class_driver_t *)class_drivers;
}

const struct usb_host_counters *usb_host_counters(void)
{
	return &dwc2_counters;
}

void usb_host_restart(void)
{
	restart_wanted = true;
}

/* ---- The controller ---- */

static void service(bool in_isr)
{
	mmio_barrier();
	hcd_int_handler(PORT, in_isr);
	/*
	 * TinyUSB 0.18 unmasks SOF for periodic endpoints and does not
	 * acknowledge it. Before the call this would hide it.
	 */
	mmio_write32(&registers()->gintsts, DWC2_GINTSTS_SOF);
	mmio_barrier();
}

static void dwc2_interrupt(void *arg)
{
	(void)arg;
	service(true);
}

/* How TinyUSB masks and unmasks the interrupt. */
void dwc2_int_set(uint8_t rhport, int role, bool enabled)
{
	(void)rhport;
	(void)role;
	if (controller->irq == DRIVER_IRQ_NONE)
		return;
	if (enabled)
		vPortEnableInterrupt(controller->irq);
	else
		vPortDisableInterrupt(controller->irq);
}

static void halt_channel(volatile struct dwc2_channel_regs *channel)
{
	uint32_t value = mmio_read32(&channel->hcchar);
	uint32_t left = HALT_READS;

	mmio_write32(&channel->hcchar,
		     value | DWC2_HCCHAR_CHDIS | DWC2_HCCHAR_CHENA);
	while (left-- && (mmio_read32(&channel->hcchar) & DWC2_HCCHAR_CHENA))
		;
}

void usb_host_halt(uint8_t device)
{
	volatile struct dwc2_registers *regs = registers();
	uint32_t count = DWC2_GHWCFG2_CHANNELS(mmio_read32(&regs->ghwcfg2));
	uint32_t i;

	taskENTER_CRITICAL();
	for (i = 0; i < count; i++) {
		uint32_t value = mmio_read32(&regs->channel[i].hcchar);

		if ((value & DWC2_HCCHAR_CHENA)
		    && DWC2_HCCHAR_DEVICE(value) == device)
			halt_channel(&regs->channel[i]);
	}
	taskEXIT_CRITICAL();
}

/* ---- The task ---- */

/*
 * A device that was there before is not told by an event: TinyUSB clears it
 * at its start. One that is told twice is enumerated once (usbh.c).
 */
static void look_at_port(void)
{
	if (hcd_port_connect_status(PORT))
		hcd_event_device_attach(PORT, false);
}

static bool start_controller(void)
{
	const tusb_rhport_init_t init = {
		.role = TUSB_ROLE_HOST,
		.speed = TUSB_SPEED_HIGH,
	};

	dwc2_transfers_begin();
	if (tuh_inited()) {
		if (!hcd_init(PORT, &init))
			return false;
		hcd_int_enable(PORT);
	} else if (!tuh_rhport_init(PORT, &init)) {
		return false;
	}
	look_at_port();
	return true;
}

/* Let TinyUSB forget the device that it is enumerating, if it is. */
static void drop_enumeration(void)
{
	hcd_event_t event = { .event_id = HCD_EVENT_DEVICE_REMOVE };
	hcd_devtree_info_t place;

	hcd_devtree_get_info(0, &place);
	event.rhport = place.rhport;
	event.connection.hub_addr = place.hub_addr;
	event.connection.hub_port = place.hub_port;
	/* Ends a request, so that others are possible. */
	tuh_edpt_abort_xfer(0, 0);
	hcd_event_handler(&event, false);
}

/* All devices go, the controller is reset, and they come back. */
static void restart(void)
{
	dwc2_counters.restarts++;
	hcd_int_disable(PORT);
	drop_enumeration();
	hcd_event_device_remove(PORT, false);
	tuh_task_ext(0, false);
	restart_wanted = !start_controller();
}

static void recover(void)
{
	static uint32_t in_a_row;
	static uint32_t attached_before;
	static TickType_t paused;
	TickType_t now = xTaskGetTickCount();

	if (dwc2_control_is_stuck()) {
		dwc2_counters.timeouts++;
		dwc2_transfers_begin();
		restart_wanted = true;
	}
	if (!restart_wanted)
		return;
	if (dwc2_counters.attached != attached_before)
		in_a_row = 0;
	if (in_a_row == RESTARTS_IN_A_ROW
	    && now - paused < pdMS_TO_TICKS(PAUSE_MS))
		return;
	in_a_row = in_a_row == RESTARTS_IN_A_ROW ? 1 : in_a_row + 1;
	paused = now;
	attached_before = dwc2_counters.attached;
	restart_wanted = false;
	restart();
}

static void poll_drivers(void)
{
	TickType_t now = xTaskGetTickCount();
	uint8_t i;

	if ((int32_t)(now - next_poll) < 0)
		return;
	next_poll = now + pdMS_TO_TICKS(USB_POLL_MS);
	for (i = 0; i < class_driver_count; i++)
		if (polls[i])
			polls[i]();
	recover();
}

static void run_host(void *arg)
{
	const bool polls_controller = controller->irq == DRIVER_IRQ_NONE;

	(void)arg;
	/* If it fails, it is tried again. */
	restart_wanted = !start_controller();
	for (;;) {
		tuh_task_ext(polls_controller ? UNINTERRUPTED_MS : USB_POLL_MS,
			     false);
		if (polls_controller)
			service(false);
		poll_drivers();
	}
}

/* Called by TinyUSB when a device is ready for use. */
void tuh_mount_cb(uint8_t device)
{
	(void)device;
	dwc2_counters.attached++;
}

/* The identifier tells whether it worked; there may be nothing to switch. */
static void power_on(void)
{
	uint32_t words[2] = { POWER_USB, POWER_ON | POWER_WAIT };

	if (controller->firmware)
		controller->firmware(SET_POWER_STATE, words, sizeof(words));
}

static bool is_there(void)
{
	uint32_t id = mmio_read32(&registers()->gsnpsid);

	return (id & DWC2_GSNPSID_MASK) == DWC2_GSNPSID_OTG;
}

static int start(struct dwc2 *dev)
{
	int rc;

	power_on();
	if (!is_there())
		return USB_ERR_CONTROLLER;
	rc = usb_host_drivers();
	if (rc)
		return rc;
	if (dev->irq != DRIVER_IRQ_NONE
	    && xPortInstallInterruptHandler(dev->irq, dwc2_interrupt, NULL)
	       != pdPASS)
		return USB_ERR_INTERRUPT;
	if (xTaskCreate(run_host, "usb", HOST_STACK_WORDS, NULL, HOST_PRIORITY,
			NULL) != pdPASS)
		return USB_ERR_MEMORY;
	runs = true;
	return USB_OK;
}

int dwc2_init(struct dwc2 *dev)
{
	int rc;

	if (controller)
		return USB_ERR_TOO_MANY;
	controller = dev;
	rc = start(dev);
	/* Another try begins with no drivers. */
	if (rc) {
		class_driver_count = 0;
		controller = NULL;
	}
	return rc;
}
