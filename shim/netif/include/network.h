/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The network of the board: lwIP over every network device that appears. An
 * address comes from DHCP, and anew when a link was lost and came back;
 * nothing of it ends: a server or a link that is not there is waited for.
 * Applications then use sockets, as lwip/sockets.h has them.
 */
#ifndef NETWORK_H
#define NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum network_event {
	NETWORK_DEVICE,		/* a device appeared and was started */
	NETWORK_BROKEN,		/* a device appeared and cannot be used */
	NETWORK_LINK_UP,
	NETWORK_LINK_DOWN,
	NETWORK_UP,		/* there is an address, or another one */
	NETWORK_DOWN,		/* the address is gone */
	NETWORK_NO_SERVER,	/* no DHCP server answers; asking goes on */
};

/* Addresses are in network byte order, 0: none. */
struct network_status {
	const char *device;	/* its driver; NULL: there is none yet */
	uint8_t hardware[6];
	bool link;
	uint32_t address, mask, gateway, dns;
	uint64_t up_ms;		/* from boot to the first address; 0: none */
	int error;		/* NETWORK_BROKEN: a negative errno */

	uint32_t link_losses;
	uint32_t leases;	/* addresses from DHCP, the first included */
	uint32_t requests;	/* to a server in vain, since there is none */

	uint32_t rx_frames, rx_dropped, rx_errors;
	uint32_t tx_frames, tx_dropped, tx_errors;
	uint32_t bad_packets;	/* of a protocol of ours, refused by lwIP */
	uint32_t out_of_memory;	/* times that lwIP had none */
	uint32_t rx_buffers_free, tx_buffers_free;
	uint32_t memory_used, memory_most, memory_size;	/* lwIP's, bytes */
};

/*
 * From lwIP's thread, which may not wait; @p status is of the device that
 * it is about.
 */
typedef void (*network_watch_t)(enum network_event event,
				const struct network_status *status);

/*
 * Start lwIP and use every network device that is there or will be; a task
 * calls it once. @p watch may be NULL.
 */
void network_start(network_watch_t watch);

/* Wait until there is an address, @p timeout_ms at most: whether there is. */
bool network_wait(uint32_t timeout_ms);

/* Of the device that is the way out, or of the first. */
void network_status(struct network_status *status);

/* A line for people, without its end: "network: up 10.0.2.15/24 ...". */
void network_text(char *buf, size_t size, enum network_event event,
		  const struct network_status *status);

/* Print that line: a watch for network_start(). */
void network_print(enum network_event event,
		   const struct network_status *status);

#endif /* NETWORK_H */
