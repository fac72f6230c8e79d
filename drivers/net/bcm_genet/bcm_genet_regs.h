/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of GENET v5, of which no data sheet is public. Where nothing
 * else is said: Linux, drivers/net/ethernet/broadcom/genet/bcmgenet.h, and
 * bcmgenet.c for the layout of DMA since v4.
 */
#ifndef BCM_GENET_REGS_H
#define BCM_GENET_REGS_H

#include <stddef.h>
#include <stdint.h>

/* bcmgenet.h: TOTAL_DESC, DESC_INDEX */
#define BCM_GENET_DESCS		256
#define BCM_GENET_RING		16	/* the one all frames use by default */

/* bcmgenet.h: GENET_SYS_OFF */
struct bcm_genet_sys {
	uint32_t rev_ctrl;	/* 0x00 SYS_REV_CTRL */
	uint32_t port_ctrl;	/* 0x04 SYS_PORT_CTRL */
	uint32_t rbuf_flush;	/* 0x08 SYS_RBUF_FLUSH_CTRL */
	uint32_t tbuf_flush;	/* 0x0c SYS_TBUF_FLUSH_CTRL */
};

/* bcmgenet.h: uniMac intrl2 registers */
struct bcm_genet_intrl2 {
	uint32_t status;	/* 0x00 INTRL2_CPU_STAT */
	uint32_t set;		/* 0x04 INTRL2_CPU_SET */
	uint32_t clear;		/* 0x08 INTRL2_CPU_CLEAR */
	uint32_t mask_status;	/* 0x0c INTRL2_CPU_MASK_STATUS */
	uint32_t mask_set;	/* 0x10 INTRL2_CPU_MASK_SET */
	uint32_t mask_clear;	/* 0x14 INTRL2_CPU_MASK_CLEAR */
};

/* bcmgenet.h: UMAC_* */
struct bcm_genet_umac {
	uint32_t reserved0[2];
	uint32_t cmd;		/* 0x008 UMAC_CMD */
	uint32_t mac0;		/* 0x00c UMAC_MAC0 */
	uint32_t mac1;		/* 0x010 UMAC_MAC1 */
	uint32_t max_frame_len;	/* 0x014 UMAC_MAX_FRAME_LEN */
	uint32_t reserved1[199];
	uint32_t tx_flush;	/* 0x334 UMAC_TX_FLUSH */
	uint32_t reserved2[146];
	uint32_t mib_ctrl;	/* 0x580 UMAC_MIB_CTRL */
	uint32_t reserved3[36];
	uint32_t mdio_cmd;	/* 0x614 UMAC_MDIO_CMD */
	uint32_t reserved4[14];
	uint32_t mdf_ctrl;	/* 0x650 UMAC_MDF_CTRL */
};

/* bcmgenet.h: DMA Descriptor; they lie in the device */
struct bcm_genet_desc {
	uint32_t length_status;	/* 0x0 DMA_DESC_LENGTH_STATUS */
	uint32_t address_lo;	/* 0x4 DMA_DESC_ADDRESS_LO */
	uint32_t address_hi;	/* 0x8 DMA_DESC_ADDRESS_HI */
};

/*
 * bcmgenet.c: genet_dma_ring_regs_v4. "Here" is where the device is, "there"
 * where software is: TX reads and consumes here, RX writes and produces.
 */
struct bcm_genet_ring {
	uint32_t pointer_here;	/* 0x00 TDMA_READ_PTR, RDMA_WRITE_PTR */
	uint32_t pointer_here_hi;
	uint32_t index_here;	/* 0x08 TDMA_CONS_INDEX, RDMA_PROD_INDEX */
	uint32_t index_there;	/* 0x0c TDMA_PROD_INDEX, RDMA_CONS_INDEX */
	uint32_t buf_size;	/* 0x10 DMA_RING_BUF_SIZE */
	uint32_t start;		/* 0x14 DMA_START_ADDR */
	uint32_t start_hi;
	uint32_t end;		/* 0x1c DMA_END_ADDR */
	uint32_t end_hi;
	uint32_t done_threshold;	/* 0x24 DMA_MBUF_DONE_THRESH */
	uint32_t flow;		/* 0x28 TDMA_FLOW_PERIOD, RDMA_XON_XOFF */
	uint32_t pointer_there;	/* 0x2c TDMA_WRITE_PTR, RDMA_READ_PTR */
	uint32_t pointer_there_hi;
	uint32_t reserved[3];
};

/* bcmgenet.c: bcmgenet_dma_regs_v3plus, behind descriptors and rings */
struct bcm_genet_dma {
	struct bcm_genet_desc desc[BCM_GENET_DESCS];
	struct bcm_genet_ring ring[BCM_GENET_RING + 1];
	uint32_t ring_cfg;	/* 0x1040 DMA_RING_CFG */
	uint32_t ctrl;		/* 0x1044 DMA_CTRL */
	uint32_t status;	/* 0x1048 DMA_STATUS */
	uint32_t scb_burst;	/* 0x104c DMA_SCB_BURST_SIZE */
};

struct bcm_genet_regs {
	struct bcm_genet_sys sys;		/* 0x0000 GENET_SYS_OFF */
	uint32_t reserved0[31];
	uint32_t rgmii_oob;			/* 0x008c EXT_RGMII_OOB_CTRL */
	uint32_t reserved1[92];
	struct bcm_genet_intrl2 intrl2_0;	/* 0x0200 GENET_INTRL2_0_OFF */
	uint32_t reserved2[10];
	struct bcm_genet_intrl2 intrl2_1;	/* 0x0240 GENET_INTRL2_1_OFF */
	uint32_t reserved3[42];
	uint32_t rbuf_ctrl;			/* 0x0300 RBUF_CTRL */
	uint32_t reserved4[44];
	uint32_t tbuf_size;			/* 0x03b4 RBUF_TBUF_SIZE_CTRL */
	uint32_t reserved5[274];
	struct bcm_genet_umac umac;		/* 0x0800 GENET_UMAC_OFF */
	uint32_t reserved6[1131];
	struct bcm_genet_dma rdma;		/* 0x2000 rdma_offset */
	uint32_t reserved7[1004];
	struct bcm_genet_dma tdma;		/* 0x4000 tdma_offset */
};

#define BCM_GENET_AT(member, at) \
	_Static_assert(offsetof(struct bcm_genet_regs, member) == (at), #member)
BCM_GENET_AT(sys.port_ctrl, 0x0004);
BCM_GENET_AT(sys.rbuf_flush, 0x0008);
BCM_GENET_AT(rgmii_oob, 0x008c);
BCM_GENET_AT(intrl2_0.mask_clear, 0x0214);
BCM_GENET_AT(intrl2_1.mask_set, 0x0250);
BCM_GENET_AT(rbuf_ctrl, 0x0300);
BCM_GENET_AT(tbuf_size, 0x03b4);
BCM_GENET_AT(umac.cmd, 0x0808);
BCM_GENET_AT(umac.mac0, 0x080c);
BCM_GENET_AT(umac.max_frame_len, 0x0814);
BCM_GENET_AT(umac.tx_flush, 0x0b34);
BCM_GENET_AT(umac.mib_ctrl, 0x0d80);
BCM_GENET_AT(umac.mdio_cmd, 0x0e14);
BCM_GENET_AT(umac.mdf_ctrl, 0x0e50);
BCM_GENET_AT(rdma.ring[0], 0x2c00);
BCM_GENET_AT(rdma.ring[BCM_GENET_RING], 0x3000);
BCM_GENET_AT(rdma.ring_cfg, 0x3040);
BCM_GENET_AT(tdma.desc[0], 0x4000);
BCM_GENET_AT(tdma.ring[BCM_GENET_RING].pointer_there, 0x502c);
BCM_GENET_AT(tdma.scb_burst, 0x504c);

/* bcmgenet.c, bcmgenet_set_hw_params: bits 27:24; 6 is v5 */
#define BCM_GENET_REV_MAJOR(rev)	(((rev) >> 24) & 0xfU)
#define BCM_GENET_REV_V5		6U

#define BCM_GENET_PORT_EXT_GPHY		3U	/* PORT_MODE_EXT_GPHY */

/* bcmgenet.c, bcmgenet_umac_reset: bit 1 resets the MAC's receive side */
#define BCM_GENET_RBUF_FLUSH_RESET	(1U << 1)

#define BCM_GENET_RGMII_LINK		(1U << 4)
#define BCM_GENET_RGMII_OOB_DISABLE	(1U << 5)
#define BCM_GENET_RGMII_MODE_EN		(1U << 6)
#define BCM_GENET_RGMII_ID_MODE_DIS	(1U << 16)

/* bcmgenet.h: INTRL2 instance 0; instance 1 is for the rings 0 to 15 */
#define BCM_GENET_IRQ_RXDMA_DONE	(1U << 13) /* UMAC_IRQ_RXDMA_MBDONE */
#define BCM_GENET_IRQ_TXDMA_DONE	(1U << 16) /* UMAC_IRQ_TXDMA_MBDONE */

#define BCM_GENET_CMD_TX_EN		(1U << 0)
#define BCM_GENET_CMD_RX_EN		(1U << 1)
#define BCM_GENET_CMD_SPEED_10		(0U << 2)
#define BCM_GENET_CMD_SPEED_100		(1U << 2)
#define BCM_GENET_CMD_SPEED_1000	(2U << 2)
#define BCM_GENET_CMD_SPEED		(3U << 2)
#define BCM_GENET_CMD_PROMISC		(1U << 4)
#define BCM_GENET_CMD_CRC_FWD		(1U << 6)
#define BCM_GENET_CMD_RX_PAUSE_IGNORE	(1U << 8)
#define BCM_GENET_CMD_HD_EN		(1U << 10)
#define BCM_GENET_CMD_SW_RESET		(1U << 13)
#define BCM_GENET_CMD_LCL_LOOP_EN	(1U << 15)
#define BCM_GENET_CMD_TX_PAUSE_IGNORE	(1U << 28)

#define BCM_GENET_MIB_RESET		7U	/* RX, runts and TX */

#define BCM_GENET_MDIO_BUSY		(1U << 29)
#define BCM_GENET_MDIO_FAIL		(1U << 28)
#define BCM_GENET_MDIO_READ		(2U << 26)
#define BCM_GENET_MDIO_WRITE		(1U << 26)
#define BCM_GENET_MDIO_PHY_SHIFT	21
#define BCM_GENET_MDIO_REG_SHIFT	16
#define BCM_GENET_MDIO_DATA		0xffffU

/* bcmgenet.h: Tx/Rx DMA descriptor bits; the length is 31:16 */
#define BCM_GENET_DESC_LENGTH_SHIFT	16
#define BCM_GENET_DESC_LENGTH		0xfffU	/* DMA_BUFLENGTH_MASK */
#define BCM_GENET_DESC_EOP		(1U << 14)
#define BCM_GENET_DESC_SOP		(1U << 13)
#define BCM_GENET_DESC_TX_QTAG		(0x3fU << 7)
#define BCM_GENET_DESC_TX_CRC		(1U << 6)	/* append it */
/* Too long, odd nibble, PHY's error, CRC, overflow: DMA_RX_LG to DMA_RX_OV */
#define BCM_GENET_DESC_RX_ERRORS	0x1fU

/* bcmgenet.h: DMA_EN, DMA_RING_BUF_EN_SHIFT; DMA_DISABLED */
#define BCM_GENET_DMA_EN		(1U << 0)
#define BCM_GENET_DMA_RING_EN		(1U << (BCM_GENET_RING + 1))
#define BCM_GENET_DMA_DISABLED		(1U << 0)
#define BCM_GENET_DMA_INDEX		0xffffU
#define BCM_GENET_DMA_DISCARDS_SHIFT	16	/* of RDMA_PROD_INDEX */
/* bcmgenet.c, bcmgenet_desc_rx: a write of 0 clears them, not the index */
#define BCM_GENET_DMA_DISCARDS_MANY	0xc000U
#define BCM_GENET_DMA_RING_SIZE_SHIFT	16
/* bcmgenet.h: DMA_FC_THRESH_LO and _HI, stop at 5 free, go on at 16 */
#define BCM_GENET_DMA_XON_XOFF		(5U << 16 | 16U)
/* U-Boot, bcmgenet.c: DMA_MAX_BURST_LENGTH; larger ones fail on BCM2711 */
#define BCM_GENET_DMA_BURST		8U

#endif /* BCM_GENET_REGS_H */
