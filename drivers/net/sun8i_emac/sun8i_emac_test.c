/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of the A64's EMAC with a PHY behind the recorded
 * register accesses. Its DMA follows the descriptors in memory as
 * drivers/dma_test.c has it, and gets on when the test says so.
 */
#include <string.h>
#include <uk_host.h>

#include "../../dma_test.h"
#include "../mii/mii_test.h"
#include "../net_test.h"
#include "sun8i_emac.h"

#define MODEL_IRQ	50
/* Wired by RMII to one that can 100 Mb/s */
#define WITH_RTL8201	1U
/* Linux, drivers/net/phy/realtek: RTL8201F */
#define RTL8201_ID	0x001cc816U

enum fault {
	MDIO_STUCK, PHY_ABSENT, PHY_IN_RESET, TX_STALL, RX_STALL, DMA_ENDLESS,
	RESET_STUCK, FAULTS
};

static struct sun8i_emac_regs registers;
static uint32_t syscon[64], ccu[256], sid[256];
static uint64_t tx_at, rx_at;		/* the next descriptor */
static struct phy phy;
static uint32_t fault[FAULTS];
static uint32_t garbled;
/* In memory that the device shares: its descriptors lie in it. */
static struct sun8i_emac *model_emac;

/* ---- The device ---- */

static void line(void)
{
	if (registers.int_sta & registers.int_en)
		host_raise(MODEL_IRQ);
}

static bool powered(void)
{
	return (ccu[SUN8I_EMAC_CCU_GATE / 4]
		& ccu[SUN8I_EMAC_CCU_RESET / 4] & SUN8I_EMAC_CCU_EMAC);
}

static uint32_t wires(void)
{
	return phy.gigabit
	       ? SUN8I_EMAC_CLK_EPIT_RGMII | SUN8I_EMAC_CLK_ETCS_INT
	       : SUN8I_EMAC_CLK_RMII_EN | SUN8I_EMAC_CLK_ETCS_EXT;
}

/* Both ends agree on wires, speed and clocks, or all is noise. */
static bool connected(void)
{
	uint32_t speed = registers.basic_ctl0 & SUN8I_EMAC_CTL0_SPEED;
	uint16_t mbps = phy_mbps(&phy);

	return mbps && powered()
	       && syscon[SUN8I_EMAC_SYSCON_CLK / 4] == wires()
	       && (!phy.gigabit || phy_delays(&phy, false, true))
	       && speed == (mbps == 1000 ? SUN8I_EMAC_CTL0_SPEED_1000
			    : mbps == 100 ? SUN8I_EMAC_CTL0_SPEED_100
			    : SUN8I_EMAC_CTL0_SPEED_10)
	       && !!(registers.basic_ctl0 & SUN8I_EMAC_CTL0_DUPLEX)
		  == phy_full_duplex(&phy);
}

/* ---- DMA ---- */

struct words {
	uint32_t status, size, address, next;
};

/* Only the first word is written back. */
static void close(uint64_t *at, const struct words *desc, uint32_t status)
{
	device_write(*at, &status, sizeof(status));
	*at = desc->next;
}

static bool transmit(void)
{
	const uint32_t whole = SUN8I_EMAC_DESC_TX_FIRST
			       | SUN8I_EMAC_DESC_TX_LAST;
	struct words desc;
	uint8_t bytes[SUN8I_EMAC_DESC_SIZE];
	uint32_t len;

	if (!device_read(tx_at, &desc, sizeof(desc))
	    || !(desc.status & SUN8I_EMAC_DESC_OWN)) {
		registers.tx_dma_sta = SUN8I_EMAC_TX_DMA_SUSPEND;
		registers.int_sta |= SUN8I_EMAC_INT_TX_BUF_UA;
		return false;
	}
	len = desc.size & SUN8I_EMAC_DESC_SIZE;
	if (!device_read(desc.address, bytes, len) || !connected()
	    || (desc.size & whole) != whole)
		garbled++;
	else
		wire_put(bytes, len);
	close(&tx_at, &desc, 0);
	if (desc.size & SUN8I_EMAC_DESC_TX_INT)
		registers.int_sta |= SUN8I_EMAC_INT_TX;
	return true;
}

static bool transmits(void)
{
	return registers.tx_dma_sta == 1 && !fault[TX_STALL]
	       && (registers.tx_ctl0 & SUN8I_EMAC_CTL0_EN) && phy_mbps(&phy);
}

static bool for_us(const uint8_t *bytes)
{
	static const uint8_t all[NET_ADDRESS_LEN] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff
	};
	uint8_t own[NET_ADDRESS_LEN];
	uint32_t flt = registers.rx_frm_flt;

	memcpy(own, &registers.addr_low, 4);
	memcpy(own + 4, &registers.addr_high, 2);
	return (flt & SUN8I_EMAC_FLT_RX_ALL)
	       || ((bytes[0] & 1) && (flt & SUN8I_EMAC_FLT_ALL_MULTICAST))
	       || !memcmp(bytes, all, sizeof(all))
	       || !memcmp(bytes, own, sizeof(own));
}

/* No descriptor: DMA waits for "start", the FIFO does not wait. */
static void overflow(void)
{
	registers.rx_dma_sta = SUN8I_EMAC_RX_DMA_SUSPEND;
	registers.int_sta |= SUN8I_EMAC_INT_RX_BUF_UA
			     | SUN8I_EMAC_INT_RX_OVERFLOW;
}

/* As many descriptors as the frame needs; the last one has the length. */
static void receive(const uint8_t *bytes, uint32_t len, uint32_t errors)
{
	uint32_t status = SUN8I_EMAC_DESC_RX_FIRST, done = 0, part;
	struct words desc;

	while (done < len) {
		if (!device_read(rx_at, &desc, sizeof(desc))
		    || !(desc.status & SUN8I_EMAC_DESC_OWN)) {
			overflow();
			return;
		}
		part = desc.size & SUN8I_EMAC_DESC_SIZE;
		part = part < len - done ? part : len - done;
		device_write(desc.address, bytes + done, part);
		done += part;
		if (done == len)
			status |= SUN8I_EMAC_DESC_RX_LAST | errors
				  | len << SUN8I_EMAC_DESC_RX_LENGTH_SHIFT;
		close(&rx_at, &desc, status);
		status = 0;
	}
	registers.int_sta |= SUN8I_EMAC_INT_RX;
}

static void dma_control(volatile uint32_t *state, uint32_t value,
			uint64_t *at, uint32_t list, uint32_t suspended)
{
	if (!(value & SUN8I_EMAC_CTL1_DMA_EN)) {
		if (!fault[DMA_ENDLESS])
			*state = SUN8I_EMAC_DMA_STOP;
		return;
	}
	if (*state == SUN8I_EMAC_DMA_STOP) {
		*at = list;
		*state = suspended;
	}
	if (value & SUN8I_EMAC_CTL1_DMA_START)
		*state = 1;
}

/* ---- Registers that do something ---- */

static void mii_command(uint32_t value)
{
	uint8_t at = value >> SUN8I_EMAC_MII_PHY_SHIFT & 0x1f;
	uint8_t reg = value >> SUN8I_EMAC_MII_REG_SHIFT & 0x1f;

	registers.mii_cmd = value;
	if (!(value & SUN8I_EMAC_MII_BUSY) || fault[MDIO_STUCK])
		return;
	/* Faster than a PHY must be able to follow: noise */
	if ((value & SUN8I_EMAC_MII_MDC_DIV_128) != SUN8I_EMAC_MII_MDC_DIV_128)
		at = 0xff;
	if (value & SUN8I_EMAC_MII_WR)
		phy_write(&phy, at, reg, (uint16_t)registers.mii_data);
	else
		registers.mii_data = phy_read(&phy, at, reg);
	registers.mii_cmd = value & ~SUN8I_EMAC_MII_BUSY;
}

static void start_anew(void)
{
	memset(&registers, 0, sizeof(registers));
	fault[TX_STALL] = fault[RX_STALL] = 0;
}

static void soft_reset(uint32_t value)
{
	if (value & SUN8I_EMAC_CTL1_SOFT_RST)
		start_anew();
	else
		registers.basic_ctl1 = value;
	if ((value & SUN8I_EMAC_CTL1_SOFT_RST) && fault[RESET_STUCK])
		registers.basic_ctl1 = SUN8I_EMAC_CTL1_SOFT_RST;
}

static bool is_in(const volatile void *reg, const void *where, size_t size)
{
	return (uintptr_t)reg - (uintptr_t)where < size;
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	/* Without a clock, nothing answers. */
	if (is_in(reg, &registers, sizeof(registers)) && !powered())
		return 0;
	if (reg == &registers.rx_dma_sta && fault[RX_STALL])
		return SUN8I_EMAC_DMA_STOP;
	return *reg;
}

static void emac_write(volatile uint32_t *reg, uint32_t value)
{
	if (reg == &registers.mii_cmd)
		mii_command(value);
	else if (reg == &registers.basic_ctl1)
		soft_reset(value);
	else if (reg == &registers.int_sta)
		*reg &= ~value;
	else if (reg == &registers.tx_ctl1)
		dma_control(&registers.tx_dma_sta, value, &tx_at,
			    registers.tx_desc_list, SUN8I_EMAC_TX_DMA_SUSPEND);
	else if (reg == &registers.rx_ctl1)
		dma_control(&registers.rx_dma_sta, value, &rx_at,
			    registers.rx_desc_list, SUN8I_EMAC_RX_DMA_SUSPEND);
	else
		*reg = value;
	line();
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	if (!is_in(reg, &registers, sizeof(registers)))
		*reg = value;
	else if (powered())
		emac_write(reg, value);
	if (is_in(reg, ccu, sizeof(ccu)) && !powered())
		start_anew();
}

void mmio_barrier(void)
{
}

/* ---- For the test ---- */

void model_reset(uint32_t interrupt, uint32_t variant)
{
	memory_reset();
	model_emac = memory_take(sizeof(*model_emac));
	user_reset();
	memset(&registers, 0, sizeof(registers));
	memset(fault, 0, sizeof(fault));
	memset(syscon, 0xff, sizeof(syscon));
	memset(ccu, 0, sizeof(ccu));
	memset(sid, 0, sizeof(sid));
	/* Clocks of others, which stay as they are */
	ccu[SUN8I_EMAC_CCU_GATE / 4] = ccu[SUN8I_EMAC_CCU_RESET / 4] = 0x4100;
	phy_reset(&phy, 1, variant & WITH_RTL8201 ? RTL8201_ID : RTL8211E_ID,
		  !(variant & WITH_RTL8201));
	garbled = 0;
	model_emac->base = (uintptr_t)&registers;
	model_emac->syscon = (uintptr_t)syscon;
	model_emac->ccu = (uintptr_t)ccu;
	model_emac->sid = (uintptr_t)sid;
	model_emac->irq = interrupt ? MODEL_IRQ : DRIVER_IRQ_NONE;
}

void model_address(const uint8_t *from)
{
	memcpy(model_emac->mac.net.address, from, NET_ADDRESS_LEN);
}

void model_sid(const uint32_t *four)
{
	memcpy(&sid[SUN8I_EMAC_SID / 4], four, 4 * sizeof(*four));
}

/* The bits of others in the registers of clocks and resets */
uint32_t model_others(void)
{
	return (ccu[SUN8I_EMAC_CCU_GATE / 4] ^ SUN8I_EMAC_CCU_EMAC)
	       & (ccu[SUN8I_EMAC_CCU_RESET / 4] ^ SUN8I_EMAC_CCU_EMAC);
}

int model_init(void)
{
	return sun8i_emac_init(model_emac);
}

void model_partner(uint32_t cable, uint32_t mbps, uint32_t full_duplex)
{
	phy_partner(&phy, cable, (uint16_t)mbps, full_duplex);
}

void model_fault(uint32_t which, uint32_t value)
{
	fault[which] = value;
	phy.present = !fault[PHY_ABSENT];
	phy.stuck_in_reset = fault[PHY_IN_RESET];
}

/* So many frames leave, if there are; then interrupts come. */
void model_turn(uint32_t frames)
{
	while (frames-- && transmits() && transmit())
		;
	memory_evict();
	line();
}

/* A frame comes in, with its FCS; errors: as the device reports them. */
void model_wire(const uint8_t *bytes, uint32_t len, uint32_t errors)
{
	uint8_t whole[4096 + SUN8I_EMAC_FCS] = { 0 };

	if (!(registers.rx_ctl0 & SUN8I_EMAC_CTL0_EN) || !connected()
	    || registers.rx_dma_sta == SUN8I_EMAC_DMA_STOP || fault[RX_STALL]
	    || !for_us(bytes))
		return;
	memcpy(whole, bytes, len);
	if (registers.rx_dma_sta == SUN8I_EMAC_RX_DMA_SUSPEND)
		overflow();
	else
		receive(whole, len + SUN8I_EMAC_FCS, errors);
	memory_evict();
	line();
}

/* Frames that left as noise; what the driver must not let happen */
uint32_t model_garbled(void)
{
	return garbled;
}
