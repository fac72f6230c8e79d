/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The delays of RGMII clocks in those PHYs that boards have. No IEEE register
 * is for this: each maker has its own, behind others.
 */
#include "mii.h"

struct mii_delay {
	uint32_t id, mask;
	int (*set)(struct mii *mii);
};

/* ---- Broadcom BCM54213PE ---- */

/* A register behind @p reg: select it, read it, change it, write it. */
static int bcm54213pe_change(struct mii *mii, uint8_t reg, uint16_t read,
			     uint16_t write, uint16_t keep, uint16_t set)
{
	int rc = mii->ops->write(mii, reg, read);

	if (rc == NET_OK)
		rc = mii->ops->read(mii, reg);
	if (rc < 0)
		return rc;
	return mii->ops->write(mii, reg,
			       (uint16_t)(write | ((unsigned int)rc & keep)
					  | set));
}

/* As Linux, drivers/net/phy/broadcom.c, bcm54xx_config_clock_delay */
static int bcm54213pe_set(struct mii *mii)
{
	int rc = bcm54213pe_change(mii, BCM54213PE_AUX_CTL,
		BCM54213PE_AUX_MISC_READ, BCM54213PE_AUX_MISC_WRITE,
		BCM54213PE_AUX_MISC_DATA & ~BCM54213PE_AUX_MISC_RX_SKEW,
		mii->delays_rx ? BCM54213PE_AUX_MISC_RX_SKEW : 0);

	if (rc != NET_OK)
		return rc;
	return bcm54213pe_change(mii, BCM54213PE_SHADOW,
		BCM54213PE_SHADOW_CLK, BCM54213PE_SHADOW_CLK_WRITE,
		BCM54213PE_SHADOW_DATA & ~BCM54213PE_CLK_GTX_DELAY,
		mii->delays_tx ? BCM54213PE_CLK_GTX_DELAY : 0);
}

/* ---- Realtek RTL8211E ---- */

static int rtl8211e_change(struct mii *mii)
{
	const unsigned int all = RTL8211E_DELAY_FORCE | RTL8211E_DELAY_TX
				 | RTL8211E_DELAY_RX;
	unsigned int set = RTL8211E_DELAY_FORCE;
	int rc = mii->ops->write(mii, RTL8211E_EXT_PAGE, RTL8211E_DELAY_PAGE);

	if (mii->delays_tx)
		set |= RTL8211E_DELAY_TX;
	if (mii->delays_rx)
		set |= RTL8211E_DELAY_RX;
	if (rc == NET_OK)
		rc = mii->ops->read(mii, RTL8211E_DELAY);
	if (rc < 0)
		return rc;
	return mii->ops->write(mii, RTL8211E_DELAY,
			       (uint16_t)(((unsigned int)rc & ~all) | set));
}

/* As Linux, drivers/net/phy/realtek, rtl8211e_config_init */
static int rtl8211e_set(struct mii *mii)
{
	int rc = mii->ops->write(mii, RTL8211E_PAGE, RTL8211E_PAGE_EXT);
	int back;

	if (rc == NET_OK)
		rc = rtl8211e_change(mii);
	/* In any case: all other registers are on page 0. */
	back = mii->ops->write(mii, RTL8211E_PAGE, 0);
	return rc == NET_OK ? back : rc;
}

/* ---- All of them ---- */

static const struct mii_delay delays[] = {
	{ BCM54213PE_ID, BCM54213PE_ID_MASK, bcm54213pe_set },
	{ RTL8211E_ID, RTL8211E_ID_MASK, rtl8211e_set },
};

int mii_set_delays(struct mii *mii)
{
	for (size_t n = 0; n < sizeof(delays) / sizeof(delays[0]); n++)
		if ((mii->id & delays[n].mask) == delays[n].id)
			return delays[n].set(mii);
	return NET_OK;
}
