/* SPDX-License-Identifier: BSD-3-Clause */
/* Allwinner's EMAC, the Ethernet of the A64. */
#ifndef SUN8I_EMAC_H
#define SUN8I_EMAC_H

#include "../../mmio.h"
#include "mac.h"
#include "sun8i_emac_regs.h"

struct sun8i_emac {
	struct mac mac;		/* first: this is a network device */
	/* From the board: */
	uintptr_t base;
	uintptr_t syscon;	/* system control: how the PHY is wired */
	uintptr_t ccu;		/* clock and reset of the bus */
	uintptr_t sid;		/* what is different in each chip */
	uint32_t irq;		/* DRIVER_IRQ_NONE: poll */
	/* The driver's own: */
	uint32_t overflows;
	struct sun8i_emac_desc tx[MAC_TX_SLOTS];
	struct sun8i_emac_desc rx[MAC_RX_SLOTS];
};

/*
 * Find the PHY and offer the device to the network; from a task, once. The
 * address is that in `mac.net.address` if the board knows one, or else made
 * of the chip's own number, as U-Boot makes it. Pins and the PHY's supply
 * are as firmware has set them. NET_*
 */
int sun8i_emac_init(struct sun8i_emac *dev);

#endif /* SUN8I_EMAC_H */
