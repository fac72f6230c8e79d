/* SPDX-License-Identifier: BSD-3-Clause */
/* GPIO registers: BCM2835 ARM Peripherals (2012-02-06), 6.1. */
#ifndef __BCM2835_GPIO_REGS_H__
#define __BCM2835_GPIO_REGS_H__

#include <uk/essentials.h>

/* BCM2835 ARM Peripherals, table 6-1: GPIO register assignment */
struct bcm2835_gpio_regs {
	__u32 gpfsel[6];	/* 0x00 GPIO Function Select 0 to 5 */
	__u32 reserved_18[31];
	__u32 gppud;		/* 0x94 GPIO Pin Pull-up/down Enable */
	__u32 gppudclk[2];	/* 0x98 GPIO Pin Pull-up/down Enable Clock */
};
_Static_assert(offsetof(struct bcm2835_gpio_regs, gppud) == 0x94, "GPPUD");
_Static_assert(offsetof(struct bcm2835_gpio_regs, gppudclk) == 0x98, "CLK");

/* BCM2835 ARM Peripherals, table 6-2: three bits for each of ten pins */
#define BCM2835_GPIO_FSEL_PINS		10
#define BCM2835_GPIO_FSEL_BITS		3
#define BCM2835_GPIO_FSEL_MASK		7U

/* BCM2835 ARM Peripherals, 6.2: "54 general-purpose I/O lines" */
#define BCM2835_GPIO_PINS		54

#endif /* __BCM2835_GPIO_REGS_H__ */
