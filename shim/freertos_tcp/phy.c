/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * PHYs as drivers of FreeRTOS+TCP handle them. What was negotiated is worked
 * out from both sides' abilities, so that it is right for any PHY; only
 * where a driver forces MDI or MDI-X, registers of a vendor count.
 */
#include <stdbool.h>
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"
#include "FreeRTOS_IP.h"
#include "phyHandling.h"

/* Ours: how often a register is read while it has to change */
#define PHY_POLL_MS	10U
/* IEEE 802.3-2018, 22.2.4.1.1: a reset takes half a second at most. */
#define PHY_RESET_MS	1000U
/* IEEE 802.3-2018, 28.2: 1 to 2 s in practice; FreeRTOS+TCP allows 3. */
#define PHY_NEGOTIATE_MS	3000U

/* IEEE 802.3-2018, 22.2.4, Table 22-6: registers */
#define PHY_BMCR	0
#define PHY_BMSR	1
#define PHY_ID1		2
#define PHY_ID2		3
#define PHY_ANAR	4
#define PHY_ANLPAR	5
#define PHY_ADDRESSES	32
/* 22.2.4.1, Table 22-7 */
#define PHY_BMCR_FULL_DUPLEX	0x0100U
#define PHY_BMCR_AN_RESTART	0x0200U
#define PHY_BMCR_AN_ENABLE	0x1000U
#define PHY_BMCR_SPEED_100	0x2000U
#define PHY_BMCR_RESET		0x8000U
/* 22.2.4.2, Table 22-8 */
#define PHY_BMSR_LINK		0x0004U
#define PHY_BMSR_AN_COMPLETE	0x0020U
/* 28.2.4.1.3, Table 28-9 and Annex 28B */
#define PHY_AN_CSMA		0x0001U
#define PHY_AN_10HALF		0x0020U
#define PHY_AN_10FULL		0x0040U
#define PHY_AN_100HALF		0x0080U
#define PHY_AN_100FULL		0x0100U
/* Texas Instruments SNLS266E (DP83848I), 7.6.2.10: PHYCR */
#define PHY_DP_PHYCR		0x19
#define PHY_DP_MDIX_AUTO	0x8000U
#define PHY_DP_MDIX_FORCE	0x4000U

static bool phy_read(EthernetPhy_t *phy, BaseType_t port, BaseType_t reg,
		     uint32_t *value)
{
	*value = 0;
	return phy->fnPhyRead(phy->ucPhyIndexes[port], reg, value) == 0;
}

static void phy_write(EthernetPhy_t *phy, BaseType_t port, BaseType_t reg,
		      uint32_t value)
{
	phy->fnPhyWrite(phy->ucPhyIndexes[port], reg, value);
}

/*
 * Wait until all ports of @p mask have the bits of @p which in a register
 * as @p want says. The mask of those that have.
 */
static uint32_t phy_wait(EthernetPhy_t *phy, uint32_t mask, BaseType_t reg,
			 uint32_t which, uint32_t want, uint32_t most_ms)
{
	TickType_t left = pdMS_TO_TICKS(most_ms);
	uint32_t done = 0, value;
	BaseType_t port;
	TimeOut_t since;

	vTaskSetTimeOutState(&since);
	for (;;) {
		for (port = 0; port < phy->xPortCount; port++)
			if ((mask & ~done & 1U << port)
			    && phy_read(phy, port, reg, &value)
			    && (value & which) == want)
				done |= 1U << port;
		if (done == mask
		    || xTaskCheckForTimeOut(&since, &left) != pdFALSE)
			return done;
		vTaskDelay(ipMS_TO_MIN_TICKS(PHY_POLL_MS));
	}
}

/* ---- Finding them ---- */

void vPhyInitialise(EthernetPhy_t *pxPhyObject,
		    xApplicationPhyReadHook_t fnPhyRead,
		    xApplicationPhyWriteHook_t fnPhyWrite)
{
	memset(pxPhyObject, 0, sizeof(*pxPhyObject));
	pxPhyObject->fnPhyRead = fnPhyRead;
	pxPhyObject->fnPhyWrite = fnPhyWrite;
}

BaseType_t xPhyDiscover(EthernetPhy_t *pxPhyObject)
{
	BaseType_t address, *count = &pxPhyObject->xPortCount;
	uint32_t high, low;

	*count = 0;
	for (address = 0; address < PHY_ADDRESSES
			  && *count < ipconfigPHY_MAX_PORTS; address++) {
		pxPhyObject->ucPhyIndexes[*count] = (uint8_t)address;
		/* Nobody drives the line: all ones; it is held: zeros. */
		if (!phy_read(pxPhyObject, *count, PHY_ID2, &low)
		    || low == 0xffff || low == 0
		    || !phy_read(pxPhyObject, *count, PHY_ID1, &high))
			continue;
		pxPhyObject->ulPhyIDs[*count] = high << 16 | (low & 0xfff0);
		++*count;
	}
	return *count;
}

/* ---- Setting them up ---- */

static void phy_reset(EthernetPhy_t *phy)
{
	BaseType_t port;

	for (port = 0; port < phy->xPortCount; port++)
		phy_write(phy, port, PHY_BMCR, PHY_BMCR_RESET);
	/* One that does not get ready will not negotiate either. */
	phy_wait(phy, xPhyGetMask(phy), PHY_BMCR, PHY_BMCR_RESET, 0,
		 PHY_RESET_MS);
}

static uint32_t phy_abilities(const PhyProperties_t *wanted)
{
	uint32_t abilities = PHY_AN_10HALF | PHY_AN_10FULL | PHY_AN_100HALF
			     | PHY_AN_100FULL;

	if (wanted->ucSpeed == PHY_SPEED_10)
		abilities &= PHY_AN_10HALF | PHY_AN_10FULL;
	else if (wanted->ucSpeed == PHY_SPEED_100)
		abilities &= PHY_AN_100HALF | PHY_AN_100FULL;
	if (wanted->ucDuplex == PHY_DUPLEX_HALF)
		abilities &= PHY_AN_10HALF | PHY_AN_100HALF;
	else if (wanted->ucDuplex == PHY_DUPLEX_FULL)
		abilities &= PHY_AN_10FULL | PHY_AN_100FULL;
	return abilities | PHY_AN_CSMA;
}

static uint32_t phy_forced(const PhyProperties_t *wanted)
{
	uint32_t control = 0;

	if (wanted->ucSpeed != PHY_SPEED_10)
		control |= PHY_BMCR_SPEED_100;
	if (wanted->ucDuplex != PHY_DUPLEX_HALF)
		control |= PHY_BMCR_FULL_DUPLEX;
	return control;
}

static void phy_set_mdix(EthernetPhy_t *phy, BaseType_t port, uint8_t mdix)
{
	uint32_t value;

	switch (phy->ulPhyIDs[port]) {
	case PHY_ID_DP83848I:
	case PHY_ID_DP83822HF:
	case PHY_ID_TM4C129X:
		break;
	default:
		return;	/* they find out themselves */
	}
	if (!phy_read(phy, port, PHY_DP_PHYCR, &value))
		return;
	value &= ~(PHY_DP_MDIX_AUTO | PHY_DP_MDIX_FORCE);
	if (mdix == PHY_MDIX_AUTO)
		value |= PHY_DP_MDIX_AUTO;
	else if (mdix == PHY_MDIX_CROSSED)
		value |= PHY_DP_MDIX_FORCE;
	phy_write(phy, port, PHY_DP_PHYCR, value);
}

BaseType_t xPhyConfigure(EthernetPhy_t *pxPhyObject,
			 const PhyProperties_t *pxPhyProperties)
{
	BaseType_t port;

	if (pxPhyObject->xPortCount < 1)
		return -1;
	pxPhyObject->ulACRValue = phy_abilities(pxPhyProperties);
	pxPhyObject->ulBCRValue = phy_forced(pxPhyProperties)
				  | PHY_BMCR_AN_ENABLE;
	phy_reset(pxPhyObject);
	for (port = 0; port < pxPhyObject->xPortCount; port++) {
		phy_write(pxPhyObject, port, PHY_ANAR,
			  pxPhyObject->ulACRValue);
		phy_set_mdix(pxPhyObject, port, pxPhyProperties->ucMDI_X);
	}
	return 0;
}

BaseType_t xPhyFixedValue(EthernetPhy_t *pxPhyObject, uint32_t ulPhyMask)
{
	uint32_t control = 0;
	BaseType_t port;

	if (pxPhyObject->xPhyPreferences.ucSpeed == PHY_SPEED_100)
		control |= PHY_BMCR_SPEED_100;
	if (pxPhyObject->xPhyPreferences.ucDuplex == PHY_DUPLEX_FULL)
		control |= PHY_BMCR_FULL_DUPLEX;
	for (port = 0; port < pxPhyObject->xPortCount; port++)
		if (ulPhyMask & 1U << port)
			phy_write(pxPhyObject, port, PHY_BMCR, control);
	return 0;
}

/* ---- What became of it ---- */

/* 28.2.3.3 and Annex 28B.3: the best that both sides can */
static void phy_read_result(EthernetPhy_t *phy, BaseType_t port)
{
	PhyProperties_t *found = &phy->xPhyProperties;
	uint32_t both, status;

	if (!phy_read(phy, port, PHY_ANLPAR, &both))
		return;
	both &= phy->ulACRValue;
	found->ucSpeed = both & (PHY_AN_100FULL | PHY_AN_100HALF)
			 ? PHY_SPEED_100 : PHY_SPEED_10;
	found->ucDuplex = both & PHY_AN_100FULL
			  || (both & (PHY_AN_100HALF | PHY_AN_10FULL))
			     == PHY_AN_10FULL
			  ? PHY_DUPLEX_FULL : PHY_DUPLEX_HALF;
	if (phy_read(phy, port, PHY_BMSR, &status) && status & PHY_BMSR_LINK)
		phy->ulLinkStatusMask |= 1U << port;
}

BaseType_t xPhyStartAutoNegotiation(EthernetPhy_t *pxPhyObject,
				    uint32_t ulPhyMask)
{
	uint32_t done;
	BaseType_t port;

	ulPhyMask &= xPhyGetMask(pxPhyObject);
	if (!ulPhyMask)
		return 0;
	for (port = 0; port < pxPhyObject->xPortCount; port++) {
		if (!(ulPhyMask & 1U << port))
			continue;
		phy_write(pxPhyObject, port, PHY_ANAR, pxPhyObject->ulACRValue);
		phy_write(pxPhyObject, port, PHY_BMCR,
			  pxPhyObject->ulBCRValue | PHY_BMCR_AN_RESTART);
	}
	done = phy_wait(pxPhyObject, ulPhyMask, PHY_BMSR,
			PHY_BMSR_AN_COMPLETE, PHY_BMSR_AN_COMPLETE,
			PHY_NEGOTIATE_MS);
	pxPhyObject->ulLinkStatusMask &= ~done;
	for (port = 0; port < pxPhyObject->xPortCount; port++)
		if (done & 1U << port)
			phy_read_result(pxPhyObject, port);
	return 0;
}

/* ---- Whether it is still there ---- */

/* A link that went away meanwhile is down once: 22.2.4.2.13 */
static uint32_t phy_links(EthernetPhy_t *phy)
{
	uint32_t links = phy->ulLinkStatusMask, status;
	BaseType_t port;

	for (port = 0; port < phy->xPortCount; port++) {
		if (!phy_read(phy, port, PHY_BMSR, &status))
			continue;
		links &= ~(1U << port);
		if (status & PHY_BMSR_LINK)
			links |= 1U << port;
	}
	return links;
}

BaseType_t xPhyCheckLinkStatus(EthernetPhy_t *pxPhyObject,
			       BaseType_t xHadReception)
{
	uint32_t links = xPhyGetMask(pxPhyObject);
	uint32_t before = pxPhyObject->ulLinkStatusMask;
	uint32_t next_ms = ipconfigPHY_LS_HIGH_CHECK_TIME_MS;

	if (!xHadReception) {
		if (xTaskCheckForTimeOut(&pxPhyObject->xLinkStatusTimer,
					 &pxPhyObject->xLinkStatusRemaining)
		    == pdFALSE)
			return pdFALSE;
		links = phy_links(pxPhyObject);
		if (links != xPhyGetMask(pxPhyObject))
			next_ms = ipconfigPHY_LS_LOW_CHECK_TIME_MS;
	}
	vTaskSetTimeOutState(&pxPhyObject->xLinkStatusTimer);
	pxPhyObject->xLinkStatusRemaining = pdMS_TO_TICKS(next_ms);
	pxPhyObject->ulLinkStatusMask = links;
	return links != before;
}
