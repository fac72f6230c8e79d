/* SPDX-License-Identifier: BSD-3-Clause */
/* PCA9548 switch on an I2C bus: eight further buses, joined to it or not. */
#ifndef PCA9548_H
#define PCA9548_H

#include "i2c.h"

struct pca9548 {
	struct i2c_bus *bus;
	uint8_t address;	/* 0x70 to 0x77 */
};

/* It answers, but does not hold what was written. */
#define PCA9548_ERR_NOT_ONE	(-100)

static inline void pca9548_init(struct pca9548 *dev, struct i2c_bus *bus,
				uint8_t address)
{
	dev->bus = bus;
	dev->address = address;
}

/*
 * Join the channels whose bits are set to the bus, and part the others from
 * it. I2C_OK, an I2C error, or PCA9548_ERR_NOT_ONE.
 */
int pca9548_select(struct pca9548 *dev, uint8_t channels);

/* What an error of these is called in a message. */
static inline const char *pca9548_error_text(int error)
{
	return error == PCA9548_ERR_NOT_ONE ? "something else answers"
					    : i2c_error_text(error);
}

#endif /* PCA9548_H */
