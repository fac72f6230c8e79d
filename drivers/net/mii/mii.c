/* SPDX-License-Identifier: BSD-3-Clause */
/* Ethernet PHYs: IEEE 802.3-2018, clauses 22, 28 and 40. */
#include "FreeRTOS.h"
#include "task.h"

#include "mii.h"

/* What an MDIO line reads that nobody drives, and one that is held low */
#define MII_NOBODY_HIGH		0xffffffffU
#define MII_NOBODY_LOW		0U

/* ---- Finding it ---- */

/* Whether a PHY answers at mii->address; NET_ERR_NO_DEVICE: none does. */
static int mii_identify(struct mii *mii)
{
	int high = mii->ops->read(mii, MII_PHYID1);
	int low;

	if (high < 0)
		return high;
	low = mii->ops->read(mii, MII_PHYID2);
	if (low < 0)
		return low;
	mii->id = (uint32_t)high << 16 | (uint32_t)low;
	if (mii->id == MII_NOBODY_HIGH || mii->id == MII_NOBODY_LOW)
		return NET_ERR_NO_DEVICE;
	return NET_OK;
}

/* From 1 on, and 0 last: that one is every PHY's for some of them. */
static int mii_find(struct mii *mii)
{
	for (unsigned int n = 1; n <= MII_ADDRESSES; n++) {
		int rc;

		mii->address = (uint8_t)(n % MII_ADDRESSES);
		rc = mii_identify(mii);
		if (rc != NET_ERR_NO_DEVICE)
			return rc;
	}
	return NET_ERR_NO_DEVICE;
}

/* ---- Getting it ready ---- */

static int mii_reset(struct mii *mii)
{
	TickType_t left = pdMS_TO_TICKS(MII_RESET_MS) + 1;
	TimeOut_t since;
	int rc = mii->ops->write(mii, MII_BMCR, MII_BMCR_RESET);

	vTaskSetTimeOutState(&since);
	while (rc >= 0) {
		rc = mii->ops->read(mii, MII_BMCR);
		if (rc >= 0 && !(rc & (int)MII_BMCR_RESET))
			return NET_OK;
		if (xTaskCheckForTimeOut(&since, &left))
			return NET_ERR_TIMEOUT;
		vTaskDelay(1);
	}
	return rc;
}

/* Both ends can do 1000BASE-T; its half duplex nobody uses. */
static int mii_find_gigabit(struct mii *mii)
{
	int rc = NET_OK;

	mii->gigabit = false;
	if (mii->mac_is_gigabit)
		rc = mii->ops->read(mii, MII_BMSR);
	if (rc > 0 && (rc & (int)MII_BMSR_ESTATUS)) {
		rc = mii->ops->read(mii, MII_ESR);
		mii->gigabit = rc > 0 && (rc & (int)MII_ESR_1000T_FULL);
	}
	return rc < 0 ? rc : NET_OK;
}

/* No PAUSE: a receiver that is late drops, and does not stop others. */
static int mii_negotiate(struct mii *mii)
{
	int rc = mii->ops->write(mii, MII_ANAR, MII_AN_SELECTOR | MII_AN_ALL);

	if (rc == NET_OK && mii->gigabit)
		rc = mii->ops->write(mii, MII_GTCR, MII_GTCR_1000_FULL);
	if (rc == NET_OK)
		rc = mii->ops->write(mii, MII_BMCR, MII_BMCR_ANENABLE
						    | MII_BMCR_ANRESTART);
	return rc;
}

int mii_init(struct mii *mii)
{
	int rc = mii_find(mii);

	if (rc == NET_OK)
		rc = mii_reset(mii);
	if (rc == NET_OK)
		rc = mii_set_delays(mii);
	if (rc == NET_OK)
		rc = mii_find_gigabit(mii);
	if (rc == NET_OK)
		rc = mii_negotiate(mii);
	return rc;
}

/* ---- Asking it ---- */

/* The best of what both ends can: annex 28B.3, in order of priority. */
static void mii_best(struct mii_link *link, uint32_t common)
{
	link->mbps = common & (MII_AN_100 | MII_AN_100_FULL) ? 100 : 10;
	link->full_duplex = common & (link->mbps == 100 ? MII_AN_100_FULL
							: MII_AN_10_FULL);
}

static int mii_resolve(struct mii *mii, struct mii_link *link)
{
	int rc;

	if (mii->gigabit) {
		rc = mii->ops->read(mii, MII_GTSR);
		if (rc < 0)
			return rc;
		if (rc & (int)MII_GTSR_1000_FULL) {
			link->mbps = 1000;
			link->full_duplex = true;
			return NET_OK;
		}
	}
	rc = mii->ops->read(mii, MII_ANLPAR);
	if (rc < 0)
		return rc;
	mii_best(link, (uint32_t)rc & MII_AN_ALL);
	return NET_OK;
}

int mii_poll(struct mii *mii, struct mii_link *link)
{
	const int ready = MII_BMSR_LINK | MII_BMSR_ANCOMPLETE;
	/* Read once: the bit has latched a loss since the last time. */
	int status = mii->ops->read(mii, MII_BMSR);

	*link = (struct mii_link){ .up = false };
	if (status < 0)
		return status;
	/* A PHY that is gone reads all ones. */
	if (status == 0xffff)
		return NET_ERR_NO_DEVICE;
	if ((status & ready) != ready)
		return NET_OK;
	status = mii_resolve(mii, link);
	link->up = status == NET_OK;
	return status;
}
