/* SPDX-License-Identifier: BSD-3-Clause */
/* For host tests: a PHY, with a partner at the other end or none. */
#ifndef MII_TEST_H
#define MII_TEST_H

#include <stdbool.h>
#include <stdint.h>

struct phy {
	uint8_t address;
	uint32_t id;
	bool present;		/* answers */
	bool gigabit;
	bool stuck_in_reset;
	uint16_t regs[32];
	/* The partner: */
	bool cable;
	uint16_t mbps;		/* the most it can */
	bool full_duplex;
	bool lost;		/* the link was away since BMSR was read */
	/* BCM54213PE's registers behind registers */
	uint16_t aux_select, aux_misc;
	uint16_t shadow_select, shadow_clk;
	/* RTL8211E's pages */
	uint16_t page, ext_page, delay;
};

void phy_reset(struct phy *phy, uint8_t address, uint32_t id, bool gigabit);
void phy_partner(struct phy *phy, bool cable, uint16_t mbps, bool full_duplex);

/* What the line has of it; 0xffff: nobody answers there. */
uint16_t phy_read(struct phy *phy, uint8_t address, uint8_t reg);
void phy_write(struct phy *phy, uint8_t address, uint8_t reg, uint16_t value);
bool phy_answers(const struct phy *phy, uint8_t address);

/* What was negotiated, or 0: no link. */
uint16_t phy_mbps(const struct phy *phy);
bool phy_full_duplex(const struct phy *phy);

/* Which clocks it delays, if it is one of those that say so. */
bool phy_delays(const struct phy *phy, bool rx, bool tx);

#endif /* MII_TEST_H */
