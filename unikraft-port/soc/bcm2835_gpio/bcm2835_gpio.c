/* SPDX-License-Identifier: BSD-3-Clause */
/* Pin multiplexer of BCM2835 to BCM2837: BCM2835 ARM Peripherals, chapter 6. */
#include <uk/arch/lcpu.h>
#include <uk/assert.h>

#include "bcm2835_gpio.h"
#include "bcm2835_gpio_regs.h"

/* BCM2835 ARM Peripherals, 6.1, GPPUDCLKn: "wait 150 cycles" */
#define BCM2835_GPIO_PULL_CYCLES	150

static inline volatile struct bcm2835_gpio_regs *
bcm2835_gpio_regs(const struct bcm2835_gpio *dev)
{
	return (volatile struct bcm2835_gpio_regs *)dev->base;
}

void bcm2835_gpio_function(struct bcm2835_gpio *dev, unsigned int pin,
			   enum bcm2835_gpio_function function)
{
	volatile __u32 *gpfsel =
		&bcm2835_gpio_regs(dev)->gpfsel[pin / BCM2835_GPIO_FSEL_PINS];
	unsigned int shift =
		pin % BCM2835_GPIO_FSEL_PINS * BCM2835_GPIO_FSEL_BITS;
	__u32 value;

	UK_ASSERT(pin < BCM2835_GPIO_PINS);
	value = ioreg_read32(gpfsel) & ~(BCM2835_GPIO_FSEL_MASK << shift);
	ioreg_write32(gpfsel, value | (__u32)function << shift);
}

/* At least 150 cycles of the core are more than 150 of the slower GPIO. */
static void bcm2835_gpio_wait(void)
{
	for (int n = 0; n < BCM2835_GPIO_PULL_CYCLES; n++)
		ukarch_spinwait();
}

void bcm2835_gpio_pull(struct bcm2835_gpio *dev, unsigned int pin,
		       enum bcm2835_gpio_pull pull)
{
	volatile struct bcm2835_gpio_regs *regs = bcm2835_gpio_regs(dev);

	UK_ASSERT(pin < BCM2835_GPIO_PINS);
	/* BCM2835 ARM Peripherals, 6.1, GPPUDCLKn: the sequence of events */
	ioreg_write32(&regs->gppud, pull);
	bcm2835_gpio_wait();
	ioreg_write32(&regs->gppudclk[pin / 32], 1U << (pin % 32));
	bcm2835_gpio_wait();
	ioreg_write32(&regs->gppud, BCM2835_GPIO_PULL_NONE);
	ioreg_write32(&regs->gppudclk[pin / 32], 0);
}
