/* SPDX-License-Identifier: BSD-3-Clause */
/* DPS310 pressure sensor: Infineon data sheet, revision 1.2. */
#include "FreeRTOS.h"
#include "task.h"

#include "dps310.h"
#include "dps310_regs.h"

/* DPS310, table 2: coefficients are there 40 ms after a reset */
#define DPS310_START_MS		100U
/* Four measurements a second: the first one takes no longer than two */
#define DPS310_MEASURE_MS	500U
#define DPS310_POLL_MS		5U

/* Binary places: an error in the last one becomes less than 1 mPa (c10) */
#define DPS310_PLACES		32

static struct dps310 *dps310_of(struct sensor *sensor)
{
	return (struct dps310 *)
		((uintptr_t)sensor - offsetof(struct dps310, sensor));
}

static int dps310_get(struct dps310 *dev, uint8_t reg, uint8_t *data,
		      size_t length)
{
	return i2c_read_from(dev->bus, dev->address, reg, data, length);
}

static int dps310_set(struct dps310 *dev, uint8_t reg, uint8_t value)
{
	return i2c_write_to(dev->bus, dev->address, reg, value);
}

/* Wait until MEAS_CFG has all bits of @p wanted. */
static int dps310_await(struct dps310 *dev, uint8_t wanted, uint32_t ms)
{
	TickType_t ticks = pdMS_TO_TICKS(ms);
	TimeOut_t timeout;
	uint8_t now;
	int rc;

	vTaskSetTimeOutState(&timeout);
	for (;;) {
		rc = dps310_get(dev, DPS310_MEAS_CFG, &now, 1);
		/* After a reset the part may not answer yet. */
		if (rc != I2C_OK && rc != I2C_ERR_NACK)
			return rc;
		if (rc == I2C_OK && (now & wanted) == wanted)
			return I2C_OK;
		if (xTaskCheckForTimeOut(&timeout, &ticks))
			return rc ? rc : DPS310_ERR_NOT_READY;
		vTaskDelay(pdMS_TO_TICKS(DPS310_POLL_MS) + 1);
	}
}

/* ---- Coefficients: DPS310, 8.11 ---- */

static int32_t dps310_signed(uint32_t value, unsigned int bits)
{
	return (int32_t)(value << (32 - bits)) >> (32 - bits);
}

static int32_t dps310_signed_16(const uint8_t *data)
{
	return dps310_signed((uint32_t)data[0] << 8 | data[1], 16);
}

static void dps310_decode(const uint8_t *data, struct dps310_coefficients *c)
{
	c->c0 = dps310_signed((uint32_t)data[0] << 4 | data[1] >> 4, 12);
	c->c1 = dps310_signed((data[1] & 15U) << 8 | data[2], 12);
	c->c00 = dps310_signed((uint32_t)data[3] << 12
			       | (uint32_t)data[4] << 4 | data[5] >> 4, 20);
	c->c10 = dps310_signed((data[5] & 15U) << 16
			       | (uint32_t)data[6] << 8 | data[7], 20);
	c->c01 = dps310_signed_16(data + 8);
	c->c11 = dps310_signed_16(data + 10);
	c->c20 = dps310_signed_16(data + 12);
	c->c21 = dps310_signed_16(data + 14);
	c->c30 = dps310_signed_16(data + 16);
}

/* ---- Start ---- */

static int dps310_configure(struct dps310 *dev)
{
	_Bool shift = dev->oversampling >= DPS310_SHIFT_FROM;
	uint8_t rate = DPS310_RATE_4 | dev->oversampling;
	uint8_t source, control;
	int rc;

	rc = dps310_get(dev, DPS310_COEF_SRCE, &source, 1);
	if (!rc)
		rc = dps310_set(dev, DPS310_PRS_CFG, rate);
	if (!rc)
		rc = dps310_set(dev, DPS310_TMP_CFG,
				source & DPS310_COEF_SRCE_EXT
				? rate | DPS310_TMP_CFG_EXT : rate);
	if (!rc)
		rc = dps310_set(dev, DPS310_CFG_REG,
				shift ? DPS310_CFG_REG_T_SHIFT
					| DPS310_CFG_REG_P_SHIFT : 0);
	/* The upper bits are read-only; QEMU's are what is written. */
	if (!rc)
		rc = dps310_get(dev, DPS310_MEAS_CFG, &control, 1);
	control &= (uint8_t)~DPS310_MEAS_CFG_CTRL_MASK;
	if (!rc)
		rc = dps310_set(dev, DPS310_MEAS_CFG,
				control | DPS310_MEAS_CFG_CONTINUOUS);
	return rc;
}

static int dps310_start(struct sensor *sensor)
{
	struct dps310 *dev = dps310_of(sensor);
	uint8_t coefficients[DPS310_COEF_BYTES];
	int rc;

	if (dev->oversampling > DPS310_OVERSAMPLING_MAX)
		return DPS310_ERR_OVERSAMPLING;
	dev->measured = 0;
	rc = dps310_set(dev, DPS310_RESET, DPS310_RESET_SOFT);
	if (rc)
		return rc;
	rc = dps310_await(dev, DPS310_MEAS_CFG_COEF_RDY
			       | DPS310_MEAS_CFG_SENSOR_RDY,
			  DPS310_START_MS);
	if (rc)
		return rc;
	rc = dps310_get(dev, DPS310_COEF, coefficients, sizeof(coefficients));
	if (rc)
		return rc;
	dps310_decode(coefficients, &dev->coefficients);
	return dps310_configure(dev);
}

/* ---- Measurements ---- */

/* A product of two fixed-point numbers; 128 bits hold whatever comes. */
static int64_t dps310_times(int64_t a, int64_t b)
{
	return (int64_t)(((__int128)a * b) >> DPS310_PLACES);
}

static int64_t dps310_fixed(int32_t value)
{
	return (int64_t)value * (1LL << DPS310_PLACES);
}

/* To thousandths, rounded. */
static int32_t dps310_milli(int64_t value)
{
	__int128 milli = (__int128)value * 1000;

	return (int32_t)((milli + (1LL << (DPS310_PLACES - 1)))
			 >> DPS310_PLACES);
}

void dps310_compensate(const struct dps310_coefficients *c,
		       uint8_t oversampling, int32_t pressure,
		       int32_t temperature, struct dps310_result *result)
{
	static const int32_t factors[] = DPS310_SCALE_FACTORS;
	int32_t factor = factors[oversampling & DPS310_OVERSAMPLING_MAX];
	int64_t p = dps310_fixed(pressure) / factor;
	int64_t t = dps310_fixed(temperature) / factor;
	int64_t sum, cross;

	/* DPS310, 4.9.1: c00 + p (c10 + p (c20 + p c30)) + t c01 + t p (...) */
	sum = dps310_fixed(c->c20) + c->c30 * p;
	sum = dps310_fixed(c->c10) + dps310_times(sum, p);
	sum = dps310_fixed(c->c00) + dps310_times(sum, p);
	cross = dps310_fixed(c->c11) + c->c21 * p;
	cross = dps310_fixed(c->c01) + dps310_times(cross, p);
	result->milli_pascal = dps310_milli(sum + dps310_times(cross, t));
	/* DPS310, 4.9.2: c0 / 2 + c1 t */
	result->milli_celsius =
		dps310_milli(dps310_fixed(c->c0) / 2 + c->c1 * t);
}

int dps310_read(struct dps310 *dev, struct dps310_result *result)
{
	uint8_t data[6];
	int rc;

	if (!dev->measured) {
		rc = dps310_await(dev, DPS310_MEAS_CFG_PRS_RDY
				       | DPS310_MEAS_CFG_TMP_RDY,
				  DPS310_MEASURE_MS);
		if (rc)
			return rc;
		dev->measured = 1;
	}
	rc = dps310_get(dev, DPS310_PRS, data, sizeof(data));
	if (rc)
		return rc;
	dps310_compensate(&dev->coefficients, dev->oversampling,
			  dps310_signed((uint32_t)data[0] << 16
					| (uint32_t)data[1] << 8 | data[2],
					24),
			  dps310_signed((uint32_t)data[3] << 16
					| (uint32_t)data[4] << 8 | data[5],
					24), result);
	return I2C_OK;
}

static int dps310_sensor_read(struct sensor *sensor, int32_t *milli)
{
	struct dps310_result result;
	int rc = dps310_read(dps310_of(sensor), &result);

	if (rc)
		return rc;
	milli[0] = result.milli_pascal;
	milli[1] = result.milli_celsius;
	return I2C_OK;
}

struct sensor *dps310_sensor(struct dps310 *dev, const char *name,
			     struct i2c_bus *bus, uint8_t address)
{
	static const struct sensor_ops ops = {
		.start = dps310_start,
		.read = dps310_sensor_read,
		.error_text = dps310_error_text,
	};
	static const struct sensor_quantity quantities[] = {
		{ "pressure", "Pa" }, { "temperature", "C" },
	};

	dev->bus = bus;
	dev->address = address;
	sensor_init(&dev->sensor, name, &ops, quantities, 2);
	return &dev->sensor;
}
