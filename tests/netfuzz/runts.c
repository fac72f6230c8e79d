/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Frames shorter than any on a wire, in buffers where the rest of a good one
 * lies: what was not received must not count.
 */
#include <string.h>

#include "frames.h"
#include "world.h"

/* IEEE 802.3's header and RFC 826's packet for IPv4 */
#define ARP_WHOLE	(14U + 28U)

/* RFC 826: a request for our own address; frame_make() asks for others too. */
static void ask_for_us(uint8_t *frame)
{
	frame_make(frame, ARP);
	memset(frame, 0xff, 6);
	frame[20] = 0;
	frame[21] = 1;
	world_address(frame + 38);
}

const char *runts_fail(void)
{
	uint8_t frame[2 * FRAME_MAX] = { 0 };
	unsigned int before;
	size_t cut;

	ask_for_us(frame);
	for (cut = 14; cut < ARP_WHOLE; cut++) {
		before = seen.sent;
		if (!world_receive_cut(frame, ARP_WHOLE, cut))
			return "no buffer";
		if (seen.sent != before)
			return "a question is answered that was cut off";
	}
	before = seen.sent;
	world_receive_cut(frame, ARP_WHOLE, ARP_WHOLE);
	return seen.sent == before + 1 ? NULL : "a whole one is not answered";
}
