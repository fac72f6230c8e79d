/* SPDX-License-Identifier: BSD-3-Clause */
/* Where the controller is; of the board, which TinyUSB leaves to its user. */
#define USB_OTG_GLOBAL_BASE	0xfe980000
#define USB_IRQn		105
