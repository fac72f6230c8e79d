/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of GENET v5 with a BCM54213PE behind the recorded
 * register accesses. Its DMA reads and writes memory as drivers/dma_test.c
 * has it, and gets on when the test says so.
 */
#include <string.h>
#include <uk_host.h>

#include "../../dma_test.h"
#include "../mii/mii_test.h"
#include "../net_test.h"
#include "bcm_genet.h"
#include "bcm_genet_regs.h"

#define MODEL_IRQ	29
/* The indices keep what they have; where the ring is goes by index */
#define KEEPS_INDEX	1U
#define GOES_BY_INDEX	2U

enum fault {
	MDIO_STUCK, PHY_ABSENT, PHY_IN_RESET, TX_STALL, RX_STALL, DMA_ENDLESS,
	TX_INDEX, RX_INDEX, RX_ENDLESS, FAULTS
};

static struct bcm_genet_regs registers;
static struct phy phy;
static uint32_t fault[FAULTS];
static uint32_t variant, garbled;
static struct bcm_genet model_genet;

#define TX	(&registers.tdma)
#define RX	(&registers.rdma)
#define RING(dma)	(&(dma)->ring[BCM_GENET_RING])

/* ---- Interrupts ---- */

static void line(void)
{
	if (registers.intrl2_0.status & ~registers.intrl2_0.mask_status)
		host_raise(MODEL_IRQ);
}

/* ---- Rings ---- */

static bool enabled(const struct bcm_genet_dma *dma)
{
	const uint32_t on = BCM_GENET_DMA_EN | BCM_GENET_DMA_RING_EN;

	return (dma->ctrl & on) == on
	       && dma->ring_cfg == 1U << BCM_GENET_RING;
}

/* Both ends of RGMII agree on speed and clocks, or all is noise. */
static bool connected(void)
{
	const uint32_t oob = BCM_GENET_RGMII_LINK | BCM_GENET_RGMII_MODE_EN;
	uint32_t speed = registers.umac.cmd & BCM_GENET_CMD_SPEED;
	uint16_t mbps = phy_mbps(&phy);

	return mbps && (registers.rgmii_oob & oob) == oob
	       && !(registers.rgmii_oob & (BCM_GENET_RGMII_OOB_DISABLE
					   | BCM_GENET_RGMII_ID_MODE_DIS))
	       && phy_delays(&phy, true, false)
	       && registers.sys.port_ctrl == BCM_GENET_PORT_EXT_GPHY
	       && speed == (mbps == 1000 ? BCM_GENET_CMD_SPEED_1000
			    : mbps == 100 ? BCM_GENET_CMD_SPEED_100
			    : BCM_GENET_CMD_SPEED_10)
	       && !(registers.umac.cmd & BCM_GENET_CMD_HD_EN)
		  == phy_full_duplex(&phy);
}

static uint32_t slots(struct bcm_genet_dma *dma)
{
	return RING(dma)->buf_size >> BCM_GENET_DMA_RING_SIZE_SHIFT;
}

static struct bcm_genet_desc *here(struct bcm_genet_dma *dma)
{
	if (variant & GOES_BY_INDEX)
		return &dma->desc[(RING(dma)->index_here & 0xffff)
				  % slots(dma)];
	return &dma->desc[RING(dma)->pointer_here / 3];
}

/* The device is done with a descriptor: on to the next, round at the end. */
static void step(struct bcm_genet_dma *dma, uint32_t irq)
{
	struct bcm_genet_ring *ring = RING(dma);

	ring->pointer_here += 3;
	if (ring->pointer_here > ring->end)
		ring->pointer_here = ring->start;
	ring->index_here = (ring->index_here & 0xffff0000)
			   | ((ring->index_here + 1) & 0xffff);
	registers.intrl2_0.status |= irq;
}

static uint64_t address(const struct bcm_genet_desc *desc)
{
	return (uint64_t)desc->address_hi << 32 | desc->address_lo;
}

static void transmit(void)
{
	const uint32_t whole = BCM_GENET_DESC_SOP | BCM_GENET_DESC_EOP
			       | BCM_GENET_DESC_TX_CRC;
	struct bcm_genet_desc *desc = here(TX);
	uint32_t len = desc->length_status >> BCM_GENET_DESC_LENGTH_SHIFT
		       & BCM_GENET_DESC_LENGTH;
	uint8_t bytes[4096];

	if (!device_read(address(desc), bytes, len))
		garbled++;
	else if ((desc->length_status & whole) != whole || !connected())
		garbled++;
	else
		wire_put(bytes, len);
	step(TX, BCM_GENET_IRQ_TXDMA_DONE);
}

static bool transmits(void)
{
	uint16_t pending = (uint16_t)(RING(TX)->index_there
				      - RING(TX)->index_here);

	return enabled(TX) && pending && !fault[TX_STALL]
	       && (registers.umac.cmd & BCM_GENET_CMD_TX_EN)
	       && phy_mbps(&phy);
}

static void discard(void)
{
	uint32_t index = RING(RX)->index_here;

	if (index >> 16 != 0xffff)
		RING(RX)->index_here = index + 0x10000;
}

static bool for_us(const uint8_t *bytes)
{
	uint8_t own[NET_ADDRESS_LEN];

	for (unsigned int n = 0; n < NET_ADDRESS_LEN; n++)
		own[n] = (uint8_t)(n < 4 ? registers.umac.mac0 >> (24 - 8 * n)
				   : registers.umac.mac1 >> (40 - 8 * n));
	return (registers.umac.cmd & BCM_GENET_CMD_PROMISC)
	       || (bytes[0] & 1) || !memcmp(bytes, own, sizeof(own));
}

static void receive(const uint8_t *bytes, uint32_t len, uint32_t errors)
{
	struct bcm_genet_desc *desc = here(RX);
	uint16_t used = (uint16_t)(RING(RX)->index_here
				   - RING(RX)->index_there);
	uint32_t room = RING(RX)->buf_size & 0xffff;

	if (used >= slots(RX) || fault[RX_STALL]) {
		discard();
		return;
	}
	if (len > room) {
		errors |= 0x10;
		len = room;
	}
	device_write(address(desc), bytes, len);
	desc->length_status = len << BCM_GENET_DESC_LENGTH_SHIFT | errors
			      | BCM_GENET_DESC_SOP | BCM_GENET_DESC_EOP;
	step(RX, BCM_GENET_IRQ_RXDMA_DONE);
}

/* ---- Registers that do something ---- */

static void mdio(uint32_t value)
{
	uint8_t at = value >> BCM_GENET_MDIO_PHY_SHIFT & 0x1f;
	uint8_t reg = value >> BCM_GENET_MDIO_REG_SHIFT & 0x1f;

	registers.umac.mdio_cmd = value;
	if (!(value & BCM_GENET_MDIO_BUSY) || fault[MDIO_STUCK])
		return;
	value &= ~BCM_GENET_MDIO_BUSY;
	if (value & BCM_GENET_MDIO_WRITE)
		phy_write(&phy, at, reg, (uint16_t)value);
	else if (phy_answers(&phy, at))
		value = (value & ~0xffffU) | phy_read(&phy, at, reg);
	else
		value |= BCM_GENET_MDIO_FAIL | 0xffff;
	registers.umac.mdio_cmd = value;
}

static void umac_command(uint32_t value)
{
	registers.umac.cmd = value;
	if (!(value & BCM_GENET_CMD_SW_RESET))
		return;
	fault[TX_STALL] = fault[RX_STALL] = 0;
	fault[TX_INDEX] = fault[RX_INDEX] = 0;
	registers.umac.mac0 = registers.umac.mac1 = 0;
}

static void dma_control(struct bcm_genet_dma *dma, uint32_t value)
{
	dma->ctrl = value;
	dma->status = value & BCM_GENET_DMA_EN || fault[DMA_ENDLESS]
		      ? 0 : BCM_GENET_DMA_DISABLED;
}

static void index_write(struct bcm_genet_dma *dma, uint32_t value)
{
	uint32_t index = RING(dma)->index_here & 0xffff;

	/* The upper half is cleared in any case. */
	if ((dma->ctrl & BCM_GENET_DMA_EN) || (variant & KEEPS_INDEX))
		RING(dma)->index_here = index;
	else
		RING(dma)->index_here = value;
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	if (reg == &RING(TX)->index_here)
		return *reg + fault[TX_INDEX];
	/* As many as there can be, again and again */
	if (reg == &RING(RX)->index_here && fault[RX_ENDLESS])
		return (RING(RX)->index_there + MAC_RX_SLOTS) & 0xffff;
	if (reg == &RING(RX)->index_here)
		return *reg + fault[RX_INDEX];
	return *reg;
}

static bool intrl2_write(struct bcm_genet_intrl2 *intrl2,
			 volatile uint32_t *reg, uint32_t value)
{
	if (reg == &intrl2->clear)
		intrl2->status &= ~value;
	else if (reg == &intrl2->mask_set)
		intrl2->mask_status |= value;
	else if (reg == &intrl2->mask_clear)
		intrl2->mask_status &= ~value;
	else
		return false;
	return true;
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	if (reg == &registers.umac.mdio_cmd)
		mdio(value);
	else if (reg == &registers.umac.cmd)
		umac_command(value);
	else if (reg == &TX->ctrl)
		dma_control(TX, value);
	else if (reg == &RX->ctrl)
		dma_control(RX, value);
	else if (reg == &RING(TX)->index_here)
		index_write(TX, value);
	else if (reg == &RING(RX)->index_here)
		index_write(RX, value);
	else if (!intrl2_write(&registers.intrl2_0, reg, value)
		 && !intrl2_write(&registers.intrl2_1, reg, value))
		*reg = value;
	line();
}

void mmio_barrier(void)
{
}

/* ---- For the test ---- */

/* What firmware that booted by network left: an address, and DMA on. */
static void as_firmware_left_it(void)
{
	registers.sys.rev_ctrl = BCM_GENET_REV_V5 << 24;
	registers.umac.mac0 = 0xdca63201;
	registers.umac.mac1 = 0x0203;
	registers.intrl2_0.mask_status = ~0U;
	registers.intrl2_1.mask_status = ~0U;
	registers.rgmii_oob = BCM_GENET_RGMII_ID_MODE_DIS
			      | BCM_GENET_RGMII_OOB_DISABLE;
	/* As many as fit before the indices wrap */
	RING(TX)->index_here = 0xffe9;
	RING(RX)->index_here = 0xffd3;
	TX->ctrl = RX->ctrl = BCM_GENET_DMA_EN;
}

void model_reset(uint32_t interrupt, uint32_t which)
{
	memory_reset();
	user_reset();
	memset(&registers, 0, sizeof(registers));
	memset(fault, 0, sizeof(fault));
	as_firmware_left_it();
	phy_reset(&phy, 1, BCM54213PE_ID | 2, true);
	variant = which;
	garbled = 0;
	memset(&model_genet, 0, sizeof(model_genet));
	model_genet.base = (uintptr_t)&registers;
	model_genet.irq = interrupt ? MODEL_IRQ : DRIVER_IRQ_NONE;
}

void model_address(const uint8_t *from)
{
	memcpy(model_genet.mac.net.address, from, NET_ADDRESS_LEN);
	registers.umac.mac0 = registers.umac.mac1 = 0;
}

/* What the firmware says is the board's address */
static uint8_t says[NET_ADDRESS_LEN];
static bool refuses;

static int property(uint32_t tag, void *value, size_t size)
{
	if (refuses || tag != FIRMWARE_BOARD_MAC || size < sizeof(says))
		return FIRMWARE_ERR;
	memcpy(value, says, sizeof(says));
	return sizeof(says);
}

void model_firmware(const uint8_t *address, uint32_t refusing)
{
	memcpy(says, address, sizeof(says));
	refuses = refusing;
	model_genet.firmware = property;
}

void model_revision(uint32_t major)
{
	registers.sys.rev_ctrl = major << 24;
}

/* The driver is told that there is none, although there is. */
void model_absent(void)
{
	model_genet.absent = 1;
}

int model_init(void)
{
	return bcm_genet_init(&model_genet);
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
	while (frames-- && transmits())
		transmit();
	memory_evict();
	line();
}

/* A frame comes in; errors: as the device reports them. */
void model_wire(const uint8_t *bytes, uint32_t len, uint32_t errors)
{
	if (!(registers.umac.cmd & BCM_GENET_CMD_RX_EN) || !enabled(RX)
	    || !connected() || !for_us(bytes))
		return;
	receive(bytes, len, errors);
	memory_evict();
	line();
}

/* Frames that left as noise; what the driver must not let happen */
uint32_t model_garbled(void)
{
	return garbled;
}
