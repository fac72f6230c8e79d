/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a board's firmware knows: properties, by tag, as those of the
 * VideoCore of a Raspberry Pi. A driver says `firmware = true` in its
 * driver.toml and gets a field of this type from the board.
 */
#ifndef DRIVERS_FIRMWARE_H
#define DRIVERS_FIRMWARE_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#define FIRMWARE_OK		0
#define FIRMWARE_ERR		(-1)	/* none is there, or it refused */

/*
 * One property: @p value holds the request, and then the answer. Returns the
 * answer's length in bytes, or something negative. Waits for the firmware
 * without giving way; fails when another task is in a call.
 */
typedef int (*firmware_property_t)(uint32_t tag, void *value, size_t size);

/* Wiki of github.com/raspberrypi/firmware, Mailbox property interface */
#define FIRMWARE_BOARD_MAC	0x00010003U
#define FIRMWARE_CLOCK_RATE	0x00030002U
#define FIRMWARE_TEMPERATURE	0x00030006U
#define FIRMWARE_MAX_TEMPERATURE 0x0003000aU

/* Calls take far less than a tick: who is in one has left it soon. */
#define FIRMWARE_TRIES		100U

/*
 * A property that answers @p id with one number, such as a clock's rate.
 * FIRMWARE_OK or _ERR; from a task.
 */
static inline int firmware_get(firmware_property_t call, uint32_t tag,
			       uint32_t id, uint32_t *number)
{
	uint32_t words[2];
	uint32_t tries;

	if (!call)
		return FIRMWARE_ERR;
	for (tries = 0; tries < FIRMWARE_TRIES; tries++) {
		words[0] = id;
		words[1] = 0;
		if (call(tag, words, sizeof(words)) == (int)sizeof(words)) {
			*number = words[1];
			return FIRMWARE_OK;
		}
		vTaskDelay(1);
	}
	return FIRMWARE_ERR;
}

static inline int firmware_clock_hz(firmware_property_t call, uint32_t clock,
				    uint32_t *hz)
{
	int rc = firmware_get(call, FIRMWARE_CLOCK_RATE, clock, hz);

	/* Mailbox interface, Get clock rate: 0 when there is no such clock */
	return rc || !*hz ? FIRMWARE_ERR : FIRMWARE_OK;
}

/* The Ethernet address of the board, six bytes. FIRMWARE_OK or _ERR */
static inline int firmware_mac_address(firmware_property_t call, uint8_t *address)
{
	uint8_t answer[8] = { 0 };
	uint32_t tries;

	if (!call)
		return FIRMWARE_ERR;
	for (tries = 0; tries < FIRMWARE_TRIES; tries++) {
		/* Six bytes, and at least: QEMU answers in whole words. */
		if (call(FIRMWARE_BOARD_MAC, answer, sizeof(answer)) >= 6) {
			memcpy(address, answer, 6);
			return FIRMWARE_OK;
		}
		vTaskDelay(1);
	}
	return FIRMWARE_ERR;
}

#endif /* DRIVERS_FIRMWARE_H */
