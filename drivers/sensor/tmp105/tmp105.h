/* SPDX-License-Identifier: BSD-3-Clause */
/* TMP105 temperature sensor on an I2C bus. */
#ifndef TMP105_H
#define TMP105_H

#include "i2c.h"

struct tmp105 {
	struct i2c_bus *bus;
	uint8_t address;
};

/* It answers, but its configuration does not read back. */
#define TMP105_ERR_NOT_ONE	(-100)

/*
 * Take the sensor into use: 12 bits, continuous conversion. I2C_OK, an I2C
 * error, or TMP105_ERR_NOT_ONE. A conversion in 12 bits takes a part of a
 * second; readings before its end are coarser.
 */
int tmp105_init(struct tmp105 *dev, struct i2c_bus *bus, uint8_t address);

/* The last conversion in thousandths of a degree; I2C_OK or an error. */
int tmp105_read(struct tmp105 *dev, int32_t *milli_celsius);

/* What an error of these is called in a message. */
static inline const char *tmp105_error_text(int error)
{
	return error == TMP105_ERR_NOT_ONE ? "something else answers"
					   : i2c_error_text(error);
}

#endif /* TMP105_H */
