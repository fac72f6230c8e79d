/* SPDX-License-Identifier: BSD-3-Clause */
/* Broadcom GENET v5, the gigabit Ethernet of the Raspberry Pi 4. */
#ifndef BCM_GENET_H
#define BCM_GENET_H

#include "../../firmware/firmware.h"
#include "../../mmio.h"
#include "mac.h"

struct bcm_genet {
	struct mac mac;		/* first: this is a network device */
	/* From the board: */
	uintptr_t base;
	uint32_t irq;		/* DRIVER_IRQ_NONE: poll */
	uint32_t absent;	/* this machine lacks it */
	firmware_property_t firmware;	/* knows the address; or NULL */
	/* The driver's own: */
	uint16_t rx_index;	/* free-running: descriptors given back */
	uint16_t rx_first;	/* rx_index of slot 0 */
	uint16_t rx_ready;	/* frames known to be there */
	uint16_t rx_discards;	/* the device's count at the last look */
	uint16_t tx_index;	/* free-running: descriptors filled */
	uint16_t tx_first;	/* tx_index of slot 0 */
	uint16_t tx_seen;	/* free-running: descriptors known sent */
	bool confused;		/* the device claims what cannot be */
};

/*
 * Find the device and its PHY and offer it to the network; from a task,
 * once. The address is that in `mac.net.address` if there is one, or what
 * the firmware says, or what it left in the MAC. NET_*
 */
int bcm_genet_init(struct bcm_genet *dev);

#endif /* BCM_GENET_H */
