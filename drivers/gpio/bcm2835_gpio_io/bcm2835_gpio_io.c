/* SPDX-License-Identifier: BSD-3-Clause */
/* Pins of the Raspberry Pi 1 to 3: BCM2835 ARM Peripherals (2012-02-06), chapter 6. */
#include "bcm2835_gpio_io.h"

/* BCM2835 ARM Peripherals, 6.1, GPPUDCLKn: "wait 150 cycles" */
#define BCM2835_PULL_CYCLES	150

/* At least 150 cycles of the core are more than 150 of the slower GPIO. */
static void bcm2835_pull_wait(void)
{
	for (volatile int n = 0; n < BCM2835_PULL_CYCLES; n++)
		;
}

static void bcm2835_set_pull(struct gpio_chip *chip, uint32_t pin,
			     enum gpio_pull pull)
{
	static const uint32_t value[] = {
		[GPIO_PULL_NONE] = 0,
		[GPIO_PULL_UP] = BCM_GPIO_PUD_UP,
		[GPIO_PULL_DOWN] = BCM_GPIO_PUD_DOWN,
	};
	volatile struct bcm_gpio_regs *regs = bcm_gpio_of(chip)->regs;

	/* One sequence at a time: BCM2835 ARM Peripherals, 6.1, GPPUDCLKn */
	taskENTER_CRITICAL();
	mmio_write32(&regs->pud, value[pull]);
	bcm2835_pull_wait();
	mmio_write32(&regs->pudclk[pin / 32], 1U << (pin % 32));
	bcm2835_pull_wait();
	mmio_write32(&regs->pud, 0);
	mmio_write32(&regs->pudclk[pin / 32], 0);
	taskEXIT_CRITICAL();
}

int bcm2835_gpio_io_init(struct bcm2835_gpio_io *dev)
{
	static const struct gpio_chip_ops ops = {
		.set_function = bcm_gpio_set_function,
		.function = bcm_gpio_function,
		.set_pull = bcm2835_set_pull,
		.write = bcm_gpio_write,
		.read = bcm_gpio_read,
		.set_event = bcm_gpio_set_event,
	};

	return bcm_gpio_init(&dev->port, dev->base, dev->irq, &ops);
}
