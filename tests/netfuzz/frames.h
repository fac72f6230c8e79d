/* SPDX-License-Identifier: BSD-3-Clause */
/* Frames that are well formed, and what makes them otherwise. */
#ifndef NETFUZZ_FRAMES_H
#define NETFUZZ_FRAMES_H

#include <stddef.h>
#include <stdint.h>

enum kind {
	ARP, OFFER, ACK, NAK, NAME, PING, DATAGRAM, KEPT, OPENING, SEGMENT,
	FRAGMENT, UNREACHABLE, BACK, NOISE, KINDS
};

extern const char *const kind_names[KINDS];

void random_seed(uint64_t seed);
uint32_t below(uint32_t limit);

/* A frame of this kind, as an answer where it is one; its length. */
size_t frame_make(uint8_t *frame, enum kind kind);
/* Change something; the new length. */
size_t frame_mutate(uint8_t *frame, size_t len);
/* Make its checksums right, as far as it has any. */
void frame_finish(uint8_t *frame, size_t len);

#endif /* NETFUZZ_FRAMES_H */
