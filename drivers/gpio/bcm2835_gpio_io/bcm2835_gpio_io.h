/* SPDX-License-Identifier: BSD-3-Clause */
/* Pins of the Raspberry Pi 1 to 3 as inputs and outputs, a FreeRTOS driver. */
#ifndef BCM2835_GPIO_IO_H
#define BCM2835_GPIO_IO_H

#include "bcm_gpio.h"

struct bcm2835_gpio_io {
	/* From the board: */
	uintptr_t base;
	uint32_t irq;		/* of pins 0 to 27 */
	/* The driver's own: */
	struct bcm_gpio port;
};

/* Make `port.chip` usable; once. GPIO_OK or GPIO_ERR_NO_INTERRUPT. */
int bcm2835_gpio_io_init(struct bcm2835_gpio_io *dev);

#endif /* BCM2835_GPIO_IO_H */
