/* SPDX-License-Identifier: BSD-3-Clause */
/* For host tests: a model of an SD card, for the model of a controller. */
#ifndef SDCARD_MODEL_H
#define SDCARD_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#define SDCARD_MODEL_SECTORS	256	/* that have memory behind them */

enum sdcard_block {
	SDCARD_BLOCK_GOOD,
	SDCARD_BLOCK_BAD,	/* its CRC does not fit */
	SDCARD_BLOCK_NONE	/* it does not come */
};

/* A card, and what goes wrong with it; set by the test at any time */
struct sdcard_model {
	uint32_t present;
	uint32_t version;	/* of the specification: 1 or 2 */
	uint32_t high_capacity;
	uint32_t sectors_said;	/* in its CSD */
	uint32_t sectors_real;
	uint32_t serial;	/* in its CID */
	uint32_t read_only;
	uint32_t one_bit_only;
	uint32_t no_high_speed;
	uint32_t power_up;	/* ACMD41 that it is not yet ready for */
	uint32_t no_voltage;	/* it does not work at 3.3 V */
	uint32_t complains_at_end; /* of sectors behind its last */
	uint32_t fails;		/* card status bits of the next transfer */
	/* From the n-th block of data on, counted down; 0: none */
	uint32_t bad_block, bad_blocks;
	uint32_t no_block, no_blocks;
	uint32_t leaves_at;	/* it is pulled out at this block */
	uint32_t silent;	/* commands that it does not answer */
	uint32_t garbled;	/* answers whose CRC does not fit */
	uint32_t busy;		/* looks until it is ready after a write */
};

struct sdcard_model *sdcard_model(void);

/* Power: as after insertion. */
void sdcard_model_reset(void);

/* Bits of the answer: 0 (none), 48, or 136; the answer as in mmc.h. */
uint32_t sdcard_model_command(uint32_t index, uint32_t argument, uint32_t hz,
			      uint32_t *answer, bool *garbled);

/* The next block to the controller; its bus is so wide and so fast. */
enum sdcard_block sdcard_model_read(uint8_t *data, uint32_t size,
				    uint32_t bits, uint32_t hz);
enum sdcard_block sdcard_model_write(const uint8_t *data, uint32_t size,
				     uint32_t bits, uint32_t hz);

/* What is on the card, seen from outside. */
uint8_t *sdcard_model_memory(void);

#endif /* SDCARD_MODEL_H */
