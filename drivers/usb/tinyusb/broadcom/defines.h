/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the controller is: a constant, which TinyUSB wants when compiled. */
#ifndef BROADCOM_DEFINES_H
#define BROADCOM_DEFINES_H

#include <board_addresses.h>

#define USB_OTG_GLOBAL_BASE	DWC2_BASE
/* Not used: dwc2_int_set() knows the interrupt */
#define USB_IRQn		0

#endif /* BROADCOM_DEFINES_H */
