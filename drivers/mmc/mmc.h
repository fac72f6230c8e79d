/* SPDX-License-Identifier: BSD-3-Clause */
/* Controllers of SD cards: what one provides to whatever speaks to the card. */
#ifndef DRIVERS_MMC_H
#define DRIVERS_MMC_H

#include "../block/block.h"

/* SD Physical Layer Simplified Specification 3.01, 4.9: responses */
enum mmc_response {
	MMC_RESPONSE_NONE,
	MMC_RESPONSE_R1,	/* also R6, R7: 32 bits with CRC and index */
	MMC_RESPONSE_R1B,	/* the same, then the card may be busy */
	MMC_RESPONSE_R2,	/* 136 bits */
	MMC_RESPONSE_R3,	/* 32 bits without CRC and index */
};

struct mmc_command {
	uint8_t index;		/* 0 to 63 */
	enum mmc_response kind;
	uint32_t argument;
	/*
	 * The answer. R2: bits 127 to 8 of the card's register, bit 8 lowest
	 * in answer[0]; all others: answer[0].
	 */
	uint32_t answer[4];
	/* Data, if any: exactly one of the two is not NULL. */
	uint8_t *read;
	const uint8_t *write;
	uint16_t block_size;	/* bytes: 8 to 512, a multiple of 4 */
	uint16_t blocks;
};

struct mmc_host;

/* A controller counts nothing and tries nothing twice. Tasks only. */
struct mmc_host_ops {
	/* Begin anew: 1 bit wide, 400 kHz, the card powered. BLOCK_* */
	int (*reset)(struct mmc_host *host);
	/*
	 * BLOCK_OK, _TIMEOUT (no answer), _CRC, _CONTROLLER, _NO_INTERRUPT.
	 * After an error recover() comes first.
	 */
	int (*command)(struct mmc_host *host, struct mmc_command *command);
	/* Forget the command and its data; the card may not have. BLOCK_* */
	int (*recover)(struct mmc_host *host);
	/* As fast as it can, but not faster; with the timing of High Speed. */
	int (*clock)(struct mmc_host *host, uint32_t hz, bool high_speed);
	void (*four_bits)(struct mmc_host *host);
};

struct mmc_host {
	const struct mmc_host_ops *ops;
};

#endif /* DRIVERS_MMC_H */
