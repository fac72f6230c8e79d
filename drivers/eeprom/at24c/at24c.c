/* SPDX-License-Identifier: BSD-3-Clause */
/* EEPROMs of the AT24C family: Atmel 0180Z, 0336K, 0670S. */
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "at24c.h"

/* Atmel 0180Z, AC characteristics: t_WR is 10 ms at most, at 1.8 V */
#define AT24C_WRITE_MS		10U

#define AT24C_ADDRESS_MAX	2U

/* ---- Addresses ---- */

static uint8_t at24c_device(const struct at24c *dev, uint32_t offset)
{
	if (dev->kind.address_bytes == 2)
		return dev->address;
	/* Atmel 0180Z, device addressing: page bits P2 to P0 */
	return (uint8_t)(dev->address | offset >> 8);
}

/* Put the address of @p offset into a message; its length. */
static size_t at24c_put(const struct at24c *dev, uint32_t offset,
			uint8_t *message)
{
	size_t n = 0;

	if (dev->kind.address_bytes == 2)
		message[n++] = (uint8_t)(offset >> 8);
	message[n++] = (uint8_t)offset;
	return n;
}

static _Bool at24c_holds(const struct at24c *dev, uint32_t offset,
			 size_t length)
{
	return length > 0 && offset < dev->kind.size
	       && length <= dev->kind.size - offset;
}

int at24c_init(struct at24c *dev, struct i2c_bus *bus, uint8_t address,
	       struct at24c_kind kind)
{
	uint32_t reach = kind.address_bytes == 2 ? 0x10000 : 0x800;

	if (!kind.size || kind.size > reach || (kind.size & (kind.size - 1))
	    || !kind.page || kind.page > AT24C_PAGE_MAX
	    || (kind.page & (kind.page - 1))
	    || kind.address_bytes < 1
	    || kind.address_bytes > AT24C_ADDRESS_MAX
	    || address > I2C_ADDRESS_MAX)
		return AT24C_ERR_RANGE;
	/* The page bits of the address must be free for it. */
	if (kind.address_bytes == 1 && (address & ((kind.size - 1) >> 8)))
		return AT24C_ERR_RANGE;
	*dev = (struct at24c){ bus, address, kind };
	return I2C_OK;
}

/* ---- Reading ---- */

int at24c_read(struct at24c *dev, uint32_t offset, uint8_t *data,
	       size_t length)
{
	uint8_t address[AT24C_ADDRESS_MAX];

	/* One message: the part counts on, beyond pages too. */
	if (!at24c_holds(dev, offset, length))
		return AT24C_ERR_RANGE;
	return i2c_transfer(dev->bus, at24c_device(dev, offset), address,
			    at24c_put(dev, offset, address), data, length);
}

/* ---- Writing ---- */

/* Wait until a page is written: meanwhile the part answers nothing. */
static int at24c_await(struct at24c *dev, uint32_t offset)
{
	/* A tick may be about to end, so one more. */
	TickType_t ticks = pdMS_TO_TICKS(AT24C_WRITE_MS) + 2;
	uint8_t address[AT24C_ADDRESS_MAX];
	size_t length = at24c_put(dev, offset, address);
	TimeOut_t timeout;
	int rc;

	vTaskSetTimeOutState(&timeout);
	for (;;) {
		/* The address alone writes nothing. */
		rc = i2c_transfer(dev->bus, at24c_device(dev, offset),
				  address, length, NULL, 0);
		if (rc != I2C_ERR_NACK)
			return rc;
		if (xTaskCheckForTimeOut(&timeout, &ticks))
			return AT24C_ERR_BUSY;
		vTaskDelay(1);
	}
}

static int at24c_write_page(struct at24c *dev, uint32_t offset,
			    const uint8_t *data, size_t length)
{
	uint8_t message[AT24C_ADDRESS_MAX + AT24C_PAGE_MAX];
	size_t n = at24c_put(dev, offset, message);
	int rc;

	memcpy(message + n, data, length);
	rc = i2c_transfer(dev->bus, at24c_device(dev, offset), message,
			  n + length, NULL, 0);
	return rc ? rc : at24c_await(dev, offset);
}

int at24c_write(struct at24c *dev, uint32_t offset, const uint8_t *data,
		size_t length)
{
	int rc;

	if (!at24c_holds(dev, offset, length))
		return AT24C_ERR_RANGE;
	while (length) {
		/* Beyond the end of a page the part begins it anew. */
		size_t left = dev->kind.page - offset % dev->kind.page;
		size_t part = length < left ? length : left;

		rc = at24c_write_page(dev, offset, data, part);
		if (rc)
			return rc;
		offset += (uint32_t)part;
		data += part;
		length -= part;
	}
	return I2C_OK;
}
