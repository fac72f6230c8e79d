/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The USB host: what drivers of devices on the bus call beside TinyUSB's own
 * functions. All of them are for tasks.
 */
#ifndef DRIVERS_USB_H
#define DRIVERS_USB_H

#include <stdbool.h>
#include <stdint.h>

#include "tusb.h"
#include "host/usbh_pvt.h"

/* Numbered as NET_* in net.h, whose users start the host */
#define USB_OK			0
#define USB_ERR_TOO_MANY	(-1)	/* drivers; or the host runs already */
#define USB_ERR_CONTROLLER	(-4)	/* not there, or without power */
#define USB_ERR_INTERRUPT	(-5)	/* cannot be had */
#define USB_ERR_MEMORY		(-6)

/*
 * Universal Serial Bus Specification 2.0, 9.2.6.1: no request may take
 * longer.
 */
#define USB_REQUEST_MS		5000U

/* How often `poll` of a driver is called */
#define USB_POLL_MS		100U

/* A buffer that the controller writes into, of more than so many bytes, has
 * whole cache lines of its own (dma.h).
 */
#define USB_COPIED_MAX		64U

struct usb_host_counters {
	uint32_t attached;	/* devices that were enumerated */
	uint32_t refused;	/* descriptors that make no sense */
	uint32_t timeouts;	/* requests that were never answered */
	uint32_t restarts;	/* of the controller */
};

/*
 * The drivers in the image whose driver.toml says bus = "usb" get ready: made
 * by the build, called by the host before it starts. USB_*.
 */
int usb_host_drivers(void);

/*
 * Add a class driver, before the host is started. @p poll may be NULL; it is
 * called in the host's task, as all of TinyUSB's callbacks are.
 * USB_OK, or USB_ERR_TOO_MANY.
 */
int usb_host_add(const usbh_class_driver_t *driver, void (*poll)(void));

/* Stop all transfers of a device: none of its buffers is written after it. */
void usb_host_halt(uint8_t device);

/* Have the controller and all devices set up again, soon; also from an
 * interrupt.
 */
void usb_host_restart(void);

const struct usb_host_counters *usb_host_counters(void);

#endif /* DRIVERS_USB_H */
