/* SPDX-License-Identifier: BSD-3-Clause */
/* The controller's interrupt: TinyUSB asks, drivers/usb/dwc2 does it. */
#ifndef BROADCOM_INTERRUPTS_H
#define BROADCOM_INTERRUPTS_H

#include <stdbool.h>
#include <stdint.h>

/* For its device side, which is not built */
#define BP_EnableIRQ(number)	((void)(number))
#define BP_DisableIRQ(number)	((void)(number))

/* dwc2_bcm.h of TinyUSB 0.18 lacks this one, and its host driver calls it. */
void dwc2_int_set(uint8_t rhport, int role, bool enabled);

#endif /* BROADCOM_INTERRUPTS_H */
