/* SPDX-License-Identifier: BSD-3-Clause */
/* Pins of the Raspberry Pi 4: BCM2711 ARM Peripherals (2022-01-18), chapter 5. */
#include "bcm2711_gpio_io.h"

static void bcm2711_set_pull(struct gpio_chip *chip, uint32_t pin,
			     enum gpio_pull pull)
{
	static const uint32_t value[] = {
		[GPIO_PULL_NONE] = 0,
		[GPIO_PULL_UP] = BCM_GPIO_PUP_PDN_UP,
		[GPIO_PULL_DOWN] = BCM_GPIO_PUP_PDN_DOWN,
	};
	uint32_t shift = pin % BCM_GPIO_PUP_PDN_PINS * 2;

	bcm_gpio_change(&bcm_gpio_of(chip)
				 ->regs->pup_pdn[pin / BCM_GPIO_PUP_PDN_PINS],
			3U << shift, value[pull] << shift);
}

int bcm2711_gpio_io_init(struct bcm2711_gpio_io *dev)
{
	static const struct gpio_chip_ops ops = {
		.set_function = bcm_gpio_set_function,
		.function = bcm_gpio_function,
		.set_pull = bcm2711_set_pull,
		.write = bcm_gpio_write,
		.read = bcm_gpio_read,
		.set_event = bcm_gpio_set_event,
	};

	return bcm_gpio_init(&dev->port, dev->base, dev->irq, &ops);
}
