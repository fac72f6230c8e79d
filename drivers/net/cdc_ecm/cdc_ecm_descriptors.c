/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Descriptors of Ethernet functions: USB 2.0, 9.6; CDC120, 5.2; ECM120, 5.4.
 * No other includes than its own: tests run it alone.
 */
#include <stdbool.h>
#include <string.h>

#include "cdc_ecm_descriptors.h"

/* USB 2.0, table 9-5 */
#define CONFIGURATION		2U
#define STRING			3U
#define INTERFACE		4U
#define ENDPOINT		5U
/* CDC120, table 12 */
#define CS_INTERFACE		0x24U

#define CONFIGURATION_LEN	9U
#define INTERFACE_LEN		9U
#define UNION_LEN		5U
#define ETHERNET_LEN		13U

/* CDC120, table 13; ECM120, table 3 */
#define SUBTYPE_UNION		0x06U
#define SUBTYPE_ETHERNET	0x0fU

/* CDC120, 4.2, 4.3, 4.5; ECM120, table 1 */
#define CLASS_CONTROL		0x02U
#define SUBCLASS_ETHERNET	0x06U
#define CLASS_DATA		0x0aU

/* USB 2.0, table 9-13 */
#define ENDPOINT_IN		0x80U
#define ENDPOINT_NUMBER		0x0fU
#define TRANSFER_TYPE		0x03U
#define BULK			2U

/* USB 2.0, 5.8.3: 8 to 64 at full speed, 512 at high speed */
#define PACKET_MIN		8U
#define PACKET_MAX		512U

/* IEEE 802.3-2018, 3.2.7: a header and 46 bytes at least */
#define FRAME_MIN		60U

/* Where the walk through a configuration is, and what it found */
struct walk {
	struct cdc_ecm_function *function;
	bool in_control;	/* in the interface that controls */
	bool in_data;
	bool has_control;
	bool has_union;
	bool has_ethernet;
	bool has_in;
	bool has_out;
};

static uint16_t word(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static bool is_done(const struct walk *walk)
{
	return walk->has_control && walk->has_ethernet && walk->has_in
	       && walk->has_out;
}

/* A data interface is the function's if the union says so, or lacks. */
static bool is_its_data(const struct walk *walk, const uint8_t *at)
{
	if (!walk->has_control || at[5] != CLASS_DATA)
		return false;
	return !walk->has_union || walk->function->data == at[2];
}

static void see_interface(struct walk *walk, const uint8_t *at)
{
	walk->in_control = at[5] == CLASS_CONTROL && at[6] == SUBCLASS_ETHERNET
			   && !walk->has_control;
	walk->in_data = is_its_data(walk, at);
	if (walk->in_control) {
		walk->has_control = true;
		walk->function->control = at[2];
	}
	if (walk->in_data) {
		/* Each setting has endpoints of its own; the first has none. */
		walk->has_in = false;
		walk->has_out = false;
		walk->function->data = at[2];
		walk->function->setting = at[3];
	}
}

static void see_functional(struct walk *walk, const uint8_t *at, size_t len)
{
	struct cdc_ecm_function *function = walk->function;

	if (!walk->in_control || len < 3)
		return;
	if (at[2] == SUBTYPE_UNION && len >= UNION_LEN) {
		walk->has_union = true;
		function->data = at[4];
	} else if (at[2] == SUBTYPE_ETHERNET && len >= ETHERNET_LEN) {
		walk->has_ethernet = at[3] && word(at + 8) >= FRAME_MIN;
		function->address_string = at[3];
		function->frame_max = word(at + 8);
	}
}

static bool is_packet_size(uint16_t size)
{
	return size >= PACKET_MIN && size <= PACKET_MAX && !(size & (size - 1));
}

static void see_endpoint(struct walk *walk, const uint8_t *at)
{
	const bool in = at[2] & ENDPOINT_IN;

	if (!walk->in_data || (at[3] & TRANSFER_TYPE) != BULK
	    || !(at[2] & ENDPOINT_NUMBER) || !is_packet_size(word(at + 4)))
		return;
	if (in && !walk->has_in) {
		memcpy(walk->function->in, at, CDC_ECM_ENDPOINT_LEN);
		walk->has_in = true;
	} else if (!in && !walk->has_out) {
		memcpy(walk->function->out, at, CDC_ECM_ENDPOINT_LEN);
		walk->has_out = true;
	}
}

/* One descriptor that lies wholly in its container. */
static void see(struct walk *walk, const uint8_t *at, size_t len)
{
	if (at[1] == INTERFACE && len >= INTERFACE_LEN)
		see_interface(walk, at);
	else if (at[1] == CS_INTERFACE)
		see_functional(walk, at, len);
	else if (at[1] == ENDPOINT && len >= CDC_ECM_ENDPOINT_LEN)
		see_endpoint(walk, at);
}

int cdc_ecm_parse(const uint8_t *data, size_t len,
		  struct cdc_ecm_function *function)
{
	struct walk walk = { .function = function };
	size_t total;
	size_t at;

	memset(function, 0, sizeof(*function));
	if (len < CONFIGURATION_LEN || data[0] < CONFIGURATION_LEN
	    || data[1] != CONFIGURATION)
		return CDC_ECM_ERR_LENGTH;
	total = word(data + 2);
	if (total > len || data[0] > total)
		return CDC_ECM_ERR_LENGTH;
	function->configuration = data[5];
	for (at = data[0]; at < total && !is_done(&walk); at += data[at]) {
		if (total - at < 2 || data[at] < 2 || data[at] > total - at)
			return CDC_ECM_ERR_LENGTH;
		see(&walk, data + at, data[at]);
	}
	if (is_done(&walk))
		return CDC_ECM_OK;
	return walk.has_control ? CDC_ECM_ERR_INCOMPLETE : CDC_ECM_ERR_ABSENT;
}

/* ---- The station address ---- */

static int digit(uint16_t character)
{
	if (character >= '0' && character <= '9')
		return character - '0';
	if (character >= 'A' && character <= 'F')
		return character - 'A' + 10;
	if (character >= 'a' && character <= 'f')
		return character - 'a' + 10;
	return -1;
}

int cdc_ecm_parse_address(const uint8_t *data, size_t len, uint8_t address[6])
{
	size_t i;

	/* 2 bytes of head, 12 characters of 2 bytes: ECM120, table 3 */
	if (len < 26 || data[0] < 26 || data[1] != STRING)
		return CDC_ECM_ERR_LENGTH;
	for (i = 0; i < 6; i++) {
		int high = digit(word(data + 2 + 4 * i));
		int low = digit(word(data + 4 + 4 * i));

		if (high < 0 || low < 0)
			return CDC_ECM_ERR_INCOMPLETE;
		address[i] = (uint8_t)(high << 4 | low);
	}
	/* IEEE 802.3-2018, 3.2.3: the first bit says that it is a group's */
	return address[0] & 1 ? CDC_ECM_ERR_INCOMPLETE : CDC_ECM_OK;
}
