/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: the controller's registers, the cache, and TinyUSB on both
 * sides of what lies between its host and its driver. What a device writes
 * is in memory, and is seen only after the cache was invalidated; what it
 * reads must have been cleaned before. Compiled with MMIO_RECORDED.
 */
#include <string.h>
#include <uk_host.h>

#include "FreeRTOS.h"
#include "task.h"

#include "../../dma.h"
#include "dwc2.h"
#include "dwc2_regs.h"
#include "dwc2_transfer.h"
#include "broadcom/interrupts.h"
#include "host/hcd.h"

#define MODEL_IRQ	41
#define TRACE_MAX	64
#define LOW		0x3fffffffUL

struct access {
	uint32_t offset, value;
};

struct model {
	/* What hcd_dwc2.c was given last */
	uint32_t transfers, setups;
	uint32_t on_the_bus;	/* address, as the controller sees it */
	uint32_t len;
	uint32_t was_cleaned, was_invalidated;
	/* What usbh.c was told last */
	uint32_t events, event_id, result, event_len;
	/* Calls of both */
	uint32_t inits, init_fails, removals, attaches, aborts, polls, services;
	uint32_t connected, inited, beyond, drivers, drivers_fail;
	/* Writes of registers */
	uint32_t writes;
	struct access trace[TRACE_MAX];
};

struct model model;
static uint32_t powered_id;
uint8_t model_memory[8192] __attribute__((aligned(64)));
struct dwc2 model_dwc2;

static struct dwc2_registers registers;
static uint8_t *device_writes;	/* where the transfer goes that waits */
static uint8_t arrived[4096];
static size_t arrived_len;
static const uint8_t *cleaned;
static size_t cleaned_len;
static uint8_t *invalidated;
static size_t invalidated_len;
static hcd_devtree_info_t enumerated;

bool dwc2_edpt_xfer(uint8_t rhport, uint8_t device, uint8_t endpoint,
		    uint8_t *buffer, uint16_t len);
bool dwc2_setup_send(uint8_t rhport, uint8_t device, const uint8_t setup[8]);
void dwc2_event(const hcd_event_t *event, bool in_isr);

/* ---- Registers and caches ---- */

static uint32_t offset_of(const volatile uint32_t *reg)
{
	return (uint32_t)((uintptr_t)reg - (uintptr_t)&registers);
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	return *reg;
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	if (model.writes < TRACE_MAX)
		model.trace[model.writes++] = (struct access){
			offset_of(reg), value
		};
	/* A channel that is told to halt does. */
	if (value & DWC2_HCCHAR_CHDIS && offset_of(reg) >= 0x500)
		value &= ~(DWC2_HCCHAR_CHDIS | DWC2_HCCHAR_CHENA);
	*reg = value;
}

void mmio_barrier(void)
{
}

uint64_t dma_address(const void *start)
{
	return ((uintptr_t)start & LOW) + (model.beyond ? 0x40000000 : 0);
}

void dma_clean(const void *start, size_t size)
{
	cleaned = start;
	cleaned_len = size;
}

void dma_invalidate(void *start, size_t size)
{
	invalidated = start;
	invalidated_len = size;
	if (arrived_len && start == device_writes) {
		memcpy(start, arrived, arrived_len);
		arrived_len = 0;
	}
}

/* The firmware: without it the controller has no power. */
static int power(uint32_t tag, void *value, size_t size)
{
	const uint32_t *words = value;

	if (tag == 0x28001 && size == 8 && words[0] == 3 && words[1] == 3)
		registers.gsnpsid = powered_id;
	return (int)size;
}

/* ---- TinyUSB's driver of the controller ---- */

static uint8_t *of_the_bus(const uint8_t *buffer)
{
	return (uint8_t *)(((uintptr_t)&model & ~LOW)
			   | ((uintptr_t)buffer & LOW));
}

bool dwc2_edpt_xfer(uint8_t rhport, uint8_t device, uint8_t endpoint,
		    uint8_t *buffer, uint16_t len)
{
	uint8_t *memory = of_the_bus(buffer);

	(void)rhport;
	(void)device;
	model.transfers++;
	model.on_the_bus = (uint32_t)(uintptr_t)buffer;
	model.len = len;
	model.was_cleaned = memory == cleaned && cleaned_len >= len;
	model.was_invalidated = memory == invalidated && invalidated_len >= len;
	if (endpoint & 0x80)
		device_writes = memory;
	return true;
}

bool dwc2_setup_send(uint8_t rhport, uint8_t device, const uint8_t setup[8])
{
	(void)rhport;
	(void)device;
	model.setups++;
	model.on_the_bus = (uint32_t)(uintptr_t)setup;
	model.was_cleaned = of_the_bus(setup) == cleaned && cleaned_len == 8;
	return true;
}

bool hcd_init(uint8_t rhport, const tusb_rhport_init_t *init)
{
	(void)rhport;
	(void)init;
	model.inits++;
	return !model.init_fails;
}

void hcd_int_enable(uint8_t rhport)
{
	dwc2_int_set(rhport, TUSB_ROLE_HOST, true);
}

void hcd_int_disable(uint8_t rhport)
{
	dwc2_int_set(rhport, TUSB_ROLE_HOST, false);
}

bool hcd_port_connect_status(uint8_t rhport)
{
	(void)rhport;
	return model.connected;
}

void hcd_int_handler(uint8_t rhport, bool in_isr)
{
	(void)rhport;
	(void)in_isr;
	model.services++;
	/* It must come before the acknowledgement of SOF. */
	if (model.writes < TRACE_MAX)
		model.trace[model.writes++] = (struct access){ ~0U, 0 };
}

/* ---- TinyUSB's host ---- */

void hcd_event_handler(const hcd_event_t *event, bool in_isr)
{
	(void)in_isr;
	model.events++;
	model.event_id = event->event_id;
	model.removals += event->event_id == HCD_EVENT_DEVICE_REMOVE;
	model.attaches += event->event_id == HCD_EVENT_DEVICE_ATTACH;
	model.result = event->xfer_complete.result;
	model.event_len = event->xfer_complete.len;
}

void hcd_devtree_get_info(uint8_t device, hcd_devtree_info_t *info)
{
	(void)device;
	*info = enumerated;
}

bool tuh_inited(void)
{
	return model.inited;
}

bool tuh_rhport_init(uint8_t rhport, const tusb_rhport_init_t *init)
{
	model.inited = 1;
	hcd_int_enable(rhport);
	return hcd_init(rhport, init);
}

bool tuh_edpt_abort_xfer(uint8_t device, uint8_t endpoint)
{
	(void)device;
	(void)endpoint;
	model.aborts++;
	return true;
}

void tuh_task_ext(uint32_t timeout_ms, bool in_isr)
{
	(void)in_isr;
	if (timeout_ms)
		vTaskDelay(pdMS_TO_TICKS(timeout_ms));
}

/* ---- What tests call ---- */

static void count_poll(void)
{
	model.polls++;
}

static bool nothing(void)
{
	return true;
}

int usb_host_drivers(void)
{
	static const usbh_class_driver_t driver = { .init = nothing };
	uint32_t i;
	int rc = USB_OK;

	for (i = 0; !rc && i < model.drivers; i++)
		rc = usb_host_add(&driver, count_poll);
	return rc;
}

void model_begin(uint32_t id, uint32_t connected)
{
	memset(&model, 0, sizeof(model));
	memset(&registers, 0, sizeof(registers));
	model.connected = connected;
	model.drivers = 1;
	powered_id = id;
	registers.ghwcfg2 = 7U << 14;
	arrived_len = 0;
	model_dwc2 = (struct dwc2){ (uintptr_t)&registers, MODEL_IRQ, power };
}

int model_init(uint32_t polled)
{
	if (polled)
		model_dwc2.irq = DRIVER_IRQ_NONE;
	return dwc2_init(&model_dwc2);
}

/* As on a board without firmware to ask; it has power then, or has not. */
int model_init_alone(uint32_t id)
{
	registers.gsnpsid = id;
	model_dwc2.firmware = NULL;
	return dwc2_init(&model_dwc2);
}

int model_add(void)
{
	static const usbh_class_driver_t driver = { .init = nothing };

	return usb_host_add(&driver, NULL);
}

void model_channel(uint32_t number, uint32_t value)
{
	registers.channel[number].hcchar = value;
}

int model_xfer(uint8_t device, uint8_t endpoint, uint32_t at, uint16_t len)
{
	return hcd_edpt_xfer(0, device, endpoint, model_memory + at, len);
}

int model_setup(uint8_t device, const uint8_t *setup)
{
	memcpy(model_memory, setup, 8);
	return hcd_setup_send(0, device, model_memory);
}

/* The device has written, or read; the controller tells so. */
void model_complete(uint8_t device, uint8_t endpoint, const uint8_t *data,
		    uint32_t len)
{
	hcd_event_t event = {
		.event_id = HCD_EVENT_XFER_COMPLETE,
		.dev_addr = device,
	};

	event.xfer_complete.ep_addr = endpoint;
	event.xfer_complete.len = len;
	event.xfer_complete.result = XFER_RESULT_SUCCESS;
	if (endpoint & 0x80) {
		memcpy(arrived, data, len);
		arrived_len = len;
	}
	dwc2_event(&event, false);
}

/* The device at the port is pulled out. */
void model_unplug(void)
{
	const hcd_event_t event = { .event_id = HCD_EVENT_DEVICE_REMOVE };

	model.connected = 0;
	dwc2_event(&event, false);
}

void model_interrupt(void)
{
	host_raise(MODEL_IRQ);
}

void model_counters(uint32_t *into)
{
	const struct usb_host_counters *counters = usb_host_counters();

	into[0] = counters->refused;
	into[1] = counters->timeouts;
	into[2] = counters->restarts;
}
