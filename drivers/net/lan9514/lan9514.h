/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The Ethernet function of the LAN9514, USB hub and Ethernet of the
 * Raspberry Pi 3. (The 3B+ has a LAN7515, which is another device.)
 *
 * One task of the driver does everything: what others do, the USB host and
 * who sends, is to leave something for it. So requests to the device may
 * block, and no lock is held while they do.
 */
#ifndef LAN9514_H
#define LAN9514_H

#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "../../firmware/firmware.h"
#include "lan9514_regs.h"
#include "mii.h"
#include "net.h"

/* Frames that wait to be sent, beside the one on its way */
#define LAN9514_QUEUE		8U
/* What comes in one transfer: packets, less than BURST_CAP can say */
#define LAN9514_RX_PACKETS	16U
#define LAN9514_RX_BYTES	(LAN9514_RX_PACKETS * LAN9514_USB_PACKET)
#define LAN9514_TX_BYTES	1536U

struct lan9514 {
	struct net_device net;	/* first: this is a network device */
	struct mii mii;
	firmware_property_t firmware;	/* knows the address; or NULL */
	TaskHandle_t task;
	SemaphoreHandle_t pass;	/* who works on frames */
	StaticSemaphore_t pass_memory;

	/* From the USB host: */
	volatile bool present;
	volatile bool arrived;	/* since the task looked */
	volatile bool rx_done, tx_done;
	volatile uint32_t rx_len;
	volatile bool rx_good, tx_good;

	/* From the user: */
	volatile bool started;
	volatile bool promiscuous;
	volatile bool send_waits;
	struct net_frame *queue, *queue_last;
	unsigned int queued;

	/* The task's: */
	bool known;		/* to the network */
	bool ready;		/* set up */
	volatile int set_up;	/* how the last set-up went: NET_* */
	uint32_t mac_cr;	/* as the device has it */
	struct mii_link link;
	TickType_t looked;	/* at the link */
	bool rx_posted, tx_posted;
	bool rx_paused;		/* it failed: not before the next look */
	uint32_t rx_seen;	/* transfers since the last look */
	bool tx_ends_packet;	/* a packet of no bytes must follow */
	TickType_t tx_since;

	/* Whole cache lines each: the USB host moves them by DMA. */
	uint8_t rx[LAN9514_RX_BYTES]
		__attribute__((aligned(NET_BUFFER_ALIGN)));
	uint8_t tx[LAN9514_TX_BYTES]
		__attribute__((aligned(NET_BUFFER_ALIGN)));
};

/* There is one on a board. */
extern struct lan9514 lan9514;

/*
 * Add the driver to the USB host; usb_host_drivers() calls it. USB_*. The
 * device's address is that in `net.address` if there is one, or what the
 * firmware says, or that of an EEPROM.
 */
int lan9514_init(firmware_property_t firmware);

/* ---- What the USB host tells: lan9514.c ---- */

/* A device is configured, its endpoints are open. NET_* */
int lan9514_arrived(void);
void lan9514_left(void);
/* A transfer that was begun is done, or has failed. */
void lan9514_received(bool good, uint32_t len);
void lan9514_transmitted(bool good);

/* ---- How the USB host is asked: lan9514_usb.c, or a model of it ---- */

/* A register; blocks until there is an answer. NET_* */
int lan9514_usb_read(uint16_t reg, uint32_t *value);
int lan9514_usb_write(uint16_t reg, uint32_t value);
/* Begin a transfer; false: not now. */
bool lan9514_usb_receive(uint8_t *data, uint16_t len);
bool lan9514_usb_transmit(uint8_t *data, uint16_t len);
/* Set up the device again, as if it had been plugged in anew. */
void lan9514_usb_restart(void);

/* ---- Registers: lan9514_setup.c; all block ---- */

/* Reset it, find the PHY, and let it negotiate. NET_* */
int lan9514_set_up(struct lan9514 *dev);
/* Apply what user and link want of the MAC, if it is not so yet. NET_* */
int lan9514_set_mac(struct lan9514 *dev);

#endif /* LAN9514_H */
