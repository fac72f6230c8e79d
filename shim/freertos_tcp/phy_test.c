/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: PHYs on an MDIO bus, as far as their handling goes. Two
 * sides of a cable negotiate for so many reads of the status.
 */
#include <string.h>
#include <uk_host.h>

#include "FreeRTOS.h"
#include "task.h"
#include "FreeRTOS_IP.h"
#include "phyHandling.h"

#define ADDRESSES	32
#define REGISTERS	32

static struct {
	uint32_t reg[REGISTERS];
	bool present;
	bool link, lost;	/* now; since the last read */
	bool stuck;		/* in reset */
	uint32_t reads_left;	/* until it has negotiated */
} phys[ADDRESSES];
static EthernetPhy_t phy;

static BaseType_t mdio_read(BaseType_t address, BaseType_t reg, uint32_t *value)
{
	if (!phys[address].present) {
		*value = 0xffff;
		return 0;
	}
	*value = phys[address].reg[reg];
	if (reg == 0 && !phys[address].stuck)
		phys[address].reg[0] &= ~0x8000U;
	if (reg != 1)
		return 0;
	if (phys[address].reads_left && !--phys[address].reads_left)
		phys[address].reg[1] |= 0x20;
	*value = (phys[address].reg[1] & ~4U)
		 | (phys[address].link && !phys[address].lost ? 4 : 0);
	phys[address].lost = false;
	return 0;
}

static BaseType_t mdio_write(BaseType_t address, BaseType_t reg, uint32_t value)
{
	phys[address].reg[reg] = value & 0xffff;
	if (reg == 0 && value & 0x200 && phys[address].link) {
		phys[address].reg[0] &= ~0x200U;
		phys[address].reg[1] &= ~0x20U;
		phys[address].reads_left = 3;
	}
	return 0;
}

void phy_put(uint32_t address, uint32_t id, uint32_t partner)
{
	phys[address].present = true;
	phys[address].reg[2] = id >> 16;
	phys[address].reg[3] = id & 0xffff;
	phys[address].reg[5] = partner;
	phys[address].link = partner != 0;
}

void phy_cable(uint32_t address, _Bool link)
{
	phys[address].lost |= !link;
	phys[address].link = link;
}

void phy_get_stuck(uint32_t address)
{
	phys[address].stuck = true;
}

uint32_t phy_register(uint32_t address, uint32_t reg)
{
	return phys[address].reg[reg];
}

int phy_find(void)
{
	vPhyInitialise(&phy, mdio_read, mdio_write);
	return (int)xPhyDiscover(&phy);
}

int phy_configure(uint32_t speed, uint32_t duplex, uint32_t mdix)
{
	const PhyProperties_t wanted = {
		.ucSpeed = (uint8_t)speed, .ucDuplex = (uint8_t)duplex,
		.ucMDI_X = (uint8_t)mdix,
	};

	phy.xPhyPreferences = wanted;
	return (int)xPhyConfigure(&phy, &wanted);
}

int phy_negotiate(void)
{
	return (int)xPhyStartAutoNegotiation(&phy, xPhyGetMask(&phy));
}

int phy_fix(void)
{
	return (int)xPhyFixedValue(&phy, xPhyGetMask(&phy));
}

int phy_check(int received)
{
	return (int)xPhyCheckLinkStatus(&phy, received);
}

uint32_t phy_links_up(void)
{
	return phy.ulLinkStatusMask;
}

void phy_found(uint32_t *speed, uint32_t *duplex, uint32_t *id)
{
	*speed = phy.xPhyProperties.ucSpeed;
	*duplex = phy.xPhyProperties.ucDuplex;
	*id = phy.ulPhyIDs[0];
}
