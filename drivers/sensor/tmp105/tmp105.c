/* SPDX-License-Identifier: BSD-3-Clause */
/* TMP105 temperature sensor: Texas Instruments SLLS648D. */
#include "FreeRTOS.h"

#include "tmp105.h"
#include "tmp105_regs.h"

static int tmp105_start(struct tmp105 *dev)
{
	const uint8_t configuration = TMP105_CONFIGURATION;
	uint8_t got;
	int rc;

	rc = i2c_write_to(dev->bus, dev->address, configuration,
			  TMP105_CONFIGURATION_R_12);
	if (rc)
		return rc;
	rc = i2c_read_from(dev->bus, dev->address, configuration, &got, 1);
	if (rc)
		return rc;
	switch (got & TMP105_CONFIGURATION_R_MASK) {
	case TMP105_CONFIGURATION_R_12:
		dev->bits = 12;
		return I2C_OK;
	case 0:
		/* SNIS153D (LM75B), configuration: bits 7 to 5 are zero */
		dev->bits = 9;
		return I2C_OK;
	default:
		return TMP105_ERR_NOT_ONE;
	}
}

int tmp105_init(struct tmp105 *dev, struct i2c_bus *bus, uint8_t address)
{
	dev->bus = bus;
	dev->address = address;
	return tmp105_start(dev);
}

/* ---- Registers that hold a temperature ---- */

static int tmp105_get(struct tmp105 *dev, uint8_t reg, int32_t *milli)
{
	uint8_t data[2];
	int32_t steps;
	int rc;

	rc = i2c_read_from(dev->bus, dev->address, reg, data, sizeof(data));
	if (rc)
		return rc;
	steps = (int16_t)(data[0] << 8 | data[1]);
	steps >>= TMP105_TEMPERATURE_SHIFT;
	/* SLLS648D, table 5: a step is 0.0625 degrees */
	*milli = steps * 125 / 2;
	return I2C_OK;
}

static int tmp105_set(struct tmp105 *dev, uint8_t reg, int32_t milli)
{
	/* Towards lower temperatures: 0.0625 degrees of 1000 are 2 of 125 */
	int32_t steps = (milli * 2 - (milli < 0 ? 124 : 0)) / 125;
	uint32_t word = (uint32_t)steps << TMP105_TEMPERATURE_SHIFT;
	const uint8_t message[] = {
		reg, (uint8_t)(word >> 8), (uint8_t)word,
	};

	return i2c_transfer(dev->bus, dev->address, message, sizeof(message),
			    NULL, 0);
}

int tmp105_read(struct tmp105 *dev, int32_t *milli_celsius)
{
	return tmp105_get(dev, TMP105_TEMPERATURE, milli_celsius);
}

int tmp105_set_limits(struct tmp105 *dev, int32_t low_milli,
		      int32_t high_milli)
{
	int rc;

	if (low_milli > high_milli || low_milli < TMP105_MILLI_MIN
	    || high_milli > TMP105_MILLI_MAX)
		return TMP105_ERR_RANGE;
	rc = tmp105_set(dev, TMP105_T_LOW, low_milli);
	return rc ? rc : tmp105_set(dev, TMP105_T_HIGH, high_milli);
}

int tmp105_limits(struct tmp105 *dev, int32_t *low_milli, int32_t *high_milli)
{
	int rc = tmp105_get(dev, TMP105_T_LOW, low_milli);

	return rc ? rc : tmp105_get(dev, TMP105_T_HIGH, high_milli);
}

/* ---- As a sensor ---- */

static struct tmp105 *tmp105_of(struct sensor *sensor)
{
	return (struct tmp105 *)
		((uintptr_t)sensor - offsetof(struct tmp105, sensor));
}

static int tmp105_sensor_start(struct sensor *sensor)
{
	return tmp105_start(tmp105_of(sensor));
}

static int tmp105_sensor_read(struct sensor *sensor, int32_t *milli)
{
	return tmp105_read(tmp105_of(sensor), milli);
}

struct sensor *tmp105_sensor(struct tmp105 *dev, const char *name,
			     struct i2c_bus *bus, uint8_t address)
{
	static const struct sensor_ops ops = {
		.start = tmp105_sensor_start,
		.read = tmp105_sensor_read,
		.error_text = tmp105_error_text,
	};
	static const struct sensor_quantity quantities[] = {
		{ "temperature", "C" },
	};

	dev->bus = bus;
	dev->address = address;
	sensor_init(&dev->sensor, name, &ops, quantities, 1);
	return &dev->sensor;
}
