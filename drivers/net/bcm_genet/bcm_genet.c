/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Broadcom GENET v5. Descriptors lie in the device, 256 for each direction;
 * ring 16, which takes all frames unless filters say otherwise, gets as many
 * of them as the MAC library has slots. Device and software each count, in
 * 16 bits, what they have done: the differences say whose a descriptor is.
 */
#include "bcm_genet.h"
#include "bcm_genet_regs.h"

/* IEEE 802.3-2018, 22.2.2.13: 64 bits of MDIO at 2.5 MHz take 26 us. */
#define BCM_GENET_MDIO_SPINS	1000
#define BCM_GENET_MDIO_TICKS	pdMS_TO_TICKS(10)
/* Linux, bcmgenet.h: DMA_TIMEOUT_VAL, 5 ms */
#define BCM_GENET_DMA_TICKS	(pdMS_TO_TICKS(5) + 1)
/* With VLAN tag and FCS: Linux, ENET_MAX_MTU_SIZE allows a bit more */
#define BCM_GENET_FRAME_MAX	1536U

static inline struct bcm_genet *bcm_genet_of(struct mac *mac)
{
	return (struct bcm_genet *)mac;
}

static inline volatile struct bcm_genet_regs *
bcm_genet_regs(const struct bcm_genet *dev)
{
	return (volatile struct bcm_genet_regs *)dev->base;
}

static void bcm_genet_change(volatile uint32_t *reg, uint32_t clear,
			     uint32_t set)
{
	mmio_write32(reg, (mmio_read32(reg) & ~clear) | set);
}

/* ---- MDIO ---- */

/* Start a command and wait for its end. The register, or NET_ERR_TIMEOUT */
static int bcm_genet_mdio(struct mii *mii, uint32_t command)
{
	struct mac *mac = (struct mac *)((uintptr_t)mii
					 - offsetof(struct mac, mii));
	volatile uint32_t *reg = &bcm_genet_regs(bcm_genet_of(mac))
				  ->umac.mdio_cmd;
	TickType_t end = xTaskGetTickCount() + BCM_GENET_MDIO_TICKS + 1;
	unsigned int spins = 0;

	command |= (uint32_t)mii->address << BCM_GENET_MDIO_PHY_SHIFT;
	mmio_write32(reg, command);
	mmio_write32(reg, command | BCM_GENET_MDIO_BUSY);
	for (;;) {
		uint32_t value = mmio_read32(reg);

		if (!(value & BCM_GENET_MDIO_BUSY))
			return (int)value;
		if (++spins < BCM_GENET_MDIO_SPINS)
			continue;
		if ((int32_t)(xTaskGetTickCount() - end) > 0)
			return NET_ERR_TIMEOUT;
		vTaskDelay(1);
	}
}

static int bcm_genet_mdio_read(struct mii *mii, uint8_t reg)
{
	int value = bcm_genet_mdio(mii, BCM_GENET_MDIO_READ
			| (uint32_t)reg << BCM_GENET_MDIO_REG_SHIFT);

	if (value < 0)
		return value;
	if (value & (int)BCM_GENET_MDIO_FAIL)
		return NET_ERR_NO_DEVICE;
	return value & (int)BCM_GENET_MDIO_DATA;
}

static int bcm_genet_mdio_write(struct mii *mii, uint8_t reg, uint16_t value)
{
	int rc = bcm_genet_mdio(mii, BCM_GENET_MDIO_WRITE | value
			| (uint32_t)reg << BCM_GENET_MDIO_REG_SHIFT);

	return rc < 0 ? rc : NET_OK;
}

static const struct mii_ops bcm_genet_mii_ops = {
	.read = bcm_genet_mdio_read,
	.write = bcm_genet_mdio_write,
};

/* ---- Getting ready ---- */

/* Linux waits some 10 us after each step; a tick is the least there is. */
static void bcm_genet_reset_umac(volatile struct bcm_genet_regs *regs)
{
	bcm_genet_change(&regs->sys.rbuf_flush, 0, BCM_GENET_RBUF_FLUSH_RESET);
	vTaskDelay(1);
	mmio_write32(&regs->sys.rbuf_flush, 0);
	vTaskDelay(1);
	mmio_write32(&regs->umac.cmd, 0);
	mmio_write32(&regs->umac.cmd,
		     BCM_GENET_CMD_SW_RESET | BCM_GENET_CMD_LCL_LOOP_EN);
	vTaskDelay(1);
	mmio_write32(&regs->umac.cmd, 0);
	mmio_write32(&regs->umac.mib_ctrl, BCM_GENET_MIB_RESET);
	mmio_write32(&regs->umac.mib_ctrl, 0);
	mmio_write32(&regs->umac.max_frame_len, BCM_GENET_FRAME_MAX);
}

static void bcm_genet_set_address(volatile struct bcm_genet_regs *regs,
				  const uint8_t *a)
{
	mmio_write32(&regs->umac.mac0, (uint32_t)a[0] << 24
		     | (uint32_t)a[1] << 16 | (uint32_t)a[2] << 8 | a[3]);
	mmio_write32(&regs->umac.mac1, (uint32_t)a[4] << 8 | a[5]);
}

/*
 * Give ring 16 the first @p slots descriptors. The device's index may keep
 * what it had (U-Boot saw that): ours begins where it is, and the pointers
 * at the descriptor of that number, so that it does not matter which of the
 * two the device goes by. Returns the index.
 */
static uint16_t bcm_genet_ring_init(volatile struct bcm_genet_dma *dma,
				    unsigned int slots, uint32_t flow)
{
	volatile struct bcm_genet_ring *ring = &dma->ring[BCM_GENET_RING];
	const uint32_t words = sizeof(struct bcm_genet_desc) / 4;
	uint32_t index, pointer;

	mmio_write32(&dma->scb_burst, BCM_GENET_DMA_BURST);
	mmio_write32(&ring->index_here, 0);
	index = mmio_read32(&ring->index_here) & BCM_GENET_DMA_INDEX;
	pointer = index % slots * words;
	mmio_write32(&ring->index_there, index);
	mmio_write32(&ring->start, 0);
	mmio_write32(&ring->end, slots * words - 1);
	mmio_write32(&ring->pointer_here, pointer);
	mmio_write32(&ring->pointer_there, pointer);
	mmio_write32(&ring->buf_size, slots << BCM_GENET_DMA_RING_SIZE_SHIFT
				      | MAC_RX_SIZE);
	mmio_write32(&ring->done_threshold, 1);
	mmio_write32(&ring->flow, flow);
	mmio_write32(&dma->ring_cfg, 1U << BCM_GENET_RING);
	return (uint16_t)index;
}

static uint16_t bcm_genet_discards(struct bcm_genet *dev)
{
	volatile struct bcm_genet_dma *rdma = &bcm_genet_regs(dev)->rdma;
	uint32_t index = mmio_read32(&rdma->ring[BCM_GENET_RING].index_here);

	return (uint16_t)(index >> BCM_GENET_DMA_DISCARDS_SHIFT);
}

static int bcm_genet_reset(struct mac *mac)
{
	struct bcm_genet *dev = bcm_genet_of(mac);
	volatile struct bcm_genet_regs *regs = bcm_genet_regs(dev);

	mmio_write32(&regs->intrl2_0.mask_set, ~0U);
	mmio_write32(&regs->intrl2_1.mask_set, ~0U);
	mmio_write32(&regs->intrl2_0.clear, ~0U);
	mmio_write32(&regs->intrl2_1.clear, ~0U);
	bcm_genet_reset_umac(regs);
	bcm_genet_set_address(regs, mac->net.address);
	mmio_write32(&regs->rbuf_ctrl, 0);
	mmio_write32(&regs->tbuf_size, 1);
	mmio_write32(&regs->sys.port_ctrl, BCM_GENET_PORT_EXT_GPHY);

	dev->rx_index = dev->rx_first =
		bcm_genet_ring_init(&regs->rdma, MAC_RX_SLOTS,
				    BCM_GENET_DMA_XON_XOFF);
	dev->tx_index = dev->tx_first = dev->tx_seen =
		bcm_genet_ring_init(&regs->tdma, MAC_TX_SLOTS, 0);
	dev->rx_ready = 0;
	dev->confused = false;
	dev->rx_discards = bcm_genet_discards(dev);
	mmio_barrier();
	return NET_OK;
}

/* ---- Beginning and ending ---- */

static uint32_t bcm_genet_speed(const struct mii_link *link)
{
	uint32_t cmd = link->full_duplex ? 0 : BCM_GENET_CMD_HD_EN;

	if (link->mbps == 1000)
		return cmd | BCM_GENET_CMD_SPEED_1000;
	if (link->mbps == 100)
		return cmd | BCM_GENET_CMD_SPEED_100;
	return cmd | BCM_GENET_CMD_SPEED_10;
}

/*
 * The MAC takes all frames, and the library sorts out: its filter knows
 * single addresses, but not "all groups", which IPv6 needs.
 */
static void bcm_genet_run(struct mac *mac, const struct mii_link *link)
{
	volatile struct bcm_genet_regs *regs =
		bcm_genet_regs(bcm_genet_of(mac));
	const uint32_t dma = BCM_GENET_DMA_EN | BCM_GENET_DMA_RING_EN;

	bcm_genet_change(&regs->rgmii_oob, BCM_GENET_RGMII_OOB_DISABLE
			 | BCM_GENET_RGMII_ID_MODE_DIS,
			 BCM_GENET_RGMII_LINK | BCM_GENET_RGMII_MODE_EN);
	mmio_barrier();
	mmio_write32(&regs->tdma.ctrl, dma);
	mmio_write32(&regs->rdma.ctrl, dma);
	mmio_write32(&regs->umac.mdf_ctrl, 0);
	mmio_write32(&regs->umac.cmd, bcm_genet_speed(link)
		     | BCM_GENET_CMD_PROMISC | BCM_GENET_CMD_RX_PAUSE_IGNORE
		     | BCM_GENET_CMD_TX_PAUSE_IGNORE
		     | BCM_GENET_CMD_TX_EN | BCM_GENET_CMD_RX_EN);
	mmio_barrier();
}

/* It ends the burst under way and then says so; the deadline is Linux's. */
static void bcm_genet_dma_stop(volatile struct bcm_genet_dma *dma)
{
	TickType_t end = xTaskGetTickCount() + BCM_GENET_DMA_TICKS;

	mmio_write32(&dma->ctrl, 0);
	while (!(mmio_read32(&dma->status) & BCM_GENET_DMA_DISABLED)) {
		if ((int32_t)(xTaskGetTickCount() - end) > 0)
			return;
		vTaskDelay(1);
	}
}

static void bcm_genet_halt(struct mac *mac)
{
	volatile struct bcm_genet_regs *regs =
		bcm_genet_regs(bcm_genet_of(mac));

	/* First what comes in, then DMA in both directions. */
	bcm_genet_change(&regs->umac.cmd, BCM_GENET_CMD_RX_EN, 0);
	bcm_genet_dma_stop(&regs->rdma);
	bcm_genet_dma_stop(&regs->tdma);
	bcm_genet_change(&regs->umac.cmd, BCM_GENET_CMD_TX_EN, 0);
	mmio_write32(&regs->umac.tx_flush, 1);
	vTaskDelay(1);
	mmio_write32(&regs->umac.tx_flush, 0);
	bcm_genet_change(&regs->rgmii_oob, BCM_GENET_RGMII_LINK, 0);
	mmio_barrier();
}

/* ---- Interrupts ---- */

#define BCM_GENET_IRQS	(BCM_GENET_IRQ_RXDMA_DONE | BCM_GENET_IRQ_TXDMA_DONE)

static void bcm_genet_interrupt(struct mac *mac, bool on)
{
	volatile struct bcm_genet_intrl2 *intrl2 =
		&bcm_genet_regs(bcm_genet_of(mac))->intrl2_0;

	if (!mac->polled)
		mmio_write32(on ? &intrl2->mask_clear : &intrl2->mask_set,
			     BCM_GENET_IRQS);
}

static void bcm_genet_acknowledge(struct mac *mac)
{
	volatile struct bcm_genet_regs *regs =
		bcm_genet_regs(bcm_genet_of(mac));

	mmio_write32(&regs->intrl2_0.clear, BCM_GENET_IRQS);
}

static void bcm_genet_handler(void *arg)
{
	struct bcm_genet *dev = arg;

	mac_interrupt(&dev->mac);
}

/* ---- Rings ---- */

static void bcm_genet_point(volatile struct bcm_genet_desc *desc,
			    uint64_t address)
{
	mmio_write32(&desc->address_lo, (uint32_t)address);
	mmio_write32(&desc->address_hi, (uint32_t)(address >> 32));
}

/* Slot 0 is the descriptor at which the ring began. */
static void bcm_genet_rx_put(struct mac *mac, unsigned int slot,
			     uint64_t address)
{
	struct bcm_genet *dev = bcm_genet_of(mac);
	volatile struct bcm_genet_dma *rdma = &bcm_genet_regs(dev)->rdma;

	slot = (dev->rx_first + slot) % MAC_RX_SLOTS;
	bcm_genet_point(&rdma->desc[slot], address);
	if (!mac->running)
		return;
	mmio_barrier();
	mmio_write32(&rdma->ring[BCM_GENET_RING].index_there, ++dev->rx_index);
}

/* Ask the device how far it is; not farther than it may, if it is sane. */
static bool bcm_genet_rx_arrived(struct bcm_genet *dev,
				 volatile struct bcm_genet_dma *rdma)
{
	uint32_t index = mmio_read32(&rdma->ring[BCM_GENET_RING].index_here);
	uint16_t ready = (uint16_t)(index - dev->rx_index);

	if (ready > MAC_RX_SLOTS) {
		dev->confused = true;
		return false;
	}
	mmio_barrier();
	dev->rx_ready = ready;
	return ready;
}

static int bcm_genet_rx_look(struct mac *mac, unsigned int slot)
{
	struct bcm_genet *dev = bcm_genet_of(mac);
	volatile struct bcm_genet_dma *rdma = &bcm_genet_regs(dev)->rdma;
	uint32_t status;

	if (!dev->rx_ready && !bcm_genet_rx_arrived(dev, rdma))
		return MAC_EMPTY;
	dev->rx_ready--;
	slot = (dev->rx_first + slot) % MAC_RX_SLOTS;
	status = mmio_read32(&rdma->desc[slot].length_status);
	if ((status & BCM_GENET_DESC_RX_ERRORS)
	    || !(status & BCM_GENET_DESC_SOP) || !(status & BCM_GENET_DESC_EOP))
		return MAC_BAD;
	return (int)(status >> BCM_GENET_DESC_LENGTH_SHIFT
		     & BCM_GENET_DESC_LENGTH);
}

/* The count stays at its end: Linux takes it back in time, too. */
static uint32_t bcm_genet_lost(struct mac *mac)
{
	struct bcm_genet *dev = bcm_genet_of(mac);
	volatile struct bcm_genet_dma *rdma = &bcm_genet_regs(dev)->rdma;
	uint16_t discards = bcm_genet_discards(dev);
	uint16_t lost = (uint16_t)(discards - dev->rx_discards);

	dev->rx_discards = discards;
	if (discards >= BCM_GENET_DMA_DISCARDS_MANY) {
		mmio_write32(&rdma->ring[BCM_GENET_RING].index_here, 0);
		dev->rx_discards = 0;
	}
	return lost;
}

static bool bcm_genet_stuck(struct mac *mac)
{
	return bcm_genet_of(mac)->confused;
}

static void bcm_genet_tx_put(struct mac *mac, unsigned int slot,
			     uint64_t address, unsigned int len)
{
	struct bcm_genet *dev = bcm_genet_of(mac);
	volatile struct bcm_genet_dma *tdma = &bcm_genet_regs(dev)->tdma;
	volatile struct bcm_genet_desc *desc =
		&tdma->desc[(dev->tx_first + slot) % MAC_TX_SLOTS];

	bcm_genet_point(desc, address);
	mmio_write32(&desc->length_status, len << BCM_GENET_DESC_LENGTH_SHIFT
		     | BCM_GENET_DESC_TX_QTAG | BCM_GENET_DESC_TX_CRC
		     | BCM_GENET_DESC_SOP | BCM_GENET_DESC_EOP);
	mmio_barrier();
	mmio_write32(&tdma->ring[BCM_GENET_RING].index_there, ++dev->tx_index);
}

/* Sent is what the device has consumed; it reports no error of a frame. */
static int bcm_genet_tx_look(struct mac *mac, unsigned int slot)
{
	struct bcm_genet *dev = bcm_genet_of(mac);
	volatile struct bcm_genet_dma *tdma = &bcm_genet_regs(dev)->tdma;
	uint16_t index = (uint16_t)(dev->tx_first + mac->tx_tail);
	uint16_t done = (uint16_t)(dev->tx_seen - index);

	(void)slot;
	if (!done) {
		dev->tx_seen = (uint16_t)mmio_read32(
			&tdma->ring[BCM_GENET_RING].index_here);
		done = (uint16_t)(dev->tx_seen - index);
		mmio_barrier();
	}
	/* More than there was: not sane, and soon found to be stuck */
	if (done > (uint16_t)(dev->tx_index - index)) {
		dev->tx_seen = index;
		done = 0;
	}
	return done ? NET_OK : MAC_EMPTY;
}

static const struct mac_ops bcm_genet_ops = {
	.reset = bcm_genet_reset,
	.run = bcm_genet_run,
	.halt = bcm_genet_halt,
	.interrupt = bcm_genet_interrupt,
	.acknowledge = bcm_genet_acknowledge,
	.rx_put = bcm_genet_rx_put,
	.rx_look = bcm_genet_rx_look,
	.tx_put = bcm_genet_tx_put,
	.tx_look = bcm_genet_tx_look,
	.lost = bcm_genet_lost,
	.stuck = bcm_genet_stuck,
};

/* ---- Set-up ---- */

/* Linux, bcmgenet_get_hw_addr: after booting by network, the MAC has it. */
static void bcm_genet_find_address(struct bcm_genet *dev)
{
	volatile struct bcm_genet_regs *regs = bcm_genet_regs(dev);
	uint8_t *a = dev->mac.net.address;
	uint32_t mac0, mac1;

	if (net_address_is_valid(a)
	    || (firmware_mac_address(dev->firmware, a) == FIRMWARE_OK
		&& net_address_is_valid(a)))
		return;
	mac0 = mmio_read32(&regs->umac.mac0);
	mac1 = mmio_read32(&regs->umac.mac1);
	for (unsigned int n = 0; n < 4; n++)
		a[n] = (uint8_t)(mac0 >> (24 - 8 * n));
	a[4] = (uint8_t)(mac1 >> 8);
	a[5] = (uint8_t)mac1;
}

/* All its interrupts are masked until it runs. */
static bool bcm_genet_connect(struct bcm_genet *dev)
{
	if (xPortInstallInterruptHandler(dev->irq, bcm_genet_handler, dev)
	    != pdPASS)
		return false;
	vPortEnableInterrupt(dev->irq);
	return true;
}

int bcm_genet_init(struct bcm_genet *dev)
{
	volatile struct bcm_genet_regs *regs = bcm_genet_regs(dev);
	struct mac *mac = &dev->mac;
	uint32_t rev = mmio_read32(&regs->sys.rev_ctrl);

	if (BCM_GENET_REV_MAJOR(rev) != BCM_GENET_REV_V5)
		return NET_ERR_NO_DEVICE;
	bcm_genet_find_address(dev);
	mac->net.name = "genet";
	mac->ops = &bcm_genet_ops;
	mac->mii.ops = &bcm_genet_mii_ops;
	mac->mii.mac_is_gigabit = true;
	/* DT: phy-mode "rgmii-rxid"; the MAC delays TXC */
	mac->mii.delays_rx = true;
	mac->polled = dev->irq == DRIVER_IRQ_NONE;
	/* Firmware that booted by network has left it running. */
	bcm_genet_halt(mac);
	bcm_genet_reset(mac);
	if (!mac->polled && !bcm_genet_connect(dev))
		mac->polled = true;
	return mac_init(mac);
}
