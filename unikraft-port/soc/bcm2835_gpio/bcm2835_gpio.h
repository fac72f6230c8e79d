/* SPDX-License-Identifier: BSD-3-Clause */
/* Pin multiplexer of the Raspberry Pi 1 to 3: what a pin does, its pull. */
#ifndef __BCM2835_GPIO_H__
#define __BCM2835_GPIO_H__

#include <uk/essentials.h>

struct bcm2835_gpio {
	/* From the board: */
	__uptr base;
};

/* BCM2835 ARM Peripherals, table 6-2: FSEL values */
enum bcm2835_gpio_function {
	BCM2835_GPIO_INPUT = 0,
	BCM2835_GPIO_OUTPUT = 1,
	BCM2835_GPIO_ALT0 = 4,
	BCM2835_GPIO_ALT1 = 5,
	BCM2835_GPIO_ALT2 = 6,
	BCM2835_GPIO_ALT3 = 7,
	BCM2835_GPIO_ALT4 = 3,
	BCM2835_GPIO_ALT5 = 2,
};

/* BCM2835 ARM Peripherals, table 6-28: GPPUD values */
enum bcm2835_gpio_pull {
	BCM2835_GPIO_PULL_NONE = 0,
	BCM2835_GPIO_PULL_DOWN = 1,
	BCM2835_GPIO_PULL_UP = 2,
};

/* Both for pins 0 to 53; call them with interrupts off or before threads. */
void bcm2835_gpio_function(struct bcm2835_gpio *dev, unsigned int pin,
			   enum bcm2835_gpio_function function);
void bcm2835_gpio_pull(struct bcm2835_gpio *dev, unsigned int pin,
		       enum bcm2835_gpio_pull pull);

#endif /* __BCM2835_GPIO_H__ */
