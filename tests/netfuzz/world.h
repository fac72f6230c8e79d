/* SPDX-License-Identifier: BSD-3-Clause */
/* A device on the host, the stack above it, and what it sent. */
#ifndef NETFUZZ_WORLD_H
#define NETFUZZ_WORLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define FRAME_MAX	1514U

/* What the stack sent, as far as answers depend on it; all as on the wire */
struct seen {
	uint8_t frame[FRAME_MAX];
	size_t len;
	uint8_t dhcp_xid[4];
	uint8_t dns_id[2], dns_port[2];
	uint8_t dns_name[64];
	size_t dns_name_len;
	uint8_t tcp_ours[2], tcp_theirs[2];
	uint32_t tcp_next, tcp_expects;
	unsigned int sent, pongs, resets, data;
};

extern struct seen seen;
extern const uint8_t own_mac[6];

void world_start(void);
/* Hand over a frame; false when the stack had no buffer for it. */
bool world_receive(const uint8_t *frame, size_t len);
/*
 * Likewise of its first @p cut bytes; the others lie behind them in the
 * buffer, as of a frame that was there before. 60 bytes at most.
 */
bool world_receive_cut(const uint8_t *frame, size_t len, size_t cut);
void world_pass(uint32_t ms);
void world_link(bool up);
/* Of the interface; as on the wire, zeros without */
void world_address(uint8_t address[4]);

/* ---- Who uses the stack ---- */

void users_start(void);
void users_connect(void);
void users_ask(unsigned int number);
/* End every connection and let go of every packet. */
void users_stop(void);

/* ---- Frames that are too short ---- */

/* What is wrong, or NULL */
const char *runts_fail(void);

#endif /* NETFUZZ_WORLD_H */
