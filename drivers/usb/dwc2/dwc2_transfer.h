/* SPDX-License-Identifier: BSD-3-Clause */
/* Between TinyUSB's host and its driver of the controller. */
#ifndef DWC2_TRANSFER_H
#define DWC2_TRANSFER_H

#include "FreeRTOS.h"
#include "usb.h"

/* Forget all transfers: the controller was reset. */
void dwc2_transfers_begin(void);

/*
 * Whether a control transfer has waited for longer than USB_REQUEST_MS; asked
 * every USB_POLL_MS, which it counts: when the machine was stopped for a
 * while, as an emulator may be, no device is to blame.
 */
bool dwc2_control_is_stuck(void);

/* What went through since the start */
extern struct usb_host_counters dwc2_counters;

#endif /* DWC2_TRANSFER_H */
