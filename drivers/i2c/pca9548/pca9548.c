/* SPDX-License-Identifier: BSD-3-Clause */
/* PCA9548 I2C switch: Texas Instruments SCPS143 (PCA9548A). */
#include "FreeRTOS.h"

#include "pca9548.h"

int pca9548_select(struct pca9548 *dev, uint8_t channels)
{
	uint8_t got;
	int rc;

	/* SCPS143, 8.6.2: the only register, bit n for channel n */
	rc = i2c_transfer(dev->bus, dev->address, &channels, 1, NULL, 0);
	if (rc)
		return rc;
	rc = i2c_transfer(dev->bus, dev->address, NULL, 0, &got, 1);
	if (rc)
		return rc;
	return got == channels ? I2C_OK : PCA9548_ERR_NOT_ONE;
}
