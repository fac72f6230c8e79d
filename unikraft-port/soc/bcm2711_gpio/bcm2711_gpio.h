/* SPDX-License-Identifier: BSD-3-Clause */
/* Pin multiplexer of the Raspberry Pi 4: what a pin does, and its pull. */
#ifndef __BCM2711_GPIO_H__
#define __BCM2711_GPIO_H__

#include <uk/essentials.h>

struct bcm2711_gpio {
	/* From the board: */
	__uptr base;
};

/* BCM2711 ARM Peripherals, 5.2, GPFSELn: FSEL values */
enum bcm2711_gpio_function {
	BCM2711_GPIO_INPUT = 0,
	BCM2711_GPIO_OUTPUT = 1,
	BCM2711_GPIO_ALT0 = 4,
	BCM2711_GPIO_ALT1 = 5,
	BCM2711_GPIO_ALT2 = 6,
	BCM2711_GPIO_ALT3 = 7,
	BCM2711_GPIO_ALT4 = 3,
	BCM2711_GPIO_ALT5 = 2,
};

/* BCM2711 ARM Peripherals, 5.2: up and down are not as on BCM2835 */
enum bcm2711_gpio_pull {
	BCM2711_GPIO_PULL_NONE = 0,
	BCM2711_GPIO_PULL_UP = 1,
	BCM2711_GPIO_PULL_DOWN = 2,
};

/* Both for pins 0 to 57; call them with interrupts off or before threads. */
void bcm2711_gpio_function(struct bcm2711_gpio *dev, unsigned int pin,
			   enum bcm2711_gpio_function function);
void bcm2711_gpio_pull(struct bcm2711_gpio *dev, unsigned int pin,
		       enum bcm2711_gpio_pull pull);

#endif /* __BCM2711_GPIO_H__ */
