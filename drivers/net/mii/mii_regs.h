/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers that every PHY has: IEEE 802.3-2018, clauses 22, 28 and 40. */
#ifndef MII_REGS_H
#define MII_REGS_H

/* 22.2.4, table 22-6: management register set */
#define MII_BMCR		0	/* Control */
#define MII_BMSR		1	/* Status */
#define MII_PHYID1		2	/* PHY Identifier */
#define MII_PHYID2		3	/* PHY Identifier */
#define MII_ANAR		4	/* Auto-Negotiation Advertisement */
#define MII_ANLPAR		5	/* ... Link Partner Base Page Ability */
#define MII_GTCR		9	/* MASTER-SLAVE Control */
#define MII_GTSR		10	/* MASTER-SLAVE Status */
#define MII_ESR			15	/* Extended Status */

/* 22.2.4.1, table 22-7: Control */
#define MII_BMCR_ANRESTART	(1U << 9)	/* Restart Auto-Negotiation */
#define MII_BMCR_ANENABLE	(1U << 12)	/* Auto-Negotiation Enable */
#define MII_BMCR_RESET		(1U << 15)	/* Reset */

/* 22.2.4.2, table 22-8: Status */
#define MII_BMSR_ESTATUS	(1U << 8)	/* Extended Status */
#define MII_BMSR_LINK		(1U << 2)	/* Link Status; latches 0 */
#define MII_BMSR_ANCOMPLETE	(1U << 5)	/* Auto-Negotiation Complete */

/* 28.2.4.1.3 and 28.2.4.1.4; annex 28B.2: Technology Ability Field */
#define MII_AN_SELECTOR		(1U << 0)	/* IEEE 802.3 */
#define MII_AN_10		(1U << 5)	/* 10BASE-T */
#define MII_AN_10_FULL		(1U << 6)	/* 10BASE-T full duplex */
#define MII_AN_100		(1U << 7)	/* 100BASE-TX */
#define MII_AN_100_FULL		(1U << 8)	/* 100BASE-TX full duplex */
#define MII_AN_ALL \
	(MII_AN_10 | MII_AN_10_FULL | MII_AN_100 | MII_AN_100_FULL)

/* 40.5.1.1, table 40-3: MASTER-SLAVE Control and Status */
#define MII_GTCR_1000_FULL	(1U << 9)	/* 1000BASE-T full duplex */
#define MII_GTSR_1000_FULL	(1U << 11)	/* Partner is capable of it */

/* 22.2.4.4, table 22-9: Extended Status */
#define MII_ESR_1000T_FULL	(1U << 13)	/* 1000BASE-T full duplex */

/* 22.2.4.5.5: PHY Address, five bits */
#define MII_ADDRESSES		32
/* 22.2.4.1.1: a reset takes 0.5 s at most */
#define MII_RESET_MS		500

/*
 * BCM54213PE: Linux, include/linux/brcmphy.h, PHY_ID_BCM54213PE less its
 * revision; registers behind MII_BCM54XX_AUX_CTL and MII_BCM54XX_SHD.
 */
#define BCM54213PE_ID			0x600d84a0U
#define BCM54213PE_ID_MASK		0xfffffff0U
#define BCM54213PE_AUX_CTL		0x18
#define BCM54213PE_AUX_MISC		0x0007U
#define BCM54213PE_AUX_MISC_READ	0x7007U
#define BCM54213PE_AUX_MISC_WRITE	0x8007U
#define BCM54213PE_AUX_MISC_DATA	0x0ff8U
#define BCM54213PE_AUX_MISC_RX_SKEW	0x0100U	/* delays RXC */
#define BCM54213PE_SHADOW		0x1c
#define BCM54213PE_SHADOW_CLK		0x0c00U	/* 3 in bits 14:10 */
#define BCM54213PE_SHADOW_CLK_WRITE	0x8c00U
#define BCM54213PE_SHADOW_DATA		0x03ffU
#define BCM54213PE_CLK_GTX_DELAY	0x0200U	/* delays GTXCLK */

/*
 * RTL8211E: Linux, drivers/net/phy/realtek: 0x001cc915 by all 32 bits;
 * extension page 0xa4, which page 7 gives access to.
 */
#define RTL8211E_ID			0x001cc915U
#define RTL8211E_ID_MASK		0xffffffffU
#define RTL8211E_DELAY			0x1c	/* of extension page 0xa4 */
#define RTL8211E_DELAY_PAGE		0x00a4U
#define RTL8211E_DELAY_FORCE		(1U << 13) /* and not by the pins */
#define RTL8211E_DELAY_TX		(1U << 12)
#define RTL8211E_DELAY_RX		(1U << 11)
#define RTL8211E_EXT_PAGE		0x1e
#define RTL8211E_PAGE			0x1f
#define RTL8211E_PAGE_EXT		0x0007U

#endif /* MII_REGS_H */
