/* SPDX-License-Identifier: BSD-3-Clause */
/* What the machine that serves says of itself; it supplies these functions. */
#ifndef STATION_H
#define STATION_H

#include <stdint.h>

struct station {
	const char *board;	/* "made-up" */
	const char *title;	/* "Made-up board" */
	uint64_t uptime_ms;
	uint64_t ram_used_bytes;	/* image, stacks, heap, pools */
	uint64_t heap_free_bytes;
	uint64_t tasks;
	uint64_t rx_frames, tx_frames;
	uint64_t rx_lost;	/* dropped or bad */
	uint64_t tx_lost;
	uint64_t rounds_lost;	/* of readings that nobody took in time */
};

uint64_t station_uptime_ms(void);
void station_look(struct station *station);

#endif /* STATION_H */
