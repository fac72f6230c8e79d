/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ethernet PHYs: found, reset and asked for what was negotiated. One MAC,
 * one PHY. All functions are for tasks, block for milliseconds at most
 * (mii_init: half a second), and end also when nothing answers.
 */
#ifndef MII_H
#define MII_H

#include "../net.h"
#include "mii_regs.h"

struct mii;

/* How a MAC reaches the registers of the PHY at `mii->address`. */
struct mii_ops {
	/* The 16 bits of a register, or NET_ERR_* */
	int (*read)(struct mii *mii, uint8_t reg);
	/* NET_* */
	int (*write)(struct mii *mii, uint8_t reg, uint16_t value);
};

struct mii {
	/* From the MAC's driver: */
	const struct mii_ops *ops;
	bool mac_is_gigabit;
	/*
	 * RGMII wants each clock 2 ns behind its data. Whether the PHY
	 * delays that to the MAC, and that from it, is the board's choice:
	 * phy-mode "rgmii-rxid", "rgmii-txid" and so on.
	 */
	bool delays_rx, delays_tx;
	/* Found by mii_init(): */
	uint8_t address;
	bool gigabit;	/* both can */
	uint32_t id;	/* PHYID1 and PHYID2 */
};

struct mii_link {
	bool up;
	bool full_duplex;
	uint16_t mbps;	/* 10, 100 or 1000 */
};

/*
 * Find the PHY, reset it, and let it negotiate. NET_ERR_NO_DEVICE: none
 * answers. NET_ERR_TIMEOUT: it, or MDIO, does not get ready.
 */
int mii_init(struct mii *mii);

/*
 * Of mii_init(): set the delays of those PHYs that are known; the others
 * keep what their pins say, as PHYs without RGMII do. NET_*
 */
int mii_set_delays(struct mii *mii);

/*
 * What the link is now. A link that was away since the last call is down
 * once, even if it is back: the partner may be another. NET_*
 */
int mii_poll(struct mii *mii, struct mii_link *link);

#endif /* MII_H */
