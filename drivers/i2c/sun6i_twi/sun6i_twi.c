/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Allwinner TWI: A64 User Manual V1.1, TWI. The controller stops after every
 * step (START, address, byte), says in TWI_STAT what became of it, and goes
 * on when INT_FLAG is cleared. A write and the read after it are joined by a
 * repeated START.
 */
#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

#include "sun6i_twi.h"
#include "sun6i_twi_regs.h"

/* `result` while a transfer is under way */
#define SUN6I_TWI_BUSY		1

/* NXP UM10204 rev. 7, 3.1.1: Standard-mode; A64 User Manual: 400 kHz at most */
#define TWI_BUS_HZ		100000U
#define TWI_BUS_HZ_MAX		400000U

/* System Management Bus 2.0, table 1: T_TIMEOUT is 35 ms at most */
#define TWI_STRETCH_MS		35U

/* Control reads without progress before a polling task lets others run */
#define TWI_SPINS		64U

/* Reads while a STOP is on its way: a bit time at 100 kHz is 10 us */
#define TWI_STOP_READS		10000U

static inline volatile struct sun6i_twi_regs *
twi_regs(const struct sun6i_twi *dev)
{
	return (volatile struct sun6i_twi_regs *)dev->base;
}

static struct sun6i_twi *twi_of(struct i2c_bus *bus)
{
	return (struct sun6i_twi *)
		((uintptr_t)bus - offsetof(struct sun6i_twi, bus));
}

/* ---- The controller ---- */

/* Let it do the next step; what was said of the last one is forgotten. */
static void twi_go(struct sun6i_twi *dev, uint32_t more)
{
	uint32_t cntr = SUN6I_TWI_CNTR_BUS_EN | SUN6I_TWI_CNTR_INT_FLAG;

	if (sun6i_twi_has_interrupt(dev) && !(more & SUN6I_TWI_CNTR_M_STP))
		cntr |= SUN6I_TWI_CNTR_INT_EN;
	mmio_write32(&twi_regs(dev)->cntr, cntr | more);
}

/* Back to what it was after the start; the lines are let go. */
static void twi_reset(struct sun6i_twi *dev)
{
	volatile struct sun6i_twi_regs *regs = twi_regs(dev);

	mmio_write32(&regs->cntr, 0);
	mmio_write32(&regs->srst, SUN6I_TWI_SRST_RESET);
	mmio_write32(&regs->ccr, dev->ccr);
	mmio_write32(&regs->cntr, SUN6I_TWI_CNTR_BUS_EN);
}

/* End the transfer with a STOP. */
static void twi_stop(struct sun6i_twi *dev, int result)
{
	uint32_t reads = TWI_STOP_READS;

	twi_go(dev, SUN6I_TWI_CNTR_M_STP);
	while ((mmio_read32(&twi_regs(dev)->cntr) & SUN6I_TWI_CNTR_M_STP)
	       && --reads)
		;
	if (!reads)
		twi_reset(dev);
	dev->result = result;
}

/* ---- The transfer under way ---- */

static void twi_send_address(struct sun6i_twi *dev)
{
	uint32_t read = dev->to_send ? 0 : 1;

	mmio_write32(&twi_regs(dev)->data, (uint32_t)dev->address << 1 | read);
	twi_go(dev, 0);
}

static void twi_send(struct sun6i_twi *dev)
{
	if (dev->to_send) {
		mmio_write32(&twi_regs(dev)->data, *dev->tx++);
		dev->to_send--;
		twi_go(dev, 0);
	} else if (dev->to_receive) {
		twi_go(dev, SUN6I_TWI_CNTR_M_STA);
	} else {
		twi_stop(dev, I2C_OK);
	}
}

/* The last byte is not acknowledged, so that the device lets go. */
static void twi_receive(struct sun6i_twi *dev)
{
	twi_go(dev, dev->to_receive > 1 ? SUN6I_TWI_CNTR_A_ACK : 0);
}

static void twi_keep(struct sun6i_twi *dev)
{
	*dev->rx++ = (uint8_t)mmio_read32(&twi_regs(dev)->data);
	dev->to_receive--;
}

/* Do what follows from the step that has ended. */
static void twi_step(struct sun6i_twi *dev)
{
	switch (mmio_read32(&twi_regs(dev)->stat)) {
	case SUN6I_TWI_STAT_START:
	case SUN6I_TWI_STAT_REPEATED_START:
		twi_send_address(dev);
		break;
	case SUN6I_TWI_STAT_WRITE_ACK:
	case SUN6I_TWI_STAT_SENT_ACK:
		twi_send(dev);
		break;
	case SUN6I_TWI_STAT_READ_ACK:
		twi_receive(dev);
		break;
	case SUN6I_TWI_STAT_GOT_ACK:
		twi_keep(dev);
		twi_receive(dev);
		break;
	case SUN6I_TWI_STAT_GOT_NACK:
		twi_keep(dev);
		twi_stop(dev, I2C_OK);
		break;
	case SUN6I_TWI_STAT_WRITE_NACK:
	case SUN6I_TWI_STAT_SENT_NACK:
	case SUN6I_TWI_STAT_READ_NACK:
		twi_stop(dev, I2C_ERR_NACK);
		break;
	default:
		/* Another master won, or a START where none may be. */
		twi_reset(dev);
		dev->result = I2C_ERR_BUS;
	}
}

static _Bool twi_has_ended_a_step(const struct sun6i_twi *dev)
{
	return (mmio_read32(&twi_regs(dev)->cntr) & SUN6I_TWI_CNTR_INT_FLAG)
	       != 0;
}

static void twi_interrupt(void *arg)
{
	struct sun6i_twi *dev = arg;
	BaseType_t woken = pdFALSE;

	mmio_barrier();
	if (dev->result == SUN6I_TWI_BUSY) {
		if (twi_has_ended_a_step(dev))
			twi_step(dev);
		if (dev->result != SUN6I_TWI_BUSY)
			xSemaphoreGiveFromISR(dev->finished, &woken);
	} else {
		/* Nobody waits: the line must not stay up. */
		mmio_write32(&twi_regs(dev)->cntr, SUN6I_TWI_CNTR_BUS_EN
						   | SUN6I_TWI_CNTR_INT_FLAG);
	}
	mmio_barrier();
	portYIELD_FROM_ISR(woken);
}

/* ---- Waiting for its end ---- */

/* Nine clocks a byte with both addresses, a full stretch, and two ticks. */
static TickType_t twi_deadline(const struct sun6i_twi *dev, size_t length)
{
	uint32_t ms = (uint32_t)((length + 2) * 9 * 1000 / dev->bus_hz) + 1;

	return pdMS_TO_TICKS(ms + 2 * dev->stretch_ms) + 2;
}

static void twi_poll(struct sun6i_twi *dev, TickType_t ticks)
{
	TimeOut_t timeout;
	uint32_t spins = 0;

	vTaskSetTimeOutState(&timeout);
	while (dev->result == SUN6I_TWI_BUSY && !dev->cancelled) {
		if (twi_has_ended_a_step(dev)) {
			twi_step(dev);
			spins = 0;
			continue;
		}
		if (xTaskCheckForTimeOut(&timeout, &ticks))
			return;
		if (++spins < TWI_SPINS
		    || xTaskGetSchedulerState() != taskSCHEDULER_RUNNING)
			continue;
		vTaskDelay(1);
		spins = 0;
	}
}

static int twi_wait(struct sun6i_twi *dev, TickType_t ticks)
{
	_Bool said = 1;

	if (!sun6i_twi_has_interrupt(dev))
		twi_poll(dev, ticks);
	else
		said = xSemaphoreTake(dev->finished, ticks) == pdPASS;
	taskENTER_CRITICAL();
	if (dev->result == SUN6I_TWI_BUSY) {
		dev->result = dev->cancelled ? I2C_ERR_CANCELLED
			      : !said && twi_has_ended_a_step(dev)
			      ? I2C_ERR_NO_INTERRUPT : I2C_ERR_TIMEOUT;
		twi_reset(dev);
	}
	taskEXIT_CRITICAL();
	return dev->result;
}

/* ---- Transfers ---- */

static int twi_transfer(struct i2c_bus *bus, uint8_t address,
			const uint8_t *tx, size_t tx_len,
			uint8_t *rx, size_t rx_len)
{
	struct sun6i_twi *dev = twi_of(bus);
	int rc;

	xSemaphoreTake(dev->finished, 0);
	dev->address = address;
	dev->tx = tx;
	dev->rx = rx;
	dev->to_send = tx_len;
	dev->to_receive = rx_len;
	dev->cancelled = 0;
	dev->result = SUN6I_TWI_BUSY;
	mmio_barrier();
	twi_go(dev, SUN6I_TWI_CNTR_M_STA);
	rc = twi_wait(dev, twi_deadline(dev, tx_len + rx_len));
	mmio_barrier();
	return rc;
}

static void twi_cancel(struct i2c_bus *bus)
{
	struct sun6i_twi *dev = twi_of(bus);

	taskENTER_CRITICAL();
	/* A task that polls ends its transfer itself. */
	dev->cancelled = 1;
	if (sun6i_twi_has_interrupt(dev) && dev->result == SUN6I_TWI_BUSY) {
		twi_reset(dev);
		dev->result = I2C_ERR_CANCELLED;
		xSemaphoreGive(dev->finished);
	}
	taskEXIT_CRITICAL();
}

/* ---- Set-up ---- */

/* The CCR that is never faster than @p hz; false when there is none. */
static _Bool twi_divider(uint32_t clock_hz, uint32_t hz, uint32_t *ccr)
{
	for (uint32_t n = 0; n <= SUN6I_TWI_CCR_N_MAX; n++) {
		uint64_t step = (uint64_t)hz * SUN6I_TWI_CCR_FACTOR << n;
		uint64_t m = (clock_hz + step - 1) / step;

		if (m >= 1 && m <= SUN6I_TWI_CCR_M_MAX + 1) {
			*ccr = (uint32_t)(m - 1) << SUN6I_TWI_CCR_M_SHIFT | n;
			return 1;
		}
	}
	return 0;
}

static int twi_configure(struct i2c_bus *bus, uint32_t hz, uint32_t stretch_ms)
{
	struct sun6i_twi *dev = twi_of(bus);

	if (hz > TWI_BUS_HZ_MAX)
		hz = TWI_BUS_HZ_MAX;
	if (!hz || !twi_divider(dev->clock_hz, hz, &dev->ccr))
		return I2C_ERR_ARGUMENT;
	dev->bus_hz = hz;
	dev->stretch_ms = stretch_ms;
	mmio_barrier();
	twi_reset(dev);
	mmio_barrier();
	return I2C_OK;
}

int sun6i_twi_init(struct sun6i_twi *dev)
{
	static const struct i2c_bus_ops ops = {
		.transfer = twi_transfer,
		.configure = twi_configure,
		.cancel = twi_cancel,
	};

	if (!dev->clock_hz
	    || twi_configure(&dev->bus, TWI_BUS_HZ, TWI_STRETCH_MS))
		return I2C_ERR_ARGUMENT;
	dev->result = I2C_OK;
	dev->finished = xSemaphoreCreateBinaryStatic(&dev->finished_memory);
	if (sun6i_twi_has_interrupt(dev)) {
		if (xPortInstallInterruptHandler(dev->irq, twi_interrupt, dev)
		    != pdPASS)
			return I2C_ERR_ARGUMENT;
		vPortEnableInterrupt(dev->irq);
	}
	i2c_bus_init(&dev->bus, &ops);
	return I2C_OK;
}
