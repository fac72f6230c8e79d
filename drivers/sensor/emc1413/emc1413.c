/* SPDX-License-Identifier: BSD-3-Clause */
/* EMC1413 temperature sensor: Microchip DS20005274A. */
#include "FreeRTOS.h"

#include "emc1413.h"
#include "emc1413_regs.h"

static struct emc1413 *emc1413_of(struct sensor *sensor)
{
	return (struct emc1413 *)
		((uintptr_t)sensor - offsetof(struct emc1413, sensor));
}

static int emc1413_get(struct emc1413 *dev, uint8_t reg, uint8_t *value)
{
	return i2c_read_from(dev->bus, dev->address, reg, value, 1);
}

static int emc1413_start(struct sensor *sensor)
{
	struct emc1413 *dev = emc1413_of(sensor);
	uint8_t product, manufacturer, configuration;
	int rc;

	rc = emc1413_get(dev, EMC1413_PRODUCT_ID, &product);
	if (!rc)
		rc = emc1413_get(dev, EMC1413_MANUFACTURER_ID, &manufacturer);
	if (!rc)
		rc = emc1413_get(dev, EMC1413_CONFIGURATION, &configuration);
	if (rc)
		return rc;
	if (product != EMC1413_PRODUCT
	    || manufacturer != EMC1413_MANUFACTURER)
		return EMC1413_ERR_NOT_ONE;
	dev->offset = configuration & EMC1413_CONFIGURATION_RANGE
		      ? EMC1413_RANGE_OFFSET : 0;
	return I2C_OK;
}

int emc1413_read(struct emc1413 *dev, int32_t milli[EMC1413_CHANNELS])
{
	static const struct {
		uint8_t high, low, fault;
	} regs[EMC1413_CHANNELS] = {
		{ EMC1413_INTERNAL_HIGH, EMC1413_INTERNAL_LOW, 0 },
		{ EMC1413_EXTERNAL_1_HIGH, EMC1413_EXTERNAL_1_LOW,
		  EMC1413_DIODE_FAULT_1 },
		{ EMC1413_EXTERNAL_2_HIGH, EMC1413_EXTERNAL_2_LOW,
		  EMC1413_DIODE_FAULT_2 },
	};
	uint8_t faults, high, low;
	int rc = emc1413_get(dev, EMC1413_DIODE_FAULT, &faults);

	for (uint32_t i = 0; !rc && i < EMC1413_CHANNELS; i++) {
		if (faults & regs[i].fault)
			return EMC1413_ERR_DIODE;
		/* DS20005274A, 5.1: reading the high byte holds the low one */
		rc = emc1413_get(dev, regs[i].high, &high);
		if (!rc)
			rc = emc1413_get(dev, regs[i].low, &low);
		if (!rc)
			milli[i] = (high - dev->offset) * 1000
				   + (low >> EMC1413_LOW_SHIFT)
				     * EMC1413_MILLI_PER_STEP;
	}
	return rc;
}

static int emc1413_sensor_read(struct sensor *sensor, int32_t *milli)
{
	return emc1413_read(emc1413_of(sensor), milli);
}

struct sensor *emc1413_sensor(struct emc1413 *dev, const char *name,
			      struct i2c_bus *bus, uint8_t address)
{
	static const struct sensor_ops ops = {
		.start = emc1413_start,
		.read = emc1413_sensor_read,
		.error_text = emc1413_error_text,
	};
	static const struct sensor_quantity quantities[EMC1413_CHANNELS] = {
		{ "internal", "C" }, { "diode1", "C" }, { "diode2", "C" },
	};

	dev->bus = bus;
	dev->address = address;
	sensor_init(&dev->sensor, name, &ops, quantities, EMC1413_CHANNELS);
	return &dev->sensor;
}
