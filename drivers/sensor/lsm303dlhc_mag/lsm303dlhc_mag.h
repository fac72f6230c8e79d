/* SPDX-License-Identifier: BSD-3-Clause */
/* The magnetometer of an LSM303DLHC on an I2C bus. */
#ifndef LSM303DLHC_MAG_H
#define LSM303DLHC_MAG_H

#include "i2c.h"
#include "sensor.h"

struct lsm303dlhc_mag {
	struct i2c_bus *bus;
	uint8_t address;	/* 0x1e */
	struct sensor sensor;
};

/* It answers, but does not say that it is one. */
#define LSM303DLHC_MAG_ERR_NOT_ONE	(-100)
/* The field is stronger than 1.3 gauss (130 uT) along an axis. */
#define LSM303DLHC_MAG_ERR_OVERFLOW	(-101)

/* The field in nanotesla. */
struct lsm303dlhc_mag_field {
	int32_t x, y, z;
};

/* The last conversion; I2C_OK, an I2C error or one of the errors above. */
int lsm303dlhc_mag_read(struct lsm303dlhc_mag *dev,
			struct lsm303dlhc_mag_field *field);

/*
 * Make it a sensor called @p name, with quantities x, y and z in uT. Touches
 * no bus: the first sensor_read() takes the part into use, with 15
 * conversions a second.
 */
struct sensor *lsm303dlhc_mag_sensor(struct lsm303dlhc_mag *dev,
				     const char *name, struct i2c_bus *bus,
				     uint8_t address);

/* What an error of these is called in a message. */
static inline const char *lsm303dlhc_mag_error_text(int error)
{
	switch (error) {
	case LSM303DLHC_MAG_ERR_NOT_ONE:
		return "something else answers";
	case LSM303DLHC_MAG_ERR_OVERFLOW:
		return "the field is too strong";
	default:
		return i2c_error_text(error);
	}
}

#endif /* LSM303DLHC_MAG_H */
