/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of the EMAC: A64 User Manual V1.1, EMAC, register list and
 * description; names as there. Bits that it leaves out have their source.
 */
#ifndef SUN8I_EMAC_REGS_H
#define SUN8I_EMAC_REGS_H

#include <stddef.h>
#include <stdint.h>

/* A64 User Manual V1.1, EMAC: register list */
struct sun8i_emac_regs {
	uint32_t basic_ctl0;	/* 0x00 Basic Control Register 0 */
	uint32_t basic_ctl1;	/* 0x04 Basic Control Register 1 */
	uint32_t int_sta;	/* 0x08 Interrupt Status; 1 clears */
	uint32_t int_en;	/* 0x0c Interrupt Enable */
	uint32_t tx_ctl0;	/* 0x10 Transmit Control Register 0 */
	uint32_t tx_ctl1;	/* 0x14 Transmit Control Register 1 */
	uint32_t reserved0;
	uint32_t tx_flow_ctl;	/* 0x1c Transmit Flow Control */
	uint32_t tx_desc_list;	/* 0x20 Transmit Descriptor List Address */
	uint32_t rx_ctl0;	/* 0x24 Receive Control Register 0 */
	uint32_t rx_ctl1;	/* 0x28 Receive Control Register 1 */
	uint32_t reserved1[2];
	uint32_t rx_desc_list;	/* 0x34 Receive Descriptor List Address */
	uint32_t rx_frm_flt;	/* 0x38 Receive Frame Filter */
	uint32_t reserved2[3];
	uint32_t mii_cmd;	/* 0x48 Management Interface Command */
	uint32_t mii_data;	/* 0x4c Management Interface Data */
	uint32_t addr_high;	/* 0x50 MAC Address 0 High */
	uint32_t addr_low;	/* 0x54 MAC Address 0 Low */
	uint32_t reserved3[22];
	uint32_t tx_dma_sta;	/* 0xb0 Transmit DMA Status */
	uint32_t reserved4[3];
	uint32_t rx_dma_sta;	/* 0xc0 Receive DMA Status */
};

#define SUN8I_EMAC_AT(member, at) \
	_Static_assert(offsetof(struct sun8i_emac_regs, member) == (at), \
		       #member)
SUN8I_EMAC_AT(int_sta, 0x08);
SUN8I_EMAC_AT(tx_ctl1, 0x14);
SUN8I_EMAC_AT(tx_flow_ctl, 0x1c);
SUN8I_EMAC_AT(tx_desc_list, 0x20);
SUN8I_EMAC_AT(rx_ctl0, 0x24);
SUN8I_EMAC_AT(rx_ctl1, 0x28);
SUN8I_EMAC_AT(rx_desc_list, 0x34);
SUN8I_EMAC_AT(rx_frm_flt, 0x38);
SUN8I_EMAC_AT(mii_cmd, 0x48);
SUN8I_EMAC_AT(mii_data, 0x4c);
SUN8I_EMAC_AT(addr_high, 0x50);
SUN8I_EMAC_AT(addr_low, 0x54);
SUN8I_EMAC_AT(tx_dma_sta, 0xb0);
SUN8I_EMAC_AT(rx_dma_sta, 0xc0);

/* 0x00 BASIC_CTL0 */
#define SUN8I_EMAC_CTL0_DUPLEX		(1U << 0)
#define SUN8I_EMAC_CTL0_SPEED_1000	(0U << 2)
#define SUN8I_EMAC_CTL0_SPEED_10	(2U << 2)
#define SUN8I_EMAC_CTL0_SPEED_100	(3U << 2)
#define SUN8I_EMAC_CTL0_SPEED		(3U << 2)

/* 0x04 BASIC_CTL1; Linux and U-Boot: bursts of 8 */
#define SUN8I_EMAC_CTL1_SOFT_RST	(1U << 0)
#define SUN8I_EMAC_CTL1_BURST_8		(8U << 24)

/* 0x08 INT_STA and 0x0c INT_EN */
#define SUN8I_EMAC_INT_TX		(1U << 0)
#define SUN8I_EMAC_INT_TX_BUF_UA	(1U << 2)
#define SUN8I_EMAC_INT_RX		(1U << 8)
#define SUN8I_EMAC_INT_RX_BUF_UA	(1U << 9)
#define SUN8I_EMAC_INT_RX_DMA_STOPPED	(1U << 10)
#define SUN8I_EMAC_INT_RX_OVERFLOW	(1U << 12)

/* 0x10 TX_CTL0, 0x24 RX_CTL0: the transmitter's, the receiver's */
#define SUN8I_EMAC_CTL0_EN		(1U << 31)

/* 0x14 TX_CTL1, 0x28 RX_CTL1 */
#define SUN8I_EMAC_CTL1_DMA_START	(1U << 31)
#define SUN8I_EMAC_CTL1_DMA_EN		(1U << 30)
#define SUN8I_EMAC_CTL1_MD		(1U << 1) /* whole frames at a time */
#define SUN8I_EMAC_TX_CTL1_FLUSH	(1U << 0)
#define SUN8I_EMAC_RX_CTL1_ERR_FRM	(1U << 3) /* bad frames come, too */
/* Linux, dwmac-sun8i.c: the manual is silent, the maker's driver is not */
#define SUN8I_EMAC_TX_CTL1_NEXT_FRM	(1U << 2)

/* 0x38 RX_FRM_FLT */
#define SUN8I_EMAC_FLT_RX_ALL		(1U << 0)
#define SUN8I_EMAC_FLT_ALL_MULTICAST	(1U << 16)

/* 0x48 MII_CMD; AHB2 is 200 or 300 MHz (U-Boot), MDC 2.5 MHz at most */
#define SUN8I_EMAC_MII_BUSY		(1U << 0)
#define SUN8I_EMAC_MII_WR		(1U << 1)
#define SUN8I_EMAC_MII_REG_SHIFT	4
#define SUN8I_EMAC_MII_PHY_SHIFT	12
#define SUN8I_EMAC_MII_MDC_DIV_128	(3U << 20)
#define SUN8I_EMAC_MII_DATA		0xffffU

/* 0xb0 TX_DMA_STA, 0xc0 RX_DMA_STA: bits 2:0 */
#define SUN8I_EMAC_DMA_STA		7U
#define SUN8I_EMAC_DMA_STOP		0U
#define SUN8I_EMAC_TX_DMA_SUSPEND	6U
#define SUN8I_EMAC_RX_DMA_SUSPEND	4U

/* A64 User Manual V1.1, EMAC: transmit and receive descriptors */
struct sun8i_emac_desc {
	volatile uint32_t status;	/* 1st word */
	volatile uint32_t size;		/* 2nd word: control and size */
	volatile uint32_t address;	/* 3rd word */
	volatile uint32_t next;		/* 4th word */
} __attribute__((aligned(64)));	/* each in a cache line of its own */
_Static_assert(offsetof(struct sun8i_emac_desc, next) == 12, "next");

#define SUN8I_EMAC_DESC_OWN		(1U << 31)	/* the device's */
/* 1st word, transmitted: carrier, late and too many collisions, too long
 * deferred, underflow
 */
#define SUN8I_EMAC_DESC_TX_ERRORS \
	(1U << 14 | 1U << 10 | 1U << 9 | 1U << 8 | 1U << 2 | 1U << 1)
/* 2nd word, to transmit; U-Boot: bit 24, "next" is a descriptor */
#define SUN8I_EMAC_DESC_TX_INT		(1U << 31)
#define SUN8I_EMAC_DESC_TX_LAST		(1U << 30)
#define SUN8I_EMAC_DESC_TX_FIRST	(1U << 29)
#define SUN8I_EMAC_DESC_CHAIN		(1U << 24)
#define SUN8I_EMAC_DESC_SIZE		0x7ffU
/* 1st word, received; the length is with FCS */
#define SUN8I_EMAC_DESC_RX_LENGTH_SHIFT	16
#define SUN8I_EMAC_DESC_RX_LENGTH	0x3fffU
#define SUN8I_EMAC_DESC_RX_FIRST	(1U << 9)
#define SUN8I_EMAC_DESC_RX_LAST		(1U << 8)
/* Addresses, no room, overflow, collision, length, PHY, CRC: what U-Boot
 * takes for errors, less the two of checksums, which are not asked for
 */
#define SUN8I_EMAC_DESC_RX_ERRORS \
	(1U << 30 | 1U << 14 | 1U << 13 | 1U << 11 | 1U << 6 | 1U << 4 \
	 | 1U << 3 | 1U << 1)
#define SUN8I_EMAC_FCS			4

/* A64 User Manual V1.1, System Control: 0x30 EMAC clock register */
#define SUN8I_EMAC_SYSCON_CLK		0x30
#define SUN8I_EMAC_CLK_RMII_EN		(1U << 13)
#define SUN8I_EMAC_CLK_EPIT_RGMII	(1U << 2)
#define SUN8I_EMAC_CLK_ETCS_EXT		1U	/* RMII: from the PHY */
#define SUN8I_EMAC_CLK_ETCS_INT		2U	/* RGMII: internal */

/* A64 User Manual V1.1, CCU: 0x60 Bus Clock Gating Register 0, 0x2c0 Bus
 * Software Reset Register 0; both have bit 17 for EMAC
 */
#define SUN8I_EMAC_CCU_GATE		0x60
#define SUN8I_EMAC_CCU_RESET		0x2c0
#define SUN8I_EMAC_CCU_EMAC		(1U << 17)

/* Linux, drivers/nvmem/sunxi_sid.c: the A64's 128 bits are from 0x200 on */
#define SUN8I_EMAC_SID			0x200

#endif /* SUN8I_EMAC_REGS_H */
