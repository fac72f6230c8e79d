/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * SPI0: BCM2835 ARM Peripherals, chapter 10. The FIFOs are filled and emptied
 * by the core; DONE says that the one for sending has run dry, so it is the
 * interrupt that asks for more, and the one that ends a transfer.
 */
#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "bcm2835_spi.h"
#include "bcm2835_spi_regs.h"

/* `result` while a transfer is under way */
#define BCM2835_SPI_BUSY	1

/* Status reads without progress before a polling task lets others run */
#define BCM2835_SPI_SPINS	64U

static inline volatile struct bcm2835_spi_regs *
spi_regs(const struct bcm2835_spi *dev)
{
	return (volatile struct bcm2835_spi_regs *)dev->base;
}

static struct bcm2835_spi *spi_of(struct spi_bus *bus)
{
	return (struct bcm2835_spi *)
		((uintptr_t)bus - offsetof(struct bcm2835_spi, bus));
}

/* ---- The transfer under way ---- */

/* End it: the chip is deselected, no interrupt is left. */
static void spi_end(struct bcm2835_spi *dev, int result)
{
	mmio_write32(&spi_regs(dev)->cs, BCM2835_SPI_CS_CLEAR);
	dev->result = result;
}

/* Move what the FIFOs have and take; true if anything moved. */
static _Bool spi_move(struct bcm2835_spi *dev, uint32_t cs)
{
	volatile struct bcm2835_spi_regs *regs = spi_regs(dev);
	size_t before = dev->to_send + dev->to_receive;

	while (dev->to_receive && (cs & BCM2835_SPI_CS_RXD)) {
		uint8_t byte = (uint8_t)mmio_read32(&regs->fifo);

		if (dev->rx)
			*dev->rx++ = byte;
		dev->to_receive--;
		cs = mmio_read32(&regs->cs);
	}
	while (dev->to_send && (cs & BCM2835_SPI_CS_TXD)) {
		mmio_write32(&regs->fifo, dev->tx ? *dev->tx++ : dev->fill);
		dev->to_send--;
		cs = mmio_read32(&regs->cs);
	}
	return before != dev->to_send + dev->to_receive;
}

/* Bring the transfer as far as it goes now; true if it got further. */
static _Bool spi_service(struct bcm2835_spi *dev)
{
	_Bool moved = 0;

	while (spi_move(dev, mmio_read32(&spi_regs(dev)->cs)))
		moved = 1;
	if (!dev->to_receive
	    && (mmio_read32(&spi_regs(dev)->cs) & BCM2835_SPI_CS_DONE))
		spi_end(dev, SPI_OK);
	return moved;
}

static void spi_interrupt(void *arg)
{
	struct bcm2835_spi *dev = arg;
	BaseType_t woken = pdFALSE;

	mmio_barrier();
	if (dev->result == BCM2835_SPI_BUSY) {
		spi_service(dev);
		if (dev->result != BCM2835_SPI_BUSY)
			xSemaphoreGiveFromISR(dev->finished, &woken);
	} else {
		/* Nobody waits: the line must not stay up. */
		mmio_write32(&spi_regs(dev)->cs, BCM2835_SPI_CS_CLEAR);
	}
	mmio_barrier();
	portYIELD_FROM_ISR(woken);
}

/* ---- Waiting for its end ---- */

/* Twice the time on the wire, and two ticks to spare. */
static TickType_t spi_deadline(size_t length, uint32_t hz)
{
	uint64_t ms = (uint64_t)length * 8 * 2 * 1000 / hz + 1;

	return pdMS_TO_TICKS((TickType_t)ms) + 2;
}

static void spi_poll(struct bcm2835_spi *dev, TickType_t ticks)
{
	TimeOut_t timeout;
	uint32_t spins = 0;

	vTaskSetTimeOutState(&timeout);
	for (;;) {
		if (dev->cancelled) {
			spi_end(dev, SPI_ERR_CANCELLED);
			return;
		}
		if (spi_service(dev))
			spins = 0;
		if (dev->result != BCM2835_SPI_BUSY)
			return;
		if (xTaskCheckForTimeOut(&timeout, &ticks))
			return;
		if (++spins < BCM2835_SPI_SPINS
		    || xTaskGetSchedulerState() != taskSCHEDULER_RUNNING)
			continue;
		vTaskDelay(1);
		spins = 0;
	}
}

static int spi_wait(struct bcm2835_spi *dev, TickType_t ticks)
{
	if (!bcm2835_spi_has_interrupt(dev)) {
		spi_poll(dev, ticks);
	} else if (xSemaphoreTake(dev->finished, ticks) == pdFAIL) {
		/* Look once ourselves: perhaps only the interrupt is missing */
		taskENTER_CRITICAL();
		if (dev->result == BCM2835_SPI_BUSY) {
			spi_service(dev);
			if (dev->result == SPI_OK)
				dev->result = SPI_ERR_NO_INTERRUPT;
		}
		taskEXIT_CRITICAL();
	}
	taskENTER_CRITICAL();
	if (dev->result == BCM2835_SPI_BUSY)
		spi_end(dev, SPI_ERR_TIMEOUT);
	taskEXIT_CRITICAL();
	return dev->result;
}

/* ---- One transfer ---- */

/* Rounded up to even: never faster than asked for; 0 when it cannot be. */
static uint32_t spi_divider(const struct bcm2835_spi *dev, uint32_t hz)
{
	uint32_t divider = dev->clock_hz / hz
			   + (dev->clock_hz % hz ? 1 : 0);

	divider += divider & 1;
	if (divider < BCM2835_SPI_CLK_MIN)
		divider = BCM2835_SPI_CLK_MIN;
	return divider <= BCM2835_SPI_CLK_MAX ? divider : 0;
}

static int spi_start(struct spi_bus *bus, const struct spi_setting *setting,
		     const uint8_t *tx, uint8_t *rx, size_t length)
{
	struct bcm2835_spi *dev = spi_of(bus);
	volatile struct bcm2835_spi_regs *regs = spi_regs(dev);
	uint32_t divider = spi_divider(dev, setting->hz);
	uint32_t cs = setting->select | BCM2835_SPI_CS_TA;
	int rc;

	/* The shift register knows one order. */
	if (!divider || setting->lsb_first)
		return SPI_ERR_ARGUMENT;
	if (setting->mode & 1)
		cs |= BCM2835_SPI_CS_CPHA;
	if (setting->mode & 2)
		cs |= BCM2835_SPI_CS_CPOL;
	if (bcm2835_spi_has_interrupt(dev))
		cs |= BCM2835_SPI_CS_INTD | BCM2835_SPI_CS_INTR;
	xSemaphoreTake(dev->finished, 0);
	dev->tx = tx;
	dev->rx = rx;
	dev->to_send = dev->to_receive = length;
	dev->fill = setting->fill;
	dev->cancelled = 0;
	dev->result = BCM2835_SPI_BUSY;

	mmio_barrier();
	mmio_write32(&regs->cs, BCM2835_SPI_CS_CLEAR);
	mmio_write32(&regs->clk, divider & 0xffff);
	mmio_write32(&regs->cs, cs);
	rc = spi_wait(dev, spi_deadline(length, dev->clock_hz / divider));
	mmio_barrier();
	return rc;
}

static void spi_cancel(struct spi_bus *bus)
{
	struct bcm2835_spi *dev = spi_of(bus);

	taskENTER_CRITICAL();
	/* A task that polls ends its transfer itself. */
	dev->cancelled = 1;
	if (bcm2835_spi_has_interrupt(dev)
	    && dev->result == BCM2835_SPI_BUSY) {
		spi_end(dev, SPI_ERR_CANCELLED);
		xSemaphoreGive(dev->finished);
	}
	taskEXIT_CRITICAL();
}

int bcm2835_spi_init(struct bcm2835_spi *dev)
{
	static const struct spi_bus_ops ops = {
		.transfer = spi_start,
		.cancel = spi_cancel,
	};

	if (dev->clock_hz < BCM2835_SPI_CLK_MAX)
		return SPI_ERR_ARGUMENT;
	dev->result = SPI_OK;
	dev->finished = xSemaphoreCreateBinaryStatic(&dev->finished_memory);
	mmio_barrier();
	mmio_write32(&spi_regs(dev)->cs, BCM2835_SPI_CS_CLEAR);
	mmio_barrier();
	if (bcm2835_spi_has_interrupt(dev)) {
		if (xPortInstallInterruptHandler(dev->irq, spi_interrupt, dev)
		    != pdPASS)
			return SPI_ERR_ARGUMENT;
		vPortEnableInterrupt(dev->irq);
	}
	spi_bus_init(&dev->bus, &ops, BCM2835_SPI_SELECTS);
	return SPI_OK;
}
