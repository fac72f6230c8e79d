/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Allwinner EMAC. Descriptors lie in memory, linked to a ring; each says in
 * one bit whose it is. DMA that meets one which is not its own is suspended,
 * until a write of "start" makes it look again.
 */
#include "../../dma.h"
#include "sun8i_emac.h"

/* IEEE 802.3-2018, 22.2.2.13: 64 bits of MDIO at 1.6 MHz take 40 us. */
#define SUN8I_EMAC_MDIO_SPINS	1000
#define SUN8I_EMAC_MDIO_TICKS	(pdMS_TO_TICKS(10) + 1)
/* U-Boot gives the reset 10 ms; it needs the PHY's clock. */
#define SUN8I_EMAC_RESET_TICKS	(pdMS_TO_TICKS(10) + 1)
/* The frame under way at 10 Mb/s */
#define SUN8I_EMAC_HALT_TICKS	(pdMS_TO_TICKS(2) + 1)

#define SUN8I_EMAC_TX_RUN \
	(SUN8I_EMAC_CTL1_MD | SUN8I_EMAC_TX_CTL1_NEXT_FRM \
	 | SUN8I_EMAC_CTL1_DMA_EN)
#define SUN8I_EMAC_RX_RUN \
	(SUN8I_EMAC_CTL1_MD | SUN8I_EMAC_RX_CTL1_ERR_FRM \
	 | SUN8I_EMAC_CTL1_DMA_EN)

static inline struct sun8i_emac *sun8i_emac_of(struct mac *mac)
{
	return (struct sun8i_emac *)mac;
}

static inline volatile struct sun8i_emac_regs *
sun8i_emac_regs(const struct sun8i_emac *dev)
{
	return (volatile struct sun8i_emac_regs *)dev->base;
}

/* Wait until some bits of a register have a value; false: in vain. */
static bool sun8i_emac_wait(volatile uint32_t *reg, uint32_t mask,
			    uint32_t value, TickType_t ticks,
			    unsigned int spins)
{
	TickType_t end = xTaskGetTickCount() + ticks;

	while ((mmio_read32(reg) & mask) != value) {
		if (spins) {
			spins--;
			continue;
		}
		if ((int32_t)(xTaskGetTickCount() - end) > 0)
			return false;
		vTaskDelay(1);
	}
	return true;
}

/* ---- MDIO ---- */

static int sun8i_emac_mdio(struct mii *mii, uint8_t reg, uint32_t command)
{
	struct mac *mac = (struct mac *)((uintptr_t)mii
					 - offsetof(struct mac, mii));
	volatile struct sun8i_emac_regs *regs =
		sun8i_emac_regs(sun8i_emac_of(mac));

	mmio_write32(&regs->mii_cmd, command | SUN8I_EMAC_MII_MDC_DIV_128
		     | SUN8I_EMAC_MII_BUSY
		     | (uint32_t)mii->address << SUN8I_EMAC_MII_PHY_SHIFT
		     | (uint32_t)reg << SUN8I_EMAC_MII_REG_SHIFT);
	if (!sun8i_emac_wait(&regs->mii_cmd, SUN8I_EMAC_MII_BUSY, 0,
			     SUN8I_EMAC_MDIO_TICKS, SUN8I_EMAC_MDIO_SPINS))
		return NET_ERR_TIMEOUT;
	return (int)(mmio_read32(&regs->mii_data) & SUN8I_EMAC_MII_DATA);
}

static int sun8i_emac_mdio_read(struct mii *mii, uint8_t reg)
{
	return sun8i_emac_mdio(mii, reg, 0);
}

static int sun8i_emac_mdio_write(struct mii *mii, uint8_t reg, uint16_t value)
{
	struct mac *mac = (struct mac *)((uintptr_t)mii
					 - offsetof(struct mac, mii));
	int rc;

	mmio_write32(&sun8i_emac_regs(sun8i_emac_of(mac))->mii_data, value);
	rc = sun8i_emac_mdio(mii, reg, SUN8I_EMAC_MII_WR);
	return rc < 0 ? rc : NET_OK;
}

static const struct mii_ops sun8i_emac_mii_ops = {
	.read = sun8i_emac_mdio_read,
	.write = sun8i_emac_mdio_write,
};

/* ---- Getting ready ---- */

/* A ring of descriptors none of which is the device's. */
static void sun8i_emac_ring_init(struct sun8i_emac_desc *ring,
				 unsigned int slots)
{
	for (unsigned int n = 0; n < slots; n++) {
		ring[n].status = 0;
		ring[n].size = 0;
		ring[n].address = 0;
		ring[n].next = (uint32_t)dma_address(&ring[(n + 1) % slots]);
	}
	dma_clean(ring, slots * sizeof(*ring));
}

static void sun8i_emac_set_address(volatile struct sun8i_emac_regs *regs,
				   const uint8_t *a)
{
	mmio_write32(&regs->addr_high, (uint32_t)a[5] << 8 | a[4]);
	mmio_write32(&regs->addr_low, (uint32_t)a[3] << 24
		     | (uint32_t)a[2] << 16 | (uint32_t)a[1] << 8 | a[0]);
}

/* A gigabit PHY is wired with RGMII, one without with RMII. */
static void sun8i_emac_set_wires(struct sun8i_emac *dev)
{
	volatile uint32_t *clk = (volatile uint32_t *)
		(dev->syscon + SUN8I_EMAC_SYSCON_CLK);

	if (dev->mac.mii.gigabit)
		mmio_write32(clk, SUN8I_EMAC_CLK_EPIT_RGMII
			     | SUN8I_EMAC_CLK_ETCS_INT);
	else
		mmio_write32(clk, SUN8I_EMAC_CLK_RMII_EN
			     | SUN8I_EMAC_CLK_ETCS_EXT);
}

static int sun8i_emac_reset(struct mac *mac)
{
	struct sun8i_emac *dev = sun8i_emac_of(mac);
	volatile struct sun8i_emac_regs *regs = sun8i_emac_regs(dev);

	sun8i_emac_set_wires(dev);
	mmio_barrier();
	mmio_write32(&regs->basic_ctl1, SUN8I_EMAC_CTL1_SOFT_RST);
	if (!sun8i_emac_wait(&regs->basic_ctl1, SUN8I_EMAC_CTL1_SOFT_RST, 0,
			     SUN8I_EMAC_RESET_TICKS, 0))
		return NET_ERR_TIMEOUT;
	mmio_write32(&regs->int_en, 0);
	mmio_write32(&regs->int_sta, ~0U);
	mmio_write32(&regs->basic_ctl1, SUN8I_EMAC_CTL1_BURST_8);
	mmio_write32(&regs->tx_flow_ctl, 0);
	sun8i_emac_set_address(regs, mac->net.address);
	sun8i_emac_ring_init(dev->tx, MAC_TX_SLOTS);
	sun8i_emac_ring_init(dev->rx, MAC_RX_SLOTS);
	mmio_write32(&regs->tx_desc_list, (uint32_t)dma_address(dev->tx));
	mmio_write32(&regs->rx_desc_list, (uint32_t)dma_address(dev->rx));
	dev->overflows = 0;
	mmio_barrier();
	return NET_OK;
}

/* ---- Beginning and ending ---- */

static uint32_t sun8i_emac_speed(const struct mii_link *link)
{
	uint32_t ctl = link->full_duplex ? SUN8I_EMAC_CTL0_DUPLEX : 0;

	if (link->mbps == 1000)
		return ctl | SUN8I_EMAC_CTL0_SPEED_1000;
	if (link->mbps == 100)
		return ctl | SUN8I_EMAC_CTL0_SPEED_100;
	return ctl | SUN8I_EMAC_CTL0_SPEED_10;
}

static void sun8i_emac_run(struct mac *mac, const struct mii_link *link)
{
	volatile struct sun8i_emac_regs *regs =
		sun8i_emac_regs(sun8i_emac_of(mac));

	mmio_barrier();
	mmio_write32(&regs->basic_ctl0, sun8i_emac_speed(link));
	mmio_write32(&regs->tx_ctl1, SUN8I_EMAC_TX_RUN);
	mmio_write32(&regs->rx_ctl1,
		     SUN8I_EMAC_RX_RUN | SUN8I_EMAC_CTL1_DMA_START);
	mmio_write32(&regs->tx_ctl0, SUN8I_EMAC_CTL0_EN);
	mmio_write32(&regs->rx_ctl0, SUN8I_EMAC_CTL0_EN);
	mmio_barrier();
}

static void sun8i_emac_halt(struct mac *mac)
{
	volatile struct sun8i_emac_regs *regs =
		sun8i_emac_regs(sun8i_emac_of(mac));

	/* First what comes in, then DMA in both directions. */
	mmio_write32(&regs->rx_ctl0, 0);
	mmio_write32(&regs->rx_ctl1, SUN8I_EMAC_CTL1_MD);
	mmio_write32(&regs->tx_ctl1, SUN8I_EMAC_CTL1_MD);
	sun8i_emac_wait(&regs->rx_dma_sta, SUN8I_EMAC_DMA_STA,
			SUN8I_EMAC_DMA_STOP, SUN8I_EMAC_HALT_TICKS, 0);
	sun8i_emac_wait(&regs->tx_dma_sta, SUN8I_EMAC_DMA_STA,
			SUN8I_EMAC_DMA_STOP, SUN8I_EMAC_HALT_TICKS, 0);
	mmio_write32(&regs->tx_ctl0, 0);
	mmio_write32(&regs->tx_ctl1,
		     SUN8I_EMAC_CTL1_MD | SUN8I_EMAC_TX_CTL1_FLUSH);
	mmio_barrier();
}

/* Our address and all groups, or everything. */
static void sun8i_emac_filter(struct mac *mac)
{
	uint32_t flt = SUN8I_EMAC_FLT_ALL_MULTICAST;

	if (mac->promiscuous)
		flt |= SUN8I_EMAC_FLT_RX_ALL;
	mmio_write32(&sun8i_emac_regs(sun8i_emac_of(mac))->rx_frm_flt, flt);
}

/* ---- Interrupts ---- */

static void sun8i_emac_interrupt(struct mac *mac, bool on)
{
	volatile struct sun8i_emac_regs *regs =
		sun8i_emac_regs(sun8i_emac_of(mac));

	if (!mac->polled)
		mmio_write32(&regs->int_en, on ? SUN8I_EMAC_INT_RX
					       | SUN8I_EMAC_INT_TX : 0);
}

static void sun8i_emac_acknowledge(struct mac *mac)
{
	struct sun8i_emac *dev = sun8i_emac_of(mac);
	volatile struct sun8i_emac_regs *regs = sun8i_emac_regs(dev);
	uint32_t status = mmio_read32(&regs->int_sta);

	mmio_write32(&regs->int_sta, status);
	dev->overflows += !!(status & SUN8I_EMAC_INT_RX_OVERFLOW);
}

static void sun8i_emac_handler(void *arg)
{
	struct sun8i_emac *dev = arg;

	mac_interrupt(&dev->mac);
}

/* ---- Rings ---- */

/* The descriptor goes to the device with its line: all of it at once. */
static void sun8i_emac_hand_over(struct sun8i_emac_desc *desc, uint32_t size,
				 uint64_t address)
{
	desc->size = size;
	desc->address = (uint32_t)address;
	desc->status = SUN8I_EMAC_DESC_OWN;
	dma_clean(desc, sizeof(*desc));
}

static void sun8i_emac_rx_put(struct mac *mac, unsigned int slot,
			      uint64_t address)
{
	struct sun8i_emac *dev = sun8i_emac_of(mac);

	sun8i_emac_hand_over(&dev->rx[slot], MAC_RX_SIZE, address);
	/* It may have found no descriptor before, and be suspended. */
	if (mac->running)
		mmio_write32(&sun8i_emac_regs(dev)->rx_ctl1,
			     SUN8I_EMAC_RX_RUN | SUN8I_EMAC_CTL1_DMA_START);
}

static int sun8i_emac_rx_look(struct mac *mac, unsigned int slot)
{
	const uint32_t whole = SUN8I_EMAC_DESC_RX_FIRST
			       | SUN8I_EMAC_DESC_RX_LAST;
	struct sun8i_emac_desc *desc = &sun8i_emac_of(mac)->rx[slot];
	uint32_t status;

	dma_invalidate(desc, sizeof(*desc));
	status = desc->status;
	if (status & SUN8I_EMAC_DESC_OWN)
		return MAC_EMPTY;
	if ((status & SUN8I_EMAC_DESC_RX_ERRORS) || (status & whole) != whole)
		return MAC_BAD;
	return (int)(status >> SUN8I_EMAC_DESC_RX_LENGTH_SHIFT
		     & SUN8I_EMAC_DESC_RX_LENGTH) - SUN8I_EMAC_FCS;
}

/* How many were lost each time the device does not say. */
static uint32_t sun8i_emac_lost(struct mac *mac)
{
	struct sun8i_emac *dev = sun8i_emac_of(mac);
	uint32_t lost = dev->overflows;

	dev->overflows = 0;
	return lost;
}

static bool sun8i_emac_stuck(struct mac *mac)
{
	volatile struct sun8i_emac_regs *regs =
		sun8i_emac_regs(sun8i_emac_of(mac));

	return (mmio_read32(&regs->rx_dma_sta) & SUN8I_EMAC_DMA_STA)
	       == SUN8I_EMAC_DMA_STOP;
}

static void sun8i_emac_tx_put(struct mac *mac, unsigned int slot,
			      uint64_t address, unsigned int len)
{
	struct sun8i_emac *dev = sun8i_emac_of(mac);

	sun8i_emac_hand_over(&dev->tx[slot], len | SUN8I_EMAC_DESC_TX_INT
			     | SUN8I_EMAC_DESC_TX_FIRST
			     | SUN8I_EMAC_DESC_TX_LAST
			     | SUN8I_EMAC_DESC_CHAIN, address);
	mmio_write32(&sun8i_emac_regs(dev)->tx_ctl1,
		     SUN8I_EMAC_TX_RUN | SUN8I_EMAC_CTL1_DMA_START);
}

static int sun8i_emac_tx_look(struct mac *mac, unsigned int slot)
{
	struct sun8i_emac_desc *desc = &sun8i_emac_of(mac)->tx[slot];
	uint32_t status;

	dma_invalidate(desc, sizeof(*desc));
	status = desc->status;
	if (status & SUN8I_EMAC_DESC_OWN)
		return MAC_EMPTY;
	return status & SUN8I_EMAC_DESC_TX_ERRORS ? MAC_BAD : NET_OK;
}

static const struct mac_ops sun8i_emac_ops = {
	.reset = sun8i_emac_reset,
	.run = sun8i_emac_run,
	.halt = sun8i_emac_halt,
	.interrupt = sun8i_emac_interrupt,
	.acknowledge = sun8i_emac_acknowledge,
	.rx_put = sun8i_emac_rx_put,
	.rx_look = sun8i_emac_rx_look,
	.tx_put = sun8i_emac_tx_put,
	.tx_look = sun8i_emac_tx_look,
	.lost = sun8i_emac_lost,
	.stuck = sun8i_emac_stuck,
	.filter = sun8i_emac_filter,
};

/* ---- Set-up ---- */

/* IEEE 802.3-2018, 3.2.9: the polynomial, here with bits reflected */
static uint32_t sun8i_emac_crc32(const uint32_t *words, unsigned int count)
{
	uint32_t crc = ~0U;

	for (unsigned int n = 0; n < count; n++) {
		crc ^= words[n];
		for (unsigned int bit = 0; bit < 32; bit++)
			crc = crc >> 1 ^ (crc & 1 ? 0xedb88320U : 0);
	}
	return ~crc;
}

/*
 * U-Boot, board/sunxi/board.c: local, of the chip's first word, and of a
 * CRC of the three others, many bits of which are alike in all chips.
 */
static void sun8i_emac_find_address(struct sun8i_emac *dev)
{
	const volatile uint32_t *sid = (const volatile uint32_t *)
		(dev->sid + SUN8I_EMAC_SID);
	uint8_t *a = dev->mac.net.address;
	uint32_t words[3], first, crc;

	if (net_address_is_valid(a))
		return;
	first = mmio_read32(&sid[0]);
	for (unsigned int n = 0; n < 3; n++)
		words[n] = mmio_read32(&sid[n + 1]);
	crc = sun8i_emac_crc32(words, 3);
	a[0] = 0x02;
	a[1] = (uint8_t)first;
	for (unsigned int n = 0; n < 4; n++)
		a[n + 2] = (uint8_t)(crc >> (24 - 8 * n));
}

static void sun8i_emac_ccu(struct sun8i_emac *dev, unsigned int offset,
			   bool on)
{
	volatile uint32_t *reg = (volatile uint32_t *)(dev->ccu + offset);
	uint32_t value;

	/* Other devices' bits are beside ours. */
	taskENTER_CRITICAL();
	value = mmio_read32(reg) & ~SUN8I_EMAC_CCU_EMAC;
	mmio_write32(reg, on ? value | SUN8I_EMAC_CCU_EMAC : value);
	taskEXIT_CRITICAL();
}

/* Out of reset with a clock; what firmware left running is not any more. */
static void sun8i_emac_power(struct sun8i_emac *dev)
{
	sun8i_emac_ccu(dev, SUN8I_EMAC_CCU_RESET, false);
	sun8i_emac_ccu(dev, SUN8I_EMAC_CCU_GATE, true);
	vTaskDelay(1);
	sun8i_emac_ccu(dev, SUN8I_EMAC_CCU_RESET, true);
	vTaskDelay(1);
	mmio_barrier();
}

/* All its interrupts are off until it runs. */
static bool sun8i_emac_connect(struct sun8i_emac *dev)
{
	if (xPortInstallInterruptHandler(dev->irq, sun8i_emac_handler, dev)
	    != pdPASS)
		return false;
	vPortEnableInterrupt(dev->irq);
	return true;
}

int sun8i_emac_init(struct sun8i_emac *dev)
{
	struct mac *mac = &dev->mac;

	sun8i_emac_find_address(dev);
	mac->net.name = "emac";
	mac->ops = &sun8i_emac_ops;
	mac->mii.ops = &sun8i_emac_mii_ops;
	mac->mii.mac_is_gigabit = true;
	/* DT: phy-mode "rgmii-txid"; RXC is late enough as it is */
	mac->mii.delays_tx = true;
	mac->polled = dev->irq == DRIVER_IRQ_NONE;
	sun8i_emac_power(dev);
	if (!mac->polled && !sun8i_emac_connect(dev))
		mac->polled = true;
	return mac_init(mac);
}
