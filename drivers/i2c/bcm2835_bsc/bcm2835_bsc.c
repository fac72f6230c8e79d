/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Broadcom serial controller: BCM2835 ARM Peripherals, chapter 3.
 *
 * A write and the read after it are two messages with a STOP between them:
 * the controller has no way to ask for a repeated START. Everything is
 * written so that it holds for the data sheet and for QEMU's model, which
 * differs: it drops bytes that are written before ST, starts a transfer on
 * any write of C with I2CEN, and sets ERR without DONE.
 */
#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "bcm2835_bsc.h"
#include "bcm2835_bsc_regs.h"

/* `result` while a transfer is under way */
#define BCM2835_BSC_BUSY	1

/* NXP UM10204 rev. 7, 3.1.1: Standard-mode, which every device can do */
#define BSC_BUS_HZ		100000U

/* NXP UM10204 rev. 7, 3.1.1: Fast-mode, which is as far as the BSC goes */
#define BSC_BUS_HZ_MAX		400000U

/* System Management Bus 2.0, table 1: T_TIMEOUT is 35 ms at most */
#define BSC_STRETCH_MS		35U

/* Status reads without progress before a polling task lets others run */
#define BSC_SPINS		64U

#define BSC_S_ALL		(BSC_S_DONE | BSC_S_ERR | BSC_S_CLKT)

static inline volatile struct bcm2835_bsc_regs *
bsc_regs(const struct bcm2835_bsc *dev)
{
	return (volatile struct bcm2835_bsc_regs *)dev->base;
}

/* End whatever goes on: no I2CEN, so that nothing is started either. */
static void bsc_quiet(struct bcm2835_bsc *dev)
{
	volatile struct bcm2835_bsc_regs *regs = bsc_regs(dev);

	mmio_write32(&regs->c, BSC_C_CLEAR);
	mmio_write32(&regs->s, BSC_S_ALL);
}

/* ---- The transfer under way ---- */

/* Move what the FIFO has or takes; true if anything moved. */
static _Bool bsc_move(struct bcm2835_bsc *dev, uint32_t status)
{
	volatile struct bcm2835_bsc_regs *regs = bsc_regs(dev);
	uint32_t ready = dev->rx ? BSC_S_RXD : BSC_S_TXD;
	size_t before = dev->left;

	while (dev->left && (status & ready)) {
		if (dev->rx)
			*dev->rx++ = (uint8_t)mmio_read32(&regs->fifo);
		else
			mmio_write32(&regs->fifo, *dev->tx++);
		dev->left--;
		status = mmio_read32(&regs->s);
	}
	return dev->left != before;
}

/* What a status means for the transfer; a read may still have bytes. */
static int bsc_judge(const struct bcm2835_bsc *dev, uint32_t status)
{
	if (status & BSC_S_CLKT)
		return I2C_ERR_STRETCH;
	if (status & BSC_S_ERR)
		return I2C_ERR_NACK;
	if (!(status & BSC_S_DONE))
		return BCM2835_BSC_BUSY;
	/* Done without all bytes: refused, though ERR does not say so. */
	return dev->left ? I2C_ERR_NACK : I2C_OK;
}

/* Bring the transfer as far as it goes now; true if it got further. */
static _Bool bsc_service(struct bcm2835_bsc *dev)
{
	volatile struct bcm2835_bsc_regs *regs = bsc_regs(dev);
	_Bool moved = 0;
	uint32_t status;

	do {
		status = mmio_read32(&regs->s);
		if (status & (BSC_S_ERR | BSC_S_CLKT))
			break;
		if (!bsc_move(dev, status))
			break;
		moved = 1;
	} while (1);
	dev->result = bsc_judge(dev, status);
	if (dev->result != BCM2835_BSC_BUSY)
		bsc_quiet(dev);
	return moved;
}

static void bsc_interrupt(void *arg)
{
	struct bcm2835_bsc *dev = arg;
	BaseType_t woken = pdFALSE;

	mmio_barrier();
	if (dev->result == BCM2835_BSC_BUSY) {
		bsc_service(dev);
		if (dev->result != BCM2835_BSC_BUSY)
			xSemaphoreGiveFromISR(dev->finished, &woken);
	} else {
		/* Nobody waits: the line must not stay up. */
		bsc_quiet(dev);
	}
	mmio_barrier();
	portYIELD_FROM_ISR(woken);
}

/* ---- Waiting for its end ---- */

/* Nine clocks a byte with the address, a full stretch, and a tick to spare. */
static TickType_t bsc_deadline(const struct bcm2835_bsc *dev, size_t length)
{
	uint32_t ms = (uint32_t)((length + 1) * 9 * 1000 / dev->bus_hz) + 1;

	return pdMS_TO_TICKS(ms + 2 * dev->stretch_ms) + 2;
}

static void bsc_poll(struct bcm2835_bsc *dev, TickType_t ticks)
{
	TimeOut_t timeout;
	uint32_t spins = 0;

	vTaskSetTimeOutState(&timeout);
	for (;;) {
		if (dev->cancelled) {
			bsc_quiet(dev);
			dev->result = I2C_ERR_CANCELLED;
			return;
		}
		if (bsc_service(dev))
			spins = 0;
		if (dev->result != BCM2835_BSC_BUSY)
			return;
		if (xTaskCheckForTimeOut(&timeout, &ticks))
			return;
		if (++spins < BSC_SPINS
		    || xTaskGetSchedulerState() != taskSCHEDULER_RUNNING)
			continue;
		/* The FIFO holds 16 bytes, which last longer than a tick. */
		vTaskDelay(1);
		spins = 0;
	}
}

static int bsc_wait(struct bcm2835_bsc *dev, TickType_t ticks)
{
	int result;

	if (!bcm2835_bsc_has_interrupt(dev)) {
		bsc_poll(dev, ticks);
	} else if (xSemaphoreTake(dev->finished, ticks) == pdFAIL) {
		/*
		 * No end in time. Look once ourselves, so that a bus is not
		 * left in the middle of a message: a controller that only
		 * lacks its interrupt finishes now.
		 */
		taskENTER_CRITICAL();
		if (dev->result == BCM2835_BSC_BUSY) {
			bsc_service(dev);
			if (dev->result == I2C_OK)
				dev->result = I2C_ERR_NO_INTERRUPT;
		}
		taskEXIT_CRITICAL();
	}
	result = dev->result;
	if (result != BCM2835_BSC_BUSY)
		return result;
	taskENTER_CRITICAL();
	dev->result = I2C_ERR_TIMEOUT;
	bsc_quiet(dev);
	taskEXIT_CRITICAL();
	return I2C_ERR_TIMEOUT;
}

/* ---- One message ---- */

static int bsc_message(struct bcm2835_bsc *dev, uint8_t address,
		       const uint8_t *tx, uint8_t *rx, size_t length)
{
	volatile struct bcm2835_bsc_regs *regs = bsc_regs(dev);
	uint32_t control = BSC_C_I2CEN | BSC_C_ST;
	int result;

	if (rx)
		control |= BSC_C_READ;
	if (bcm2835_bsc_has_interrupt(dev))
		control |= BSC_C_INTD | (rx ? BSC_C_INTR : BSC_C_INTT);
	xSemaphoreTake(dev->finished, 0);
	dev->tx = tx;
	dev->rx = rx;
	dev->left = length;
	dev->result = BCM2835_BSC_BUSY;

	mmio_barrier();
	bsc_quiet(dev);
	mmio_write32(&regs->dlen, (uint32_t)length);
	mmio_write32(&regs->a, address);
	mmio_write32(&regs->c, control);
	result = bsc_wait(dev, bsc_deadline(dev, length));
	mmio_barrier();
	return result;
}

static struct bcm2835_bsc *bsc_of(struct i2c_bus *bus)
{
	return (struct bcm2835_bsc *)
		((uintptr_t)bus - offsetof(struct bcm2835_bsc, bus));
}

static int bsc_transfer(struct i2c_bus *bus, uint8_t address,
			const uint8_t *tx, size_t tx_len,
			uint8_t *rx, size_t rx_len)
{
	struct bcm2835_bsc *dev = bsc_of(bus);
	int rc = I2C_OK;

	if (tx_len > BSC_DLEN_MAX || rx_len > BSC_DLEN_MAX)
		return I2C_ERR_ARGUMENT;
	dev->cancelled = 0;
	if (tx_len)
		rc = bsc_message(dev, address, tx, NULL, tx_len);
	if (rc == I2C_OK && rx_len)
		rc = dev->cancelled ? I2C_ERR_CANCELLED
		     : bsc_message(dev, address, NULL, rx, rx_len);
	return rc;
}

static void bsc_cancel(struct i2c_bus *bus)
{
	struct bcm2835_bsc *dev = bsc_of(bus);

	taskENTER_CRITICAL();
	/* A task that polls ends its transfer itself. */
	dev->cancelled = 1;
	if (bcm2835_bsc_has_interrupt(dev)
	    && dev->result == BCM2835_BSC_BUSY) {
		bsc_quiet(dev);
		dev->result = I2C_ERR_CANCELLED;
		xSemaphoreGive(dev->finished);
	}
	taskEXIT_CRITICAL();
}

/* ---- Set-up ---- */

static int bsc_configure(struct i2c_bus *bus, uint32_t hz, uint32_t stretch_ms)
{
	struct bcm2835_bsc *dev = bsc_of(bus);
	volatile struct bcm2835_bsc_regs *regs = bsc_regs(dev);
	uint64_t clkt, divider;

	if (!hz)
		return I2C_ERR_ARGUMENT;
	if (hz > BSC_BUS_HZ_MAX)
		hz = BSC_BUS_HZ_MAX;
	/* Rounded up to even: never faster than asked for */
	divider = ((uint64_t)dev->clock_hz + hz - 1) / hz;
	divider += divider & 1;
	if (divider < BSC_DIV_MIN || divider > BSC_DIV_MAX)
		return I2C_ERR_ARGUMENT;
	clkt = (uint64_t)hz * stretch_ms / 1000;
	dev->bus_hz = hz;
	dev->stretch_ms = stretch_ms;
	mmio_barrier();
	bsc_quiet(dev);
	mmio_write32(&regs->div, (uint32_t)divider);
	mmio_write32(&regs->clkt, clkt > BSC_CLKT_MAX ? BSC_CLKT_MAX
						      : (uint32_t)clkt);
	mmio_barrier();
	return I2C_OK;
}

int bcm2835_bsc_init(struct bcm2835_bsc *dev)
{
	static const struct i2c_bus_ops ops = {
		.transfer = bsc_transfer,
		.configure = bsc_configure,
		.cancel = bsc_cancel,
	};

	if (dev->clock_hz < BSC_BUS_HZ
	    || bsc_configure(&dev->bus, BSC_BUS_HZ, BSC_STRETCH_MS))
		return I2C_ERR_ARGUMENT;
	dev->result = I2C_OK;
	dev->finished = xSemaphoreCreateBinaryStatic(&dev->finished_memory);
	if (bcm2835_bsc_has_interrupt(dev)) {
		if (xPortInstallInterruptHandler(dev->irq, bsc_interrupt, dev)
		    != pdPASS)
			return I2C_ERR_ARGUMENT;
		vPortEnableInterrupt(dev->irq);
	}
	i2c_bus_init(&dev->bus, &ops);
	return I2C_OK;
}
