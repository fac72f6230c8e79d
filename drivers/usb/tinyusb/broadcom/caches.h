/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cache maintenance as TinyUSB asks for it: nothing, because drivers/usb/dwc2
 * does it for every transfer, with the addresses that the processor uses.
 */
#ifndef BROADCOM_CACHES_H
#define BROADCOM_CACHES_H

#define data_clean(start, size)			((void)(start), (void)(size))
#define data_invalidate(start, size)		((void)(start), (void)(size))
#define data_clean_and_invalidate(start, size)	((void)(start), (void)(size))

#endif /* BROADCOM_CACHES_H */
