/* SPDX-License-Identifier: BSD-3-Clause */
/* EMC1413 on an I2C bus: its own temperature and that of two diodes. */
#ifndef EMC1413_H
#define EMC1413_H

#include "i2c.h"
#include "sensor.h"

#define EMC1413_CHANNELS	3U

struct emc1413 {
	struct i2c_bus *bus;
	uint8_t address;	/* 0x4c */
	uint8_t offset;		/* of the range that is set, in degrees */
	struct sensor sensor;
};

/* It answers, but does not say that it is one. */
#define EMC1413_ERR_NOT_ONE	(-100)
/* A diode is open or shorted. */
#define EMC1413_ERR_DIODE	(-101)

/*
 * All temperatures in thousandths of a degree: internal, diode 1, diode 2.
 * I2C_OK, an I2C error, or EMC1413_ERR_DIODE. In the range that is set at
 * power-on, 0 is "0 degrees or below" and 127875 "or above".
 */
int emc1413_read(struct emc1413 *dev, int32_t milli[EMC1413_CHANNELS]);

/*
 * Make it a sensor called @p name. Touches no bus: the first sensor_read()
 * takes the part into use, in the range that it is set to.
 */
struct sensor *emc1413_sensor(struct emc1413 *dev, const char *name,
			      struct i2c_bus *bus, uint8_t address);

/* What an error of these is called in a message. */
static inline const char *emc1413_error_text(int error)
{
	switch (error) {
	case EMC1413_ERR_NOT_ONE:
		return "something else answers";
	case EMC1413_ERR_DIODE:
		return "a diode is open or shorted";
	default:
		return i2c_error_text(error);
	}
}

#endif /* EMC1413_H */
