/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a LAN9514 on a USB host, in place of lan9514_usb.c.
 * Requests are answered at once, transfers by a task like the USB host's,
 * when the test says so.
 */
#include <string.h>
#include <uk_host.h>

#include "FreeRTOS.h"
#include "task.h"

#include "../../dma_test.h"
#include "../mii/mii_test.h"
#include "../net_test.h"
#include "lan9514.h"

#define MODEL_IRQ	22
#define FIFO_BYTES	20480	/* data sheet: receive FIFO of 20 KiB */
#define SMSC_ID		0x0007c0c0U	/* of the PHY inside */

enum fault {
	MDIO_STUCK, PHY_ABSENT, PHY_IN_RESET, TX_STALL, RX_STALL,
	RESET_STUCK, SILENT, FAULTS
};

static struct lan9514_regs registers;
static struct phy phy;
static uint32_t fault[FAULTS];
static uint32_t garbled, leaves, restarts, chip;
static TaskHandle_t usb;
static uint8_t fifo[FIFO_BYTES];
static uint8_t eeprom[NET_ADDRESS_LEN];
static uint32_t fifo_used;
/* What the driver has begun */
static uint8_t *rx_into;
static const uint8_t *tx_from;
static uint32_t rx_room, tx_len, tx_bytes;
static uint8_t tx_all[4096];
static bool rx_begun, tx_begun, plugged, comes_back;
/* A transfer of the test's own, instead of what is in the FIFO */
static uint8_t raw[2 * LAN9514_RX_BYTES];
static uint32_t raw_len;
static bool raw_waits, raw_good;

static void wake_usb(void *arg)
{
	BaseType_t woken = pdFALSE;

	(void)arg;
	vTaskNotifyGiveFromISR(usb, &woken);
	portYIELD_FROM_ISR(woken);
}

/* ---- Frames ---- */

static bool duplex_agrees(void)
{
	return phy_mbps(&phy) && !!(registers.mac_cr & LAN9514_MAC_CR_FDPX)
				 == phy_full_duplex(&phy);
}

static uint32_t word(const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return value;
}

/* A whole transfer: two words and one frame. */
static void leave(void)
{
	const uint32_t whole = LAN9514_TX_A_FIRST | LAN9514_TX_A_LAST;
	uint32_t len = word(tx_all) & LAN9514_TX_LENGTH;

	if (!(registers.mac_cr & LAN9514_MAC_CR_TXEN)
	    || !(registers.tx_cfg & LAN9514_TX_CFG_ON) || !phy_mbps(&phy))
		return;
	if (tx_bytes != len + LAN9514_TX_HEAD || !duplex_agrees()
	    || word(tx_all) != (whole | len) || word(tx_all + 4) != len)
		garbled++;
	else
		wire_put(tx_all + LAN9514_TX_HEAD, len);
}

/* One that is full, and has no end, goes on with the next. */
static void transmit(void)
{
	tx_begun = false;
	memcpy(tx_all + tx_bytes, tx_from, tx_len);
	tx_bytes += tx_len;
	if (tx_len % LAN9514_USB_PACKET || !tx_len) {
		leave();
		tx_bytes = 0;
		leaves--;
	}
	lan9514_transmitted(true);
}

/* As many whole frames as fit the burst */
static void receive(void)
{
	uint32_t cap = registers.burst_cap * LAN9514_USB_PACKET;
	uint32_t len = 0;

	if (!(registers.hw_cfg & LAN9514_HW_CFG_BCE))
		cap = FIFO_BYTES;
	while (len < fifo_used) {
		uint32_t frame = word(fifo + len)
				 >> LAN9514_RX_LENGTH_SHIFT
				 & LAN9514_RX_LENGTH;
		uint32_t next = LAN9514_RX_HEAD + ((frame + 3) & ~3U);

		if (len + next > cap
		    || (len && !(registers.hw_cfg & LAN9514_HW_CFG_MEF)))
			break;
		len += next;
	}
	rx_begun = false;
	if (len > rx_room)
		garbled++;
	else
		memcpy(rx_into, fifo, len);
	memmove(fifo, fifo + len, fifo_used - len);
	fifo_used -= len;
	lan9514_received(true, len);
}

static void receive_raw(void)
{
	rx_begun = raw_waits = false;
	memcpy(rx_into, raw, raw_len < rx_room ? raw_len : rx_room);
	lan9514_received(raw_good, raw_len);
}

static bool work(void)
{
	if (plugged && rx_begun && raw_waits) {
		receive_raw();
		return true;
	}
	if (plugged && tx_begun && leaves && !fault[TX_STALL]) {
		transmit();
		return true;
	}
	if (plugged && rx_begun && fifo_used && !fault[RX_STALL]) {
		receive();
		return true;
	}
	return false;
}

static void unplug(void)
{
	plugged = rx_begun = tx_begun = false;
	lan9514_left();
}

static void plug(void)
{
	memset(&registers, 0, sizeof(registers));
	registers.id_rev = chip << 16;
	registers.addrh = 0;
	memcpy(&registers.addrl, eeprom, 4);
	memcpy(&registers.addrh, eeprom + 4, 2);
	fifo_used = tx_bytes = 0;
	fault[TX_STALL] = fault[RX_STALL] = 0;
	plugged = true;
	lan9514_arrived();
}

static void usb_task(void *arg)
{
	(void)arg;
	for (;;) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		while (work())
			;
		if (comes_back) {
			comes_back = false;
			unplug();
			vTaskDelay(100);
			plug();
		}
	}
}

/* ---- Registers ---- */

static void mii_command(uint32_t value)
{
	uint8_t at = value >> LAN9514_MII_PHY_SHIFT & 0x1f;
	uint8_t reg = value >> LAN9514_MII_REG_SHIFT & 0x1f;

	registers.mii_addr = value;
	if (fault[MDIO_STUCK])
		return;
	if (value & LAN9514_MII_WRITE)
		phy_write(&phy, at, reg, (uint16_t)registers.mii_data);
	else
		registers.mii_data = phy_read(&phy, at, reg);
	registers.mii_addr = value & ~LAN9514_MII_BUSY;
}

/* No answer takes as long as the USB host waits for one. */
static int answer(void)
{
	if (!plugged)
		return NET_ERR_NO_DEVICE;
	if (!fault[SILENT])
		return NET_OK;
	vTaskDelay(500);
	return NET_ERR_TIMEOUT;
}

int lan9514_usb_read(uint16_t reg, uint32_t *value)
{
	int rc = answer();

	registers.rx_fifo_inf = fifo_used;
	if (rc == NET_OK)
		*value = ((uint32_t *)&registers)[reg / 4];
	return rc;
}

int lan9514_usb_write(uint16_t reg, uint32_t value)
{
	int rc = answer();

	if (rc != NET_OK)
		return rc;
	if (reg == LAN9514_REG(mii_addr)) {
		mii_command(value);
		return NET_OK;
	}
	if (!fault[RESET_STUCK] && reg == LAN9514_REG(hw_cfg))
		value &= ~LAN9514_HW_CFG_LRST;
	if (reg == LAN9514_REG(pm_ctrl))
		value &= ~LAN9514_PM_CTRL_PHY_RST;
	((uint32_t *)&registers)[reg / 4] = value;
	return NET_OK;
}

bool lan9514_usb_receive(uint8_t *data, uint16_t len)
{
	if (!plugged || rx_begun)
		return false;
	rx_into = data;
	rx_room = len;
	rx_begun = true;
	xTaskNotifyGive(usb);
	return true;
}

bool lan9514_usb_transmit(uint8_t *data, uint16_t len)
{
	if (!plugged || tx_begun)
		return false;
	tx_from = data;
	tx_len = len;
	tx_begun = true;
	xTaskNotifyGive(usb);
	return true;
}

void lan9514_usb_restart(void)
{
	restarts++;
	comes_back = true;
	xTaskNotifyGive(usb);
}

/* ---- For the test ---- */

void model_reset(uint32_t interrupt, uint32_t variant)
{
	(void)interrupt;
	(void)variant;
	memory_reset();
	user_reset();
	memset(fault, 0, sizeof(fault));
	memset(&lan9514, 0, sizeof(lan9514));
	memset(eeprom, 0xff, sizeof(eeprom));
	phy_reset(&phy, 1, SMSC_ID, false);
	garbled = leaves = restarts = 0;
	chip = LAN9514_ID_9512;
	plugged = rx_begun = tx_begun = comes_back = raw_waits = false;
}

void model_address(const uint8_t *from)
{
	memcpy(lan9514.net.address, from, NET_ADDRESS_LEN);
}

/* As an EEPROM has it */
void model_eeprom(const uint8_t *from)
{
	memcpy(eeprom, from, NET_ADDRESS_LEN);
}

/* Plug it in, and wait until the driver has made of it what it can. */
int model_init(void)
{
	if (!usb) {
		xTaskCreate(usb_task, "usb", 512, NULL,
			    configMAX_PRIORITIES - 2, &usb);
		xPortInstallInterruptHandler(MODEL_IRQ, wake_usb, NULL);
		vPortEnableInterrupt(MODEL_IRQ);
	}
	lan9514.set_up = 1;
	plug();
	while (lan9514.set_up == 1)
		vTaskDelay(1);
	return lan9514.set_up;
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

/* So many frames may leave; what comes in is handed over. */
void model_turn(uint32_t frames)
{
	leaves = frames;
	host_raise(MODEL_IRQ);
	host_run();
	leaves = 0;
}

static bool for_us(const uint8_t *bytes)
{
	uint8_t own[8];

	memcpy(own, &registers.addrl, 4);
	memcpy(own + 4, &registers.addrh, 4);
	return (registers.mac_cr & LAN9514_MAC_CR_PRMS) || bytes[0] == 0xff
	       || ((bytes[0] & 1) && (registers.mac_cr & LAN9514_MAC_CR_MCPAS))
	       || !memcmp(bytes, own, NET_ADDRESS_LEN);
}

/* A transfer with any bytes; also one that says it is longer than it may. */
void model_raw(const uint8_t *bytes, uint32_t len, uint32_t good)
{
	memcpy(raw, bytes, len);
	raw_len = len;
	raw_good = good;
	raw_waits = true;
	host_raise(MODEL_IRQ);
}

/* A frame comes in; errors: bits of its word. */
void model_wire(const uint8_t *bytes, uint32_t len, uint32_t errors)
{
	uint8_t whole[4096] = { 0 };
	uint32_t head = (len + LAN9514_RX_FCS) << LAN9514_RX_LENGTH_SHIFT
			| errors;

	if (!(registers.mac_cr & LAN9514_MAC_CR_RXEN) || !plugged
	    || !duplex_agrees() || !for_us(bytes))
		return;
	memcpy(whole, &head, sizeof(head));
	memcpy(whole + LAN9514_RX_HEAD, bytes, len);
	len = LAN9514_RX_HEAD + ((len + LAN9514_RX_FCS + 3) & ~3U);
	if (fifo_used + len > FIFO_BYTES)
		return;
	memcpy(fifo + fifo_used, whole, len);
	fifo_used += len;
	host_raise(MODEL_IRQ);
}

/* Pull the plug, or put it in again. */
void model_plug(uint32_t in)
{
	if (in)
		plug();
	else
		unplug();
}

void model_chip(uint32_t id)
{
	chip = id;
}

uint32_t model_restarts(void)
{
	return restarts;
}

uint32_t model_garbled(void)
{
	return garbled;
}
