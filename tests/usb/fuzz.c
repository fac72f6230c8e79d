/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Descriptors that no device should send, for what reads them: usb_check.c
 * and cdc_ecm_descriptors.c. `fuzz COUNT SEED` tries so many; the same seed
 * tries the same ones. Each lies in memory of its exact size, so that
 * AddressSanitizer sees a read past its end.
 */
#include <assert.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cdc_ecm_descriptors.h"
#include "usb_check.h"

#define LEN_MAX		600U

/* Of QEMU's usb-net: its configuration with ECM, and its device descriptor */
static const uint8_t ecm[] = {
	0x09, 0x02, 0x50, 0x00, 0x02, 0x01, 0x08, 0xc0, 0x32,
	0x09, 0x04, 0x00, 0x00, 0x01, 0x02, 0x06, 0x00, 0x05,
	0x05, 0x24, 0x00, 0x10, 0x01,
	0x05, 0x24, 0x06, 0x00, 0x01,
	0x0d, 0x24, 0x0f, 0x03, 0x00, 0x00, 0x00, 0x00, 0xea, 0x05, 0x00, 0x00, 0x00,
	0x07, 0x05, 0x81, 0x03, 0x10, 0x00, 0x20,
	0x09, 0x04, 0x01, 0x00, 0x00, 0x0a, 0x00, 0x00, 0x00,
	0x09, 0x04, 0x01, 0x01, 0x02, 0x0a, 0x00, 0x00, 0x04,
	0x07, 0x05, 0x82, 0x02, 0x40, 0x00, 0x00,
	0x07, 0x05, 0x02, 0x02, 0x40, 0x00, 0x00,
};
static const uint8_t device[] = {
	0x12, 0x01, 0x00, 0x02, 0x02, 0x00, 0x00, 0x40, 0x25, 0x05, 0xa2, 0xa4,
	0x00, 0x00, 0x01, 0x02, 0x03, 0x02,
};
static const uint8_t address[] = {
	0x1a, 0x03, '4', 0, '0', 0, '5', 0, '4', 0, '0', 0, '0', 0,
	'1', 0, '2', 0, '3', 0, '4', 0, '5', 0, '6', 0,
};

static uint64_t state;

/* G. Marsaglia, Xorshift RNGs (2003), 64 bits */
static uint64_t random64(void)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

static size_t below(size_t limit)
{
	return limit ? random64() % limit : 0;
}

/* ---- Making them ---- */

static void change_byte(uint8_t *data, size_t len)
{
	static const uint8_t edges[] = { 0, 1, 2, 7, 8, 9, 0x7f, 0x80, 0xff };

	if (len)
		data[below(len)] = below(2) ? (uint8_t)random64()
					    : edges[below(sizeof(edges))];
}

/* Copy a piece over, or a descriptor behind another place. */
static void copy_piece(uint8_t *data, size_t len)
{
	size_t from = below(len), to = below(len);
	size_t size = below(len - (from > to ? from : to) + 1);

	memmove(data + to, data + from, size);
}

static void agree_on_length(uint8_t *data, size_t len)
{
	if (len > 3) {
		data[2] = (uint8_t)len;
		data[3] = (uint8_t)(len >> 8);
	}
}

static size_t make(uint8_t *data)
{
	const uint8_t *seeds[] = { ecm, ecm, ecm, device, address };
	const size_t sizes[] = { sizeof(ecm), sizeof(ecm), sizeof(ecm),
				 sizeof(device), sizeof(address) };
	size_t which = below(5), len = sizes[which], changes = below(8);

	memcpy(data, seeds[which], len);
	if (below(4) == 0)
		len = below(len + 1);
	while (below(3) == 0 && len + sizeof(ecm) < LEN_MAX) {
		memcpy(data + len, ecm + 9, sizeof(ecm) - 9);
		len += sizeof(ecm) - 9;
	}
	if (below(20) == 0)
		for (len = below(LEN_MAX); changes < len; changes++)
			data[changes] = (uint8_t)random64();
	while (changes--) {
		if (below(4))
			change_byte(data, len);
		else
			copy_piece(data, len);
		if (changes > LEN_MAX)
			break;
	}
	if (which < 3 && below(2))
		agree_on_length(data, len);
	return len;
}

/* ---- What must hold of those that are taken ---- */

static unsigned int word(const uint8_t *at)
{
	return at[0] | (unsigned int)at[1] << 8;
}

/* Read as the host does that trusts it: every index is in its table. */
static void read_configuration(const struct usb_seen *seen,
			       const uint8_t *data, size_t len)
{
	size_t at, in_a_row = 0;

	for (at = data[0]; at < len; at += data[at]) {
		assert(len - at >= 2 && data[at] >= 2 && data[at] <= len - at);
		if (data[at + 1] == 11)
			in_a_row = data[at + 3];
		if (data[at + 1] == 4) {
			assert(data[at + 2] + (in_a_row ? in_a_row : 1) <= 8);
			assert(data[at + 5] != 9 || seen->device_class == 9);
			in_a_row = 0;
		}
	}
	assert(at == len);
}

static unsigned long try_check(const uint8_t *data, size_t len)
{
	const uint8_t setup[8] = { 0x80, 6, 0, (uint8_t)(1 + below(4)) };
	struct usb_seen seen = { (uint8_t)(below(2) ? 9 : 2) };

	if (!usb_check_answer(&seen, setup, data, len))
		return 0;
	if (setup[3] == 1)
		assert(len >= 8 && data[7] >= 8 && data[7] <= 64);
	if (setup[3] == 2 && len > 9)
		read_configuration(&seen, data, len);
	return 1;
}

static void check_endpoint(const uint8_t *at, unsigned int in)
{
	assert(at[0] >= 7 && at[1] == 5 && (at[2] & 0x80U) == in);
	assert((at[2] & 0x0f) && (at[3] & 3) == 2);
	assert(word(at + 4) >= 8 && word(at + 4) <= 512);
}

static unsigned long try_parse(const uint8_t *data, size_t len)
{
	struct cdc_ecm_function function;
	int rc = cdc_ecm_parse(data, len, &function);

	assert(rc <= 0 && rc >= CDC_ECM_ERR_INCOMPLETE);
	if (rc)
		return 0;
	check_endpoint(function.in, 0x80);
	check_endpoint(function.out, 0);
	assert(function.address_string && function.frame_max >= 60);
	assert(function.configuration == data[5]);
	return 1;
}

static unsigned long try_address(const uint8_t *data, size_t len)
{
	uint8_t found[6];

	if (cdc_ecm_parse_address(data, len, found))
		return 0;
	assert(!(found[0] & 1));
	return 1;
}

int main(int argc, char *argv[])
{
	unsigned long count = argc > 1 ? strtoul(argv[1], NULL, 10) : 1000;
	unsigned long i, checked = 0, parsed = 0, addresses = 0;
	static uint8_t made[LEN_MAX + sizeof(ecm)];

	state = argc > 2 ? strtoul(argv[2], NULL, 10) * 2 + 1 : 1;
	for (i = 0; i < count; i++) {
		size_t len = make(made);
		uint8_t *exact = malloc(len ? len : 1);

		memcpy(exact, made, len);
		checked += try_check(exact, len);
		parsed += try_parse(exact, len);
		addresses += try_address(exact, len);
		free(exact);
	}
	printf("%lu inputs: %lu passed the check, %lu are functions, "
	       "%lu addresses\n", count, checked, parsed, addresses);
	return 0;
}
