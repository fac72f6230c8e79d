/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Descriptors of devices: Universal Serial Bus Specification 2.0, 9.6.
 *
 * The host that reads them afterwards trusts their lengths and uses their
 * numbers as indices. No other includes than its own: tests run it alone.
 */
#include "usb_check.h"

/* 9.4, tables 9-4 and 9-5 */
#define GET_DESCRIPTOR		6U
#define DEVICE			1U
#define CONFIGURATION		2U
#define INTERFACE		4U
#define ENDPOINT		5U
/* Interface Association Descriptors ECN */
#define ASSOCIATION		11U

#define DEVICE_LEN		18U
#define CONFIGURATION_LEN	9U
#define INTERFACE_LEN		9U
#define ENDPOINT_LEN		7U
#define ASSOCIATION_LEN		8U

/* 11.23.1, bDeviceClass */
#define HUB_CLASS		9U

/* CFG_TUH_INTERFACE_MAX in tusb_config.h; a build compares them */
#define INTERFACES_MAX		8U

static size_t word(const uint8_t *at)
{
	return at[0] | (size_t)at[1] << 8;
}

/* 9.6.1; the first 8 bytes are asked for first. */
static bool device_is_good(const uint8_t *data, size_t len)
{
	const size_t shown = len < DEVICE_LEN ? 8 : DEVICE_LEN;
	const uint8_t packet = len < 8 ? 0 : data[7];

	if (len < shown || data[0] != DEVICE_LEN || data[1] != DEVICE)
		return false;
	/* Table 9-8, bMaxPacketSize0: "only 8, 16, 32, or 64 are valid" */
	if (packet != 8 && packet != 16 && packet != 32 && packet != 64)
		return false;
	return len < DEVICE_LEN || data[17] > 0;
}

/* One descriptor inside a configuration, known to lie wholly in it. */
static bool part_is_good(const struct usb_seen *seen, const uint8_t *data,
			 size_t len)
{
	switch (data[1]) {
	case INTERFACE:
		if (len < INTERFACE_LEN || data[2] >= INTERFACES_MAX)
			return false;
		/* 11.23.1: only a hub has the interface of one */
		return data[5] != HUB_CLASS || seen->device_class == HUB_CLASS;
	case ASSOCIATION:
		/* Its interfaces are numbered in a row. */
		return len >= ASSOCIATION_LEN && data[3] > 0
		       && data[2] + (unsigned int)data[3] <= INTERFACES_MAX;
	case ENDPOINT:
		/* Endpoint 0 is no endpoint of an interface. */
		return len >= ENDPOINT_LEN && (data[2] & 0x0f) && word(data + 4);
	default:
		return true;
	}
}

/* What follows an association is the interface it begins with. */
static bool order_is_good(const uint8_t *data, const uint8_t *before)
{
	if (!before)
		return data[1] == INTERFACE || data[1] == ASSOCIATION;
	if (before[1] == ASSOCIATION)
		return data[1] == INTERFACE && data[2] == before[2];
	return true;
}

static bool configuration_is_good(const struct usb_seen *seen,
				  const uint8_t *data, size_t len)
{
	const uint8_t *before = NULL;
	size_t total;
	size_t at;

	if (len < CONFIGURATION_LEN || data[0] != CONFIGURATION_LEN
	    || data[1] != CONFIGURATION)
		return false;
	total = word(data + 2);
	if (total < CONFIGURATION_LEN + INTERFACE_LEN)
		return false;
	/* Only its head was asked for: nothing else is read yet. */
	if (len == CONFIGURATION_LEN)
		return true;
	if (total != len)
		return false;
	for (at = CONFIGURATION_LEN; at < len; at += data[at]) {
		if (len - at < 2 || data[at] < 2 || data[at] > len - at)
			return false;
		if (!order_is_good(data + at, before)
		    || !part_is_good(seen, data + at, data[at]))
			return false;
		before = data + at;
	}
	return before[1] != ASSOCIATION;
}

bool usb_check_answer(struct usb_seen *seen, const uint8_t *setup,
		      const uint8_t *data, size_t len)
{
	/* From the device, standard, of the device: 9.3.1 */
	if (setup[0] != 0x80 || setup[1] != GET_DESCRIPTOR)
		return true;
	switch (setup[3]) {
	case DEVICE:
		if (!device_is_good(data, len))
			return false;
		seen->device_class = data[4];
		return true;
	case CONFIGURATION:
		return configuration_is_good(seen, data, len);
	default:
		return true;
	}
}
