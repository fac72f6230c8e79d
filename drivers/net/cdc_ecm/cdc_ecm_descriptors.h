/* SPDX-License-Identifier: BSD-3-Clause */
/* What a device says of itself: bytes that nobody has looked at before. */
#ifndef CDC_ECM_DESCRIPTORS_H
#define CDC_ECM_DESCRIPTORS_H

#include <stddef.h>
#include <stdint.h>

#define CDC_ECM_OK		0
#define CDC_ECM_ERR_LENGTH	(-1)	/* a descriptor leaves its container */
#define CDC_ECM_ERR_ABSENT	(-2)	/* no Ethernet function in it */
#define CDC_ECM_ERR_INCOMPLETE	(-3)	/* one without what it must have */

#define CDC_ECM_ENDPOINT_LEN	7U

/* An Ethernet function: where its parts are. */
struct cdc_ecm_function {
	uint8_t configuration;	/* bConfigurationValue */
	uint8_t control;	/* interface numbers */
	uint8_t data;
	uint8_t setting;	/* of the data interface, with endpoints */
	uint8_t address_string;	/* iMACAddress */
	uint16_t frame_max;	/* wMaxSegmentSize */
	uint8_t in[CDC_ECM_ENDPOINT_LEN];	/* descriptors, as they came */
	uint8_t out[CDC_ECM_ENDPOINT_LEN];
};

/*
 * Find the first Ethernet function in a configuration descriptor of @p len
 * bytes. CDC_ECM_*; @p function is only complete with CDC_ECM_OK.
 */
int cdc_ecm_parse(const uint8_t *data, size_t len,
		  struct cdc_ecm_function *function);

/*
 * Read a station address from a string descriptor: 12 digits of UTF-16.
 * CDC_ECM_OK; CDC_ECM_ERR_LENGTH; CDC_ECM_ERR_INCOMPLETE when it is none, or
 * one of a group.
 */
int cdc_ecm_parse_address(const uint8_t *data, size_t len, uint8_t address[6]);

#endif /* CDC_ECM_DESCRIPTORS_H */
