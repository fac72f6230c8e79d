/* SPDX-License-Identifier: BSD-3-Clause */
/* TMP105 temperature sensor: Texas Instruments SLLS648D. */
#include "FreeRTOS.h"

#include "tmp105.h"
#include "tmp105_regs.h"

int tmp105_init(struct tmp105 *dev, struct i2c_bus *bus, uint8_t address)
{
	const uint8_t set[] = {
		TMP105_CONFIGURATION, TMP105_CONFIGURATION_R_12,
	};
	uint8_t got;
	int rc;

	dev->bus = bus;
	dev->address = address;
	rc = i2c_transfer(bus, address, set, sizeof(set), NULL, 0);
	if (rc)
		return rc;
	rc = i2c_transfer(bus, address, set, 1, &got, 1);
	if (rc)
		return rc;
	if ((got & TMP105_CONFIGURATION_R_MASK) != TMP105_CONFIGURATION_R_12)
		return TMP105_ERR_NOT_ONE;
	return I2C_OK;
}

int tmp105_read(struct tmp105 *dev, int32_t *milli_celsius)
{
	const uint8_t pointer = TMP105_TEMPERATURE;
	uint8_t data[2];
	int32_t steps;
	int rc;

	rc = i2c_transfer(dev->bus, dev->address, &pointer, 1,
			  data, sizeof(data));
	if (rc)
		return rc;
	steps = (int16_t)(data[0] << 8 | data[1]);
	steps >>= TMP105_TEMPERATURE_SHIFT;
	/* SLLS648D, table 5: a step is 0.0625 degrees */
	*milli_celsius = steps * 125 / 2;
	return I2C_OK;
}
