/* SPDX-License-Identifier: BSD-3-Clause */
/* Pin multiplexer of BCM2711: BCM2711 ARM Peripherals, chapter 5. */
#include <uk/arch/lcpu.h>
#include <uk/assert.h>

#include "bcm2711_gpio.h"
#include "bcm2711_gpio_regs.h"

static inline volatile struct bcm2711_gpio_regs *
bcm2711_gpio_regs(const struct bcm2711_gpio *dev)
{
	return (volatile struct bcm2711_gpio_regs *)dev->base;
}

void bcm2711_gpio_function(struct bcm2711_gpio *dev, unsigned int pin,
			   enum bcm2711_gpio_function function)
{
	volatile __u32 *gpfsel =
		&bcm2711_gpio_regs(dev)->gpfsel[pin / BCM2711_GPIO_FSEL_PINS];
	unsigned int shift =
		pin % BCM2711_GPIO_FSEL_PINS * BCM2711_GPIO_FSEL_BITS;
	__u32 value;

	UK_ASSERT(pin < BCM2711_GPIO_PINS);
	value = ioreg_read32(gpfsel) & ~(BCM2711_GPIO_FSEL_MASK << shift);
	ioreg_write32(gpfsel, value | (__u32)function << shift);
}

void bcm2711_gpio_pull(struct bcm2711_gpio *dev, unsigned int pin,
		       enum bcm2711_gpio_pull pull)
{
	volatile __u32 *control =
		&bcm2711_gpio_regs(dev)->pup_pdn_cntrl[
			pin / BCM2711_GPIO_PULL_PINS];
	unsigned int shift =
		pin % BCM2711_GPIO_PULL_PINS * BCM2711_GPIO_PULL_BITS;
	__u32 value;

	UK_ASSERT(pin < BCM2711_GPIO_PINS);
	value = ioreg_read32(control) & ~(BCM2711_GPIO_PULL_MASK << shift);
	ioreg_write32(control, value | (__u32)pull << shift);
}
