/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * LSM303DLHC magnetometer: ST DocID018771 rev. 2. Its temperature is left
 * out: the data sheet gives it no zero.
 */
#include <string.h>

#include "FreeRTOS.h"

#include "lsm303dlhc_mag.h"
#include "lsm303dlhc_mag_regs.h"

/* A gauss is 100 uT. */
#define NT_PER_GAUSS	100000

/*
 * One register a message: QEMU's model ends QEMU when a second value follows
 * the first.
 */
static int lsm303dlhc_mag_start(struct sensor *sensor)
{
	static const uint8_t settings[][2] = {
		{ LSM303DLHC_MAG_CRA, LSM303DLHC_MAG_CRA_15_HZ },
		{ LSM303DLHC_MAG_CRB, LSM303DLHC_MAG_CRB_1_3_GAUSS },
		{ LSM303DLHC_MAG_MR, LSM303DLHC_MAG_MR_CONTINUOUS },
	};
	static const uint8_t id[] = LSM303DLHC_MAG_ID;
	struct lsm303dlhc_mag *dev = (struct lsm303dlhc_mag *)
		((uintptr_t)sensor - offsetof(struct lsm303dlhc_mag, sensor));
	uint8_t got[sizeof(id)];
	int rc;

	rc = i2c_read_from(dev->bus, dev->address, LSM303DLHC_MAG_IRA,
			   got, sizeof(got));
	if (rc)
		return rc;
	if (memcmp(got, id, sizeof(id)))
		return LSM303DLHC_MAG_ERR_NOT_ONE;
	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		rc = i2c_write_to(dev->bus, dev->address, settings[i][0],
				  settings[i][1]);
		if (rc)
			return rc;
	}
	return I2C_OK;
}

static int32_t lsm303dlhc_mag_steps(const uint8_t *data)
{
	return (int16_t)(data[0] << 8 | data[1]);
}

int lsm303dlhc_mag_read(struct lsm303dlhc_mag *dev,
			struct lsm303dlhc_mag_field *field)
{
	int32_t x, y, z;
	uint8_t data[6];
	int rc;

	rc = i2c_read_from(dev->bus, dev->address, LSM303DLHC_MAG_OUT,
			   data, sizeof(data));
	if (rc)
		return rc;
	x = lsm303dlhc_mag_steps(data);
	z = lsm303dlhc_mag_steps(data + 2);
	y = lsm303dlhc_mag_steps(data + 4);
	if (x == LSM303DLHC_MAG_OVERFLOW || y == LSM303DLHC_MAG_OVERFLOW
	    || z == LSM303DLHC_MAG_OVERFLOW)
		return LSM303DLHC_MAG_ERR_OVERFLOW;
	/* 16 bits times 100000 overflow 32 */
	field->x = (int32_t)((int64_t)x * NT_PER_GAUSS
			     / LSM303DLHC_MAG_XY_PER_GAUSS);
	field->y = (int32_t)((int64_t)y * NT_PER_GAUSS
			     / LSM303DLHC_MAG_XY_PER_GAUSS);
	field->z = (int32_t)((int64_t)z * NT_PER_GAUSS
			     / LSM303DLHC_MAG_Z_PER_GAUSS);
	return I2C_OK;
}

static int lsm303dlhc_mag_sensor_read(struct sensor *sensor, int32_t *milli)
{
	struct lsm303dlhc_mag *dev = (struct lsm303dlhc_mag *)
		((uintptr_t)sensor - offsetof(struct lsm303dlhc_mag, sensor));
	struct lsm303dlhc_mag_field field;
	int rc = lsm303dlhc_mag_read(dev, &field);

	if (rc)
		return rc;
	milli[0] = field.x;
	milli[1] = field.y;
	milli[2] = field.z;
	return I2C_OK;
}

struct sensor *lsm303dlhc_mag_sensor(struct lsm303dlhc_mag *dev,
				     const char *name, struct i2c_bus *bus,
				     uint8_t address)
{
	static const struct sensor_ops ops = {
		.start = lsm303dlhc_mag_start,
		.read = lsm303dlhc_mag_sensor_read,
		.error_text = lsm303dlhc_mag_error_text,
	};
	static const struct sensor_quantity quantities[] = {
		{ "x", "uT" }, { "y", "uT" }, { "z", "uT" },
	};

	dev->bus = bus;
	dev->address = address;
	sensor_init(&dev->sensor, name, &ops, quantities, 3);
	return &dev->sensor;
}
