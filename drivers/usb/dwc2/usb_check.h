/* SPDX-License-Identifier: BSD-3-Clause */
/* Whether descriptors make sense, before anything relies on them. */
#ifndef USB_CHECK_H
#define USB_CHECK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What has been seen of the device that is being enumerated */
struct usb_seen {
	uint8_t device_class;
};

/*
 * The answer to GET_DESCRIPTOR (@p setup, 8 bytes) is @p len bytes at
 * @p data: true if it is none of a device or a configuration, or one that
 * can be read to its end without leaving it or the tables of the host.
 */
bool usb_check_answer(struct usb_seen *seen, const uint8_t *setup,
		      const uint8_t *data, size_t len);

#endif /* USB_CHECK_H */
