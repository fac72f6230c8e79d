/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: who uses a network device, with a pool of frames in
 * dma_memory. Plain declarations at the end: cffi reads them too.
 */
#ifndef DRIVERS_NET_TEST_H
#define DRIVERS_NET_TEST_H

#include "net.h"

#define USER_FRAMES	64

/* After memory_reset(): a full pool, no device. */
void user_reset(void);

/* For a device's model: a frame has left on the wire. */
void wire_put(const uint8_t *bytes, uint32_t len);

/* ---- What Python calls; see the CDEF of the tests ---- */

uint32_t wire_sent(uint8_t *into);
int user_start(void);
void user_stop(void);
int user_promiscuous(uint32_t on);
int user_send(const uint8_t *bytes, uint32_t len);
uint32_t user_received(uint8_t *into);
void user_limit(uint32_t frames);
void user_shift(uint32_t bytes);
uint32_t user_out(void);
uint32_t user_faults(void);
uint32_t user_events(uint32_t *link_changes);
uint32_t user_link(void);
uint32_t user_attached(void);
void user_counters(uint32_t *six);
void user_address(uint8_t *into);

#endif /* DRIVERS_NET_TEST_H */
