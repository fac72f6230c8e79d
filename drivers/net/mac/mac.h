/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ethernet MACs that move frames by DMA between memory and two rings of
 * descriptors: all of such a driver that is not registers. One task serves
 * the rings, watches the link, and resets a MAC that got stuck.
 *
 * Each slot of the receive ring has a frame as long as the device is
 * started. When no other is left, a received frame is dropped and its buffer
 * stays in the ring: so that the ring never runs dry.
 */
#ifndef MAC_H
#define MAC_H

#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "../net.h"
#include "mii.h"

/* Powers of two: a free-running index of 16 bits stays in step. */
#define MAC_TX_SLOTS	16U
#define MAC_RX_SLOTS	32U
/* Whole cache lines; more than a frame with VLAN tag and FCS (1522) */
#define MAC_RX_SIZE	1536U

/* The answers of rx_look() and tx_look() beside a length or NET_OK */
#define MAC_EMPTY	(-100)	/* the device has not done this one yet */
#define MAC_BAD		(-101)	/* done, but it is no good frame */

struct mac;

/*
 * The registers. Only tx_put() is called while interrupts are masked; the
 * others are called by one task at a time. Slots are used in turn from 0 on.
 */
struct mac_ops {
	/* Into a known state: rings empty, nothing enabled. NET_* */
	int (*reset)(struct mac *mac);
	/* After reset(), and an rx_put() for each slot: begin. */
	void (*run)(struct mac *mac, const struct mii_link *link);
	/* When it returns, the device touches no memory any more. */
	void (*halt)(struct mac *mac);
	/* Let the interrupt come, or not; what came meanwhile comes then. */
	void (*interrupt)(struct mac *mac, bool on);
	/* Before the rings are looked at: later events interrupt anew. */
	void (*acknowledge)(struct mac *mac);
	/* An address of memory, MAC_RX_SIZE bytes, for the slot */
	void (*rx_put)(struct mac *mac, unsigned int slot, uint64_t address);
	/* Bytes of the frame without FCS, MAC_EMPTY or MAC_BAD */
	int (*rx_look)(struct mac *mac, unsigned int slot);
	void (*tx_put)(struct mac *mac, unsigned int slot, uint64_t address,
		       unsigned int len);
	/* NET_OK, MAC_EMPTY or MAC_BAD */
	int (*tx_look)(struct mac *mac, unsigned int slot);
	/* Frames that the device had no place for since the last call */
	uint32_t (*lost)(struct mac *mac);
	/* Whether it is known to need a reset */
	bool (*stuck)(struct mac *mac);
	/* Apply mac->promiscuous; NULL: it always is. */
	void (*filter)(struct mac *mac);
};

struct mac {
	struct net_device net;		/* first: this is a network device */
	const struct mac_ops *ops;
	struct mii mii;
	bool polled;			/* no interrupt comes */

	/* The library's own: */
	TaskHandle_t task;
	SemaphoreHandle_t pass;		/* who works on the device */
	StaticSemaphore_t pass_memory;
	bool started;
	volatile bool running;		/* the rings are in use */
	bool promiscuous;
	volatile bool send_waits;	/* somebody was told NET_ERR_BUSY */
	struct mii_link link;
	TickType_t link_seen;		/* when it was asked for last */
	struct net_frame *rx[MAC_RX_SLOTS];
	struct net_frame *tx[MAC_TX_SLOTS];
	unsigned int rx_next;		/* slot that is filled next */
	volatile uint16_t tx_head, tx_tail; /* free-running */
	TickType_t tx_moved;		/* when one was done, or the first put */
	bool rx_good;			/* one of the last pass was */
	uint32_t rx_seen;		/* frames since the last look at lost */
};

/*
 * With `net.name`, `net.address`, `ops`, `mii` and `polled` set: find the PHY
 * and offer the device to the network; from a task, once. NET_*
 */
int mac_init(struct mac *mac);

/* From the interrupt handler. */
void mac_interrupt(struct mac *mac);

#endif /* MAC_H */
