/* SPDX-License-Identifier: BSD-3-Clause */
/* The USB host controller of the Raspberry Pi, and the task that runs it. */
#ifndef DWC2_H
#define DWC2_H

#include "../../mmio.h"
#include "firmware.h"
#include "usb.h"

struct dwc2 {
	/* From the board: */
	uintptr_t base;
	uint32_t irq;		/* DRIVER_IRQ_NONE: poll */
	firmware_property_t firmware;	/* switches its power; or NULL */
};

/*
 * Start the host's task, once; devices are found from then on. Does not wait
 * for any. USB_*.
 */
int dwc2_init(struct dwc2 *dev);

#endif /* DWC2_H */
