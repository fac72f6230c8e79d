/* SPDX-License-Identifier: BSD-3-Clause */
/* SD memory cards behind any controller of the class mmc. */
#ifndef SDCARD_H
#define SDCARD_H

#include "../mmc.h"

struct sdcard {
	struct block_device block;	/* usable after sdcard_init() */
	struct mmc_host *host;
	uint32_t id[4];			/* CID, to know it again */
	uint32_t relative_address;	/* RCA, in bits 31 to 16 */
	uint32_t clock_hz;		/* the limit of the mode it is in */
	uint8_t bits;			/* of its bus: 1 or 4 */
	bool high_capacity;		/* addressed by sectors, not by bytes */
	bool gone;			/* it did not answer any more */
};

/*
 * Find out what card is there, and bring it to its fastest mode; from a task.
 * BLOCK_OK, _NO_MEDIUM, _UNSUPPORTED, or whatever went wrong.
 */
int sdcard_init(struct sdcard *card, struct mmc_host *host);

#endif /* SDCARD_H */
