/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Ethernet PHYs of 10 and 100 Mbit/s: IEEE 802.3-2018, clauses 22 and 28.
 * Include FreeRTOS_IP.h before it. All functions are for tasks.
 */
#ifndef PHYHANDLING_H
#define PHYHANDLING_H

#include "FreeRTOS_IP.h"

/* A register of 16 bits over MDIO; 0 when it worked. */
typedef BaseType_t (*xApplicationPhyReadHook_t)(BaseType_t xAddress,
						BaseType_t xRegister,
						uint32_t *pulValue);
typedef BaseType_t (*xApplicationPhyWriteHook_t)(BaseType_t xAddress,
						 BaseType_t xRegister,
						 uint32_t ulValue);

#define PHY_SPEED_10		1
#define PHY_SPEED_100		2
#define PHY_SPEED_AUTO		3
#define PHY_MDIX_DIRECT		1
#define PHY_MDIX_CROSSED	2
#define PHY_MDIX_AUTO		3
#define PHY_DUPLEX_HALF		1
#define PHY_DUPLEX_FULL		2
#define PHY_DUPLEX_AUTO		3

typedef struct xPhyProperties {
	uint8_t ucSpeed;	/* PHY_SPEED_... */
	uint8_t ucMDI_X;	/* PHY_MDIX_... */
	uint8_t ucDuplex;	/* PHY_DUPLEX_... */
	uint8_t ucSpare;
} PhyProperties_t;

typedef struct xEthernetPhy {
	xApplicationPhyReadHook_t fnPhyRead;
	xApplicationPhyWriteHook_t fnPhyWrite;
	uint32_t ulPhyIDs[ipconfigPHY_MAX_PORTS];
	uint8_t ucPhyIndexes[ipconfigPHY_MAX_PORTS];	/* MDIO addresses */
	TimeOut_t xLinkStatusTimer;
	TickType_t xLinkStatusRemaining;
	BaseType_t xPortCount;
	uint32_t ulBCRValue;		/* for register 0 */
	uint32_t ulACRValue;		/* for register 4 */
	uint32_t ulLinkStatusMask;	/* a bit per port */
	PhyProperties_t xPhyPreferences;
	PhyProperties_t xPhyProperties;	/* as negotiated */
} EthernetPhy_t;

/* PHYID1 and PHYID2 without the revision */
#define PHY_ID_LAN8742A		0x0007c130
#define PHY_ID_LAN8720		0x0007c0f0
#define PHY_ID_KSZ8041		0x000010A1
#define PHY_ID_KSZ8051		0x000010A1
#define PHY_ID_KSZ8081		0x000010A1
#define PHY_ID_KSZ8863		0x00221430
#define PHY_ID_KSZ8795		0x00221550
#define PHY_ID_KSZ8081MNXIA	0x00221560
#define PHY_ID_DP83848I		0x20005C90
#define PHY_ID_DP83TC811S	0x2000A250
#define PHY_ID_DP83822HF	0x2000A240
#define PHY_ID_TM4C129X		0x2000A221
#define PHY_ID_MV88E6071	0xFF000710
#define PHY_ID_ADIN1200		0x0283BC20

#define xPhyGetMask(pxPhyObject) \
	(((uint32_t)1 << (pxPhyObject)->xPortCount) - 1)

void vPhyInitialise(EthernetPhy_t *pxPhyObject,
		    xApplicationPhyReadHook_t fnPhyRead,
		    xApplicationPhyWriteHook_t fnPhyWrite);
/* How many PHYs answer, ipconfigPHY_MAX_PORTS at most */
BaseType_t xPhyDiscover(EthernetPhy_t *pxPhyObject);
/*
 * Reset all and prepare what they shall advertise. 0, or -1 when there is
 * none. Blocks for a second at most.
 */
BaseType_t xPhyConfigure(EthernetPhy_t *pxPhyObject,
			 const PhyProperties_t *pxPhyProperties);
/*
 * Negotiate and read the result into xPhyProperties and ulLinkStatusMask.
 * Blocks for three seconds when nobody is at the other end. 0.
 */
BaseType_t xPhyStartAutoNegotiation(EthernetPhy_t *pxPhyObject,
				    uint32_t ulPhyMask);
/* Without negotiation: xPhyPreferences. 0. */
BaseType_t xPhyFixedValue(EthernetPhy_t *pxPhyObject, uint32_t ulPhyMask);
/*
 * pdTRUE: ulLinkStatusMask has changed. PHYs are asked when it is time to;
 * a frame that was received shows a link without asking.
 */
BaseType_t xPhyCheckLinkStatus(EthernetPhy_t *pxPhyObject,
			       BaseType_t xHadReception);

#endif /* PHYHANDLING_H */
