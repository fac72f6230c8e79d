/* SPDX-License-Identifier: BSD-3-Clause */
/* DPS310 pressure sensor on an I2C bus. */
#ifndef DPS310_H
#define DPS310_H

#include "i2c.h"
#include "sensor.h"

/* Calibration that each part carries; DPS310 data sheet, 8.11. */
struct dps310_coefficients {
	int32_t c0, c1;
	int32_t c00, c10, c01, c11, c20, c21, c30;
};

struct dps310 {
	struct i2c_bus *bus;
	uint8_t address;	/* 0x77, or 0x76 */
	/* Samples a measurement, 1 to 128, as power of 2; 0 after start-up */
	uint8_t oversampling;
	_Bool measured;		/* since it was taken into use */
	struct dps310_coefficients coefficients;
	struct sensor sensor;
};

/* It answers, but does not become ready. */
#define DPS310_ERR_NOT_READY	(-100)
/* The oversampling is more than 7. */
#define DPS310_ERR_OVERSAMPLING	(-101)

#define DPS310_OVERSAMPLING_MAX	7U

/* A measurement: thousandths of a pascal and of a degree. */
struct dps310_result {
	int32_t milli_pascal;
	int32_t milli_celsius;
};

/*
 * The last measurement; waits for the first one after the start. I2C_OK, an
 * I2C error, or DPS310_ERR_NOT_READY.
 */
int dps310_read(struct dps310 *dev, struct dps310_result *result);

/*
 * The data sheet's formula (4.9) in integers, exact to 1 mPa: what the
 * results @p pressure and @p temperature, both of 24 bits, mean.
 */
void dps310_compensate(const struct dps310_coefficients *coefficients,
		       uint8_t oversampling, int32_t pressure,
		       int32_t temperature, struct dps310_result *result);

/*
 * Make it a sensor called @p name, with pressure (Pa) and temperature (C).
 * Touches no bus: the first sensor_read() takes the part into use, with 4
 * measurements a second.
 */
struct sensor *dps310_sensor(struct dps310 *dev, const char *name,
			     struct i2c_bus *bus, uint8_t address);

/* What an error of these is called in a message. */
static inline const char *dps310_error_text(int error)
{
	switch (error) {
	case DPS310_ERR_NOT_READY:
		return "the sensor does not become ready";
	case DPS310_ERR_OVERSAMPLING:
		return "no such oversampling";
	default:
		return i2c_error_text(error);
	}
}

#endif /* DPS310_H */
