/* SPDX-License-Identifier: BSD-3-Clause */
/* The LAN9514's registers: reset, addresses, PHY, what the MAC lets through. */
#include "lan9514.h"

/* Linux, smsc95xx.c, waits a second for each reset: 100 times 10 ms. */
#define LAN9514_RESET_MS	1000U
/* An MDIO access takes 26 us, a request to look at it some 100 us. */
#define LAN9514_MII_MS		100U

/* Wait until a bit that clears itself has. NET_* */
static int lan9514_wait(uint16_t reg, uint32_t bit, uint32_t ms)
{
	TickType_t left = pdMS_TO_TICKS(ms) + 1;
	TimeOut_t since;

	vTaskSetTimeOutState(&since);
	for (;;) {
		uint32_t value;
		int rc = lan9514_usb_read(reg, &value);

		if (rc != NET_OK)
			return rc;
		if (!(value & bit))
			return NET_OK;
		if (xTaskCheckForTimeOut(&since, &left))
			return NET_ERR_TIMEOUT;
		vTaskDelay(1);
	}
}

static int lan9514_trigger(uint16_t reg, uint32_t bit)
{
	int rc = lan9514_usb_write(reg, bit);

	return rc == NET_OK ? lan9514_wait(reg, bit, LAN9514_RESET_MS) : rc;
}

/* ---- MDIO ---- */

static int lan9514_mii(struct mii *mii, uint8_t reg, uint32_t command)
{
	int rc = lan9514_usb_write(LAN9514_REG(mii_addr),
			command | LAN9514_MII_BUSY
			| (uint32_t)mii->address << LAN9514_MII_PHY_SHIFT
			| (uint32_t)reg << LAN9514_MII_REG_SHIFT);

	if (rc != NET_OK)
		return rc;
	return lan9514_wait(LAN9514_REG(mii_addr), LAN9514_MII_BUSY,
			    LAN9514_MII_MS);
}

static int lan9514_mii_read(struct mii *mii, uint8_t reg)
{
	uint32_t value;
	int rc = lan9514_mii(mii, reg, 0);

	if (rc == NET_OK)
		rc = lan9514_usb_read(LAN9514_REG(mii_data), &value);
	return rc == NET_OK ? (int)(value & LAN9514_MII_DATA) : rc;
}

static int lan9514_mii_write(struct mii *mii, uint8_t reg, uint16_t value)
{
	int rc = lan9514_usb_write(LAN9514_REG(mii_data), value);

	return rc == NET_OK ? lan9514_mii(mii, reg, LAN9514_MII_WRITE) : rc;
}

static const struct mii_ops lan9514_mii_ops = {
	.read = lan9514_mii_read,
	.write = lan9514_mii_write,
};

/* ---- The address ---- */

/* What the device has read from an EEPROM, if it has one. */
static int lan9514_read_address(uint8_t *a)
{
	uint32_t low, high;
	int rc = lan9514_usb_read(LAN9514_REG(addrl), &low);

	if (rc == NET_OK)
		rc = lan9514_usb_read(LAN9514_REG(addrh), &high);
	if (rc != NET_OK)
		return rc;
	for (unsigned int n = 0; n < 4; n++)
		a[n] = (uint8_t)(low >> 8 * n);
	a[4] = (uint8_t)high;
	a[5] = (uint8_t)(high >> 8);
	return net_address_is_valid(a) ? NET_OK : NET_ERR_ADDRESS;
}

/* A Raspberry Pi has no EEPROM there: its firmware knows. */
static int lan9514_find_address(struct lan9514 *dev)
{
	uint8_t *a = dev->net.address;

	if (net_address_is_valid(a)
	    || (firmware_mac_address(dev->firmware, a) == FIRMWARE_OK
		&& net_address_is_valid(a)))
		return NET_OK;
	return lan9514_read_address(a);
}

static int lan9514_set_address(struct lan9514 *dev)
{
	const uint8_t *a = dev->net.address;
	int rc = lan9514_find_address(dev);

	if (rc == NET_OK)
		rc = lan9514_usb_write(LAN9514_REG(addrl), (uint32_t)a[3] << 24
				       | (uint32_t)a[2] << 16
				       | (uint32_t)a[1] << 8 | a[0]);
	if (rc == NET_OK)
		rc = lan9514_usb_write(LAN9514_REG(addrh),
				       (uint32_t)a[5] << 8 | a[4]);
	return rc;
}

/* ---- The rest ---- */

static int lan9514_reset(void)
{
	uint32_t id;
	int rc = lan9514_usb_read(LAN9514_REG(id_rev), &id);

	if (rc != NET_OK)
		return rc;
	if (LAN9514_ID(id) != LAN9514_ID_9512)
		return NET_ERR_NO_DEVICE;
	rc = lan9514_trigger(LAN9514_REG(hw_cfg), LAN9514_HW_CFG_LRST);
	if (rc != NET_OK)
		return rc;
	return lan9514_trigger(LAN9514_REG(pm_ctrl), LAN9514_PM_CTRL_PHY_RST);
}

/*
 * Several frames share a transfer, which ends before the burst is longer
 * than our buffer: so a frame is never in two of them.
 */
static int lan9514_configure(void)
{
	static const struct {
		uint16_t reg;
		uint32_t value;
	} writes[] = {
		{ LAN9514_REG(burst_cap), LAN9514_RX_PACKETS },
		{ LAN9514_REG(bulk_in_dly), LAN9514_BULK_IN_DELAY },
		{ LAN9514_REG(int_sts), ~0U },
		{ LAN9514_REG(led_gpio_cfg), LAN9514_LEDS },
		{ LAN9514_REG(flow), 0 },
		{ LAN9514_REG(coe_cr), 0 },
		{ LAN9514_REG(tx_cfg), LAN9514_TX_CFG_ON },
	};
	uint32_t hw_cfg;
	int rc = lan9514_usb_read(LAN9514_REG(hw_cfg), &hw_cfg);

	if (rc == NET_OK)
		rc = lan9514_usb_write(LAN9514_REG(hw_cfg),
				       (hw_cfg & ~LAN9514_HW_CFG_RXDOFF)
				       | LAN9514_HW_CFG_BIR
				       | LAN9514_HW_CFG_MEF
				       | LAN9514_HW_CFG_BCE);
	for (size_t n = 0; n < sizeof(writes) / sizeof(writes[0]); n++)
		if (rc == NET_OK)
			rc = lan9514_usb_write(writes[n].reg, writes[n].value);
	return rc;
}

int lan9514_set_up(struct lan9514 *dev)
{
	int rc;

	dev->mii.ops = &lan9514_mii_ops;
	dev->mii.mac_is_gigabit = false;
	dev->link = (struct mii_link){ .up = false };
	dev->mac_cr = 0;
	rc = lan9514_reset();
	if (rc == NET_OK)
		rc = lan9514_set_address(dev);
	if (rc == NET_OK)
		rc = lan9514_configure();
	if (rc == NET_OK)
		rc = lan9514_usb_write(LAN9514_REG(mac_cr), 0);
	if (rc == NET_OK)
		rc = mii_init(&dev->mii);
	return rc;
}

int lan9514_set_mac(struct lan9514 *dev)
{
	uint32_t mac_cr = LAN9514_MAC_CR_MCPAS;
	int rc;

	if (dev->promiscuous)
		mac_cr |= LAN9514_MAC_CR_PRMS;
	mac_cr |= dev->link.full_duplex ? LAN9514_MAC_CR_FDPX
					: LAN9514_MAC_CR_RCVOWN;
	if (dev->started && dev->link.up)
		mac_cr |= LAN9514_MAC_CR_TXEN | LAN9514_MAC_CR_RXEN;
	if (mac_cr == dev->mac_cr)
		return NET_OK;
	rc = lan9514_usb_write(LAN9514_REG(mac_cr), mac_cr);
	if (rc == NET_OK)
		dev->mac_cr = mac_cr;
	return rc;
}
