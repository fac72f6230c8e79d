/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of the LAN9514's Ethernet function, reached by vendor requests.
 * Names: Microchip LAN9514 data sheet (DS00002306), Linux,
 * drivers/net/usb/smsc95xx.h, which has all of them with their bits.
 */
#ifndef LAN9514_REGS_H
#define LAN9514_REGS_H

#include <stddef.h>
#include <stdint.h>

/* System control and status registers, then those of the MAC */
struct lan9514_regs {
	uint32_t id_rev;	/* 0x000 ID_REV */
	uint32_t reserved0;
	uint32_t int_sts;	/* 0x008 INT_STS; 1 clears */
	uint32_t rx_cfg;	/* 0x00c RX_CFG */
	uint32_t tx_cfg;	/* 0x010 TX_CFG */
	uint32_t hw_cfg;	/* 0x014 HW_CFG */
	uint32_t rx_fifo_inf;	/* 0x018 RX_FIFO_INF */
	uint32_t tx_fifo_inf;	/* 0x01c TX_FIFO_INF */
	uint32_t pm_ctrl;	/* 0x020 PM_CTRL */
	uint32_t led_gpio_cfg;	/* 0x024 LED_GPIO_CFG */
	uint32_t reserved1[4];
	uint32_t burst_cap;	/* 0x038 BURST_CAP */
	uint32_t reserved2[12];
	uint32_t bulk_in_dly;	/* 0x06c BULK_IN_DLY */
	uint32_t reserved3[36];
	uint32_t mac_cr;	/* 0x100 MAC_CR */
	uint32_t addrh;		/* 0x104 ADDRH */
	uint32_t addrl;		/* 0x108 ADDRL */
	uint32_t reserved4[2];
	uint32_t mii_addr;	/* 0x114 MII_ADDR */
	uint32_t mii_data;	/* 0x118 MII_DATA */
	uint32_t flow;		/* 0x11c FLOW */
	uint32_t reserved5[4];
	uint32_t coe_cr;	/* 0x130 COE_CR */
};

/* What a vendor request calls a register */
#define LAN9514_REG(member)	offsetof(struct lan9514_regs, member)

#define LAN9514_AT(member, at) \
	_Static_assert(LAN9514_REG(member) == (at), #member)
LAN9514_AT(int_sts, 0x008);
LAN9514_AT(tx_cfg, 0x010);
LAN9514_AT(hw_cfg, 0x014);
LAN9514_AT(rx_fifo_inf, 0x018);
LAN9514_AT(pm_ctrl, 0x020);
LAN9514_AT(led_gpio_cfg, 0x024);
LAN9514_AT(burst_cap, 0x038);
LAN9514_AT(bulk_in_dly, 0x06c);
LAN9514_AT(mac_cr, 0x100);
LAN9514_AT(addrh, 0x104);
LAN9514_AT(addrl, 0x108);
LAN9514_AT(mii_addr, 0x114);
LAN9514_AT(mii_data, 0x118);
LAN9514_AT(flow, 0x11c);
LAN9514_AT(coe_cr, 0x130);

/* usb.ids: SMSC9512/9514 Fast Ethernet Adapter, behind 0424:9514, a hub */
#define LAN9514_VENDOR		0x0424U
#define LAN9514_PRODUCT		0xec00U

/* smsc95xx.h: USB_VENDOR_REQUEST_WRITE_REGISTER and _READ_REGISTER */
#define LAN9514_REQUEST_WRITE	0xa0U
#define LAN9514_REQUEST_READ	0xa1U

#define LAN9514_ID(rev)		((rev) >> 16)
#define LAN9514_ID_9512		0xec00U		/* and 9514 */

#define LAN9514_TX_CFG_ON	(1U << 2)

#define LAN9514_HW_CFG_BIR	(1U << 12)	/* NAK while it has nothing */
#define LAN9514_HW_CFG_RXDOFF	(3U << 9)	/* bytes before a frame */
#define LAN9514_HW_CFG_MEF	(1U << 5)	/* frames share transfers */
#define LAN9514_HW_CFG_LRST	(1U << 3)	/* reset; clears itself */
#define LAN9514_HW_CFG_BCE	(1U << 1)	/* up to BURST_CAP packets */

#define LAN9514_RX_FIFO_USED	0xffffU

#define LAN9514_PM_CTRL_PHY_RST	(1U << 4)	/* reset; clears itself */

/* Speed, link and duplex LEDs, and not pins */
#define LAN9514_LEDS		(1U << 24 | 1U << 20 | 1U << 16)

/* smsc95xx.c: DEFAULT_BULK_IN_DELAY, 137 us for more frames to come */
#define LAN9514_BULK_IN_DELAY	0x2000U
/* Universal Serial Bus Specification 2.0, 5.8.3: bulk at high speed */
#define LAN9514_USB_PACKET	512U

#define LAN9514_MAC_CR_RCVOWN	(1U << 23)	/* not what it sends itself */
#define LAN9514_MAC_CR_FDPX	(1U << 20)	/* full duplex */
#define LAN9514_MAC_CR_MCPAS	(1U << 19)	/* all groups */
#define LAN9514_MAC_CR_PRMS	(1U << 18)	/* everything */
#define LAN9514_MAC_CR_TXEN	(1U << 3)
#define LAN9514_MAC_CR_RXEN	(1U << 2)

#define LAN9514_MII_BUSY	(1U << 0)
#define LAN9514_MII_WRITE	(1U << 1)
#define LAN9514_MII_REG_SHIFT	6
#define LAN9514_MII_PHY_SHIFT	11
#define LAN9514_MII_DATA	0xffffU

/* Two words before a frame that is sent: TX_CMD_A and TX_CMD_B */
#define LAN9514_TX_HEAD		8U
#define LAN9514_TX_A_FIRST	(1U << 13)
#define LAN9514_TX_A_LAST	(1U << 12)
#define LAN9514_TX_LENGTH	0x7ffU

/* A word before one that was received; the frame ends with its FCS */
#define LAN9514_RX_HEAD		4U
#define LAN9514_RX_LENGTH_SHIFT	16
#define LAN9514_RX_LENGTH	0x3fffU
#define LAN9514_RX_FILTER_FAIL	(1U << 30)
#define LAN9514_RX_ERROR	(1U << 15)	/* summary */
#define LAN9514_RX_FCS		4U

#endif /* LAN9514_REGS_H */
