/* SPDX-License-Identifier: BSD-3-Clause */
/* For host tests: a PHY, with a partner at the other end or none. */
#include <string.h>

#include "mii_regs.h"
#include "mii_test.h"

/* 22.2.4.1.1: what it shows right after a reset; ANENABLE may be strapped */
#define BMCR_DEFAULT	MII_BMCR_ANENABLE

static void defaults(struct phy *phy)
{
	memset(phy->regs, 0, sizeof(phy->regs));
	phy->regs[MII_BMCR] = BMCR_DEFAULT;
	phy->regs[MII_ANAR] = MII_AN_SELECTOR;
	phy->page = phy->ext_page = 0;
	/* The other way round than a board wants it */
	phy->aux_misc = 0x00e0;
	phy->shadow_clk = BCM54213PE_CLK_GTX_DELAY;
	phy->delay = 0x8400 | RTL8211E_DELAY_RX;
}

void phy_reset(struct phy *phy, uint8_t address, uint32_t id, bool gigabit)
{
	memset(phy, 0, sizeof(*phy));
	phy->address = address;
	phy->id = id;
	phy->gigabit = gigabit;
	phy->present = true;
	defaults(phy);
}

void phy_partner(struct phy *phy, bool cable, uint16_t mbps, bool full_duplex)
{
	phy->lost |= phy->cable;
	phy->cable = cable;
	phy->mbps = mbps;
	phy->full_duplex = full_duplex;
}

/* ---- Negotiation ---- */

static uint16_t partner_abilities(const struct phy *phy)
{
	uint16_t can = MII_AN_SELECTOR;

	if (!phy->cable)
		return 0;
	/* One that can only half duplex or 10 Mb/s has no more to offer. */
	if (phy->mbps >= 100)
		can |= phy->full_duplex ? MII_AN_100 | MII_AN_100_FULL
					: MII_AN_100;
	return can | MII_AN_10 | (phy->full_duplex ? MII_AN_10_FULL : 0);
}

static bool both_gigabit(const struct phy *phy)
{
	return phy->gigabit && phy->mbps == 1000 && phy->full_duplex
	       && (phy->regs[MII_GTCR] & MII_GTCR_1000_FULL);
}

static uint16_t common(const struct phy *phy)
{
	return phy->regs[MII_ANAR] & partner_abilities(phy) & MII_AN_ALL;
}

uint16_t phy_mbps(const struct phy *phy)
{
	uint16_t both = common(phy);

	if (!phy->present || !phy->cable
	    || !(phy->regs[MII_BMCR] & MII_BMCR_ANENABLE))
		return 0;
	if (both_gigabit(phy))
		return 1000;
	if (both & (MII_AN_100 | MII_AN_100_FULL))
		return 100;
	return both ? 10 : 0;
}

bool phy_full_duplex(const struct phy *phy)
{
	uint16_t mbps = phy_mbps(phy);

	return mbps == 1000
	       || (common(phy) & (mbps == 100 ? MII_AN_100_FULL
					      : MII_AN_10_FULL));
}

/* ---- Registers ---- */

static uint16_t status(struct phy *phy)
{
	uint16_t bits = phy->gigabit ? MII_BMSR_ESTATUS : 0;

	if (phy_mbps(phy))
		bits |= MII_BMSR_ANCOMPLETE;
	if (phy_mbps(phy) && !phy->lost)
		bits |= MII_BMSR_LINK;
	phy->lost = false;
	return bits;
}

/* ---- What the makers added ---- */

static bool is_realtek(const struct phy *phy)
{
	return phy->id == RTL8211E_ID;
}

bool phy_delays(const struct phy *phy, bool rx, bool tx)
{
	if (is_realtek(phy))
		return (phy->delay & 0xbc00)
		       == (0x8400 | RTL8211E_DELAY_FORCE
			   | (rx ? RTL8211E_DELAY_RX : 0)
			   | (tx ? RTL8211E_DELAY_TX : 0));
	return phy->aux_misc == (0xe0 | (rx ? BCM54213PE_AUX_MISC_RX_SKEW : 0))
	       && phy->shadow_clk == (tx ? BCM54213PE_CLK_GTX_DELAY : 0);
}

static bool at_delay(const struct phy *phy)
{
	return phy->page == RTL8211E_PAGE_EXT
	       && phy->ext_page == RTL8211E_DELAY_PAGE;
}

static uint16_t special_read(const struct phy *phy, uint8_t reg)
{
	if (is_realtek(phy))
		return reg == RTL8211E_DELAY && at_delay(phy) ? phy->delay : 0;
	if (reg == BCM54213PE_AUX_CTL && phy->aux_select == 7)
		return phy->aux_misc | BCM54213PE_AUX_MISC_READ;
	if (reg == BCM54213PE_SHADOW && phy->shadow_select == 3)
		return phy->shadow_clk | BCM54213PE_SHADOW_CLK;
	return 0;
}

bool phy_answers(const struct phy *phy, uint8_t address)
{
	return phy->present && phy->address == address;
}

uint16_t phy_read(struct phy *phy, uint8_t address, uint8_t reg)
{
	if (!phy_answers(phy, address))
		return 0xffff;
	/* On another page, there are other registers. */
	if (phy->page && reg < 16)
		return 0;
	switch (reg) {
	case MII_BMSR:
		return status(phy);
	case MII_PHYID1:
		return (uint16_t)(phy->id >> 16);
	case MII_PHYID2:
		return (uint16_t)phy->id;
	case MII_ANLPAR:
		return partner_abilities(phy);
	case MII_GTSR:
		return both_gigabit(phy) ? MII_GTSR_1000_FULL : 0;
	case MII_ESR:
		return phy->gigabit ? MII_ESR_1000T_FULL : 0;
	}
	return reg < 16 ? phy->regs[reg] : special_read(phy, reg);
}

static void control_write(struct phy *phy, uint16_t value)
{
	if (value & MII_BMCR_RESET) {
		defaults(phy);
		if (phy->stuck_in_reset)
			phy->regs[MII_BMCR] |= MII_BMCR_RESET;
		return;
	}
	phy->regs[MII_BMCR] = value & (uint16_t)~MII_BMCR_ANRESTART;
}

static void aux_write(struct phy *phy, uint16_t value)
{
	if ((value & 7) != 7)
		return;
	if (value & 0x8000)
		phy->aux_misc = value & 0x0ff8;
	else
		phy->aux_select = value >> 12 & 7;
}

static void shadow_write(struct phy *phy, uint16_t value)
{
	phy->shadow_select = value >> 10 & 0x1f;
	if ((value & 0x8000) && phy->shadow_select == 3)
		phy->shadow_clk = value & 0x3ff;
}

static void page_write(struct phy *phy, uint8_t reg, uint16_t value)
{
	if (reg == RTL8211E_PAGE)
		phy->page = value;
	else if (reg == RTL8211E_EXT_PAGE)
		phy->ext_page = value;
	else if (reg == RTL8211E_DELAY && at_delay(phy))
		phy->delay = value;
}

void phy_write(struct phy *phy, uint8_t address, uint8_t reg, uint16_t value)
{
	if (!phy_answers(phy, address))
		return;
	if (is_realtek(phy) && reg >= 16)
		page_write(phy, reg, value);
	else if (reg == BCM54213PE_AUX_CTL)
		aux_write(phy, value);
	else if (reg == BCM54213PE_SHADOW)
		shadow_write(phy, value);
	else if (reg == MII_BMCR && !phy->page)
		control_write(phy, value);
	else if (!phy->page)
		phy->regs[reg] = value;
}
