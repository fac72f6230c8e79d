/* SPDX-License-Identifier: BSD-3-Clause */
/* TMP105 or LM75 temperature sensor on an I2C bus. */
#ifndef TMP105_H
#define TMP105_H

#include "i2c.h"
#include "sensor.h"

struct tmp105 {
	struct i2c_bus *bus;
	uint8_t address;
	uint8_t bits;		/* 12, or 9 of an LM75 */
	struct sensor sensor;
};

/* It answers, but its configuration does not read back. */
#define TMP105_ERR_NOT_ONE	(-100)
/* No such temperature can be set. */
#define TMP105_ERR_RANGE	(-101)

/*
 * Take the sensor into use: 12 bits, continuous conversion. I2C_OK, an I2C
 * error, or TMP105_ERR_NOT_ONE. A conversion in 12 bits takes a part of a
 * second; readings before its end are coarser. An LM75, which has no
 * resolution to choose, stays with its 9 bits.
 */
int tmp105_init(struct tmp105 *dev, struct i2c_bus *bus, uint8_t address);

/* The last conversion in thousandths of a degree; I2C_OK or an error. */
int tmp105_read(struct tmp105 *dev, int32_t *milli_celsius);

/*
 * The limits of the alert pin: it is active from @p high_milli on until the
 * temperature falls below @p low_milli. Rounded down to what the sensor can
 * hold. I2C_OK, an I2C error, or TMP105_ERR_RANGE.
 */
int tmp105_set_limits(struct tmp105 *dev, int32_t low_milli,
		      int32_t high_milli);

/* The limits that the sensor holds; I2C_OK or an error. */
int tmp105_limits(struct tmp105 *dev, int32_t *low_milli, int32_t *high_milli);

/*
 * Make it a sensor called @p name. Touches no bus: the first sensor_read()
 * does what tmp105_init() would.
 */
struct sensor *tmp105_sensor(struct tmp105 *dev, const char *name,
			     struct i2c_bus *bus, uint8_t address);

/* What an error of these is called in a message. */
static inline const char *tmp105_error_text(int error)
{
	switch (error) {
	case TMP105_ERR_NOT_ONE:
		return "something else answers";
	case TMP105_ERR_RANGE:
		return "no temperature that the sensor can hold";
	default:
		return i2c_error_text(error);
	}
}

#endif /* TMP105_H */
