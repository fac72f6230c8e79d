/* SPDX-License-Identifier: BSD-3-Clause */
/* DS1338 real-time clock on an I2C bus. */
#ifndef DS1338_H
#define DS1338_H

#include "i2c.h"
#include "rtc.h"

struct ds1338 {
	struct i2c_bus *bus;
	uint8_t address;	/* 0x68 */
};

/* The clock stood still since it was set: it does not know the time. */
#define DS1338_ERR_NOT_SET	(-100)
/* What it holds is no time; or what it shall hold is none. */
#define DS1338_ERR_NO_TIME	(-101)
/* Outside of its memory. */
#define DS1338_ERR_RANGE	(-102)

/* Bytes of memory that the clock's battery keeps. */
#define DS1338_MEMORY_BYTES	56U

/* Say where it is; touches no bus. */
static inline void ds1338_init(struct ds1338 *dev, struct i2c_bus *bus,
			       uint8_t address)
{
	dev->bus = bus;
	dev->address = address;
}

/* I2C_OK, an I2C error, DS1338_ERR_NOT_SET or DS1338_ERR_NO_TIME. */
int ds1338_get(struct ds1338 *dev, struct rtc_time *time);

/* Set the time and let it run; I2C_OK, an I2C error, DS1338_ERR_NO_TIME. */
int ds1338_set(struct ds1338 *dev, const struct rtc_time *time);

/* Its memory, from @p offset on; I2C_OK, an I2C error, DS1338_ERR_RANGE. */
int ds1338_load(struct ds1338 *dev, uint8_t offset, uint8_t *data,
		size_t length);
int ds1338_store(struct ds1338 *dev, uint8_t offset, const uint8_t *data,
		 size_t length);

/* What an error of these is called in a message. */
static inline const char *ds1338_error_text(int error)
{
	switch (error) {
	case DS1338_ERR_NOT_SET:
		return "the clock stood still and is not set";
	case DS1338_ERR_NO_TIME:
		return "no valid time";
	case DS1338_ERR_RANGE:
		return "outside of the clock's memory";
	default:
		return i2c_error_text(error);
	}
}

#endif /* DS1338_H */
