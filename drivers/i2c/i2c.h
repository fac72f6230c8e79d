/* SPDX-License-Identifier: BSD-3-Clause */
/* I2C buses: what a bus driver provides and what a device driver calls. */
#ifndef DRIVERS_I2C_H
#define DRIVERS_I2C_H

#include "FreeRTOS.h"
#include "semphr.h"

#define I2C_OK			0
#define I2C_ERR_ARGUMENT	(-1)	/* nothing to transfer, bad address */
#define I2C_ERR_NACK		(-2)	/* nobody answered, or refused a byte */
#define I2C_ERR_STRETCH		(-3)	/* a device held the clock too long */
#define I2C_ERR_TIMEOUT		(-4)	/* the controller did not finish */
#define I2C_ERR_NO_INTERRUPT	(-5)	/* it did, but did not say so */
#define I2C_ERR_CANCELLED	(-6)
#define I2C_ERR_BUS		(-7)	/* another master, or a disturbance */

/* I2C-bus specification (NXP UM10204 rev. 7), 3.1.10: 7-bit addresses */
#define I2C_ADDRESS_MAX		0x7fU

struct i2c_bus;

struct i2c_bus_ops {
	/* Called with the bus locked; lengths are not both 0. */
	int (*transfer)(struct i2c_bus *bus, uint8_t address,
			const uint8_t *tx, size_t tx_len,
			uint8_t *rx, size_t rx_len);
	/*
	 * Called with the bus locked: run at @p hz at most, and let a device
	 * hold the clock for @p stretch_ms. I2C_OK or I2C_ERR_ARGUMENT. NULL
	 * where the speed is what it is.
	 */
	int (*configure)(struct i2c_bus *bus, uint32_t hz,
			 uint32_t stretch_ms);
	/*
	 * End the transfer under way with I2C_ERR_CANCELLED; any task. NULL
	 * where that cannot be.
	 */
	void (*cancel)(struct i2c_bus *bus);
};

struct i2c_bus {
	const struct i2c_bus_ops *ops;
	SemaphoreHandle_t lock;
	StaticSemaphore_t lock_memory;
};

/* For bus drivers, at the end of their own set-up. */
static inline void i2c_bus_init(struct i2c_bus *bus,
				const struct i2c_bus_ops *ops)
{
	bus->ops = ops;
	bus->lock = xSemaphoreCreateMutexStatic(&bus->lock_memory);
}

/*
 * Write @p tx_len bytes and then read @p rx_len; either may be 0. Waits while
 * other tasks use the bus and while the transfer lasts: for tasks only.
 * I2C_OK, or one of the errors above; the bus is usable again in any case.
 */
static inline int i2c_transfer(struct i2c_bus *bus, uint8_t address,
			       const uint8_t *tx, size_t tx_len,
			       uint8_t *rx, size_t rx_len)
{
	int rc;

	if (address > I2C_ADDRESS_MAX || (!tx_len && !rx_len))
		return I2C_ERR_ARGUMENT;
	xSemaphoreTake(bus->lock, portMAX_DELAY);
	rc = bus->ops->transfer(bus, address, tx, tx_len, rx, rx_len);
	xSemaphoreGive(bus->lock);
	return rc;
}

/* Set the speed of all transfers to come; I2C_OK or I2C_ERR_ARGUMENT. */
static inline int i2c_configure(struct i2c_bus *bus, uint32_t hz,
				uint32_t stretch_ms)
{
	int rc;

	if (!bus->ops->configure || !hz)
		return I2C_ERR_ARGUMENT;
	xSemaphoreTake(bus->lock, portMAX_DELAY);
	rc = bus->ops->configure(bus, hz, stretch_ms);
	xSemaphoreGive(bus->lock);
	return rc;
}

/* Read registers from @p reg on, the way most parts on I2C have them. */
static inline int i2c_read_from(struct i2c_bus *bus, uint8_t address,
				uint8_t reg, uint8_t *data, size_t length)
{
	return i2c_transfer(bus, address, &reg, 1, data, length);
}

/* Write one register. */
static inline int i2c_write_to(struct i2c_bus *bus, uint8_t address,
			       uint8_t reg, uint8_t value)
{
	const uint8_t message[] = { reg, value };

	return i2c_transfer(bus, address, message, sizeof(message), NULL, 0);
}

/* What an error is called in a message. */
static inline const char *i2c_error_text(int error)
{
	switch (error) {
	case I2C_OK:
		return "no error";
	case I2C_ERR_ARGUMENT:
		return "nothing to transfer, or no 7-bit address";
	case I2C_ERR_NACK:
		return "no answer";
	case I2C_ERR_STRETCH:
		return "a device holds the clock";
	case I2C_ERR_TIMEOUT:
		return "the controller does not finish";
	case I2C_ERR_NO_INTERRUPT:
		return "the controller's interrupt does not come";
	case I2C_ERR_CANCELLED:
		return "cancelled";
	case I2C_ERR_BUS:
		return "another master, or a disturbance on the bus";
	default:
		return "unknown error";
	}
}

#endif /* DRIVERS_I2C_H */
