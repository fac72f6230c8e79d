/* SPDX-License-Identifier: BSD-3-Clause */
/* The controller's interrupt, by the means of the shim. */
#include "FreeRTOS.h"

#define BP_EnableIRQ(number)	vPortEnableInterrupt(number)
#define BP_DisableIRQ(number)	vPortDisableInterrupt(number)

/* dwc2_bcm.h of TinyUSB 0.18 has none, and its host driver calls it. */
#define dwc2_int_set(rhport, role, enabled) \
	((void)(rhport), (void)(role), (enabled) \
	 ? BP_EnableIRQ(USB_IRQn) : BP_DisableIRQ(USB_IRQn))
