/* SPDX-License-Identifier: BSD-3-Clause */
/* GPIO registers: BCM2711 ARM Peripherals (2022-01-18), 5.2. */
#ifndef __BCM2711_GPIO_REGS_H__
#define __BCM2711_GPIO_REGS_H__

#include <uk/essentials.h>

/* BCM2711 ARM Peripherals, table 60: GPIO register assignment */
struct bcm2711_gpio_regs {
	__u32 gpfsel[6];	/* 0x00 GPIO Function Select 0 to 5 */
	__u32 reserved_18[51];
	__u32 pup_pdn_cntrl[4];	/* 0xe4 GPIO Pull-up / Pull-down Register 0
				 *      to 3
				 */
};
_Static_assert(offsetof(struct bcm2711_gpio_regs, pup_pdn_cntrl) == 0xe4,
	       "GPIO_PUP_PDN_CNTRL_REG0");

/* BCM2711 ARM Peripherals, 5.2, GPFSELn: three bits for each of ten pins */
#define BCM2711_GPIO_FSEL_PINS		10
#define BCM2711_GPIO_FSEL_BITS		3
#define BCM2711_GPIO_FSEL_MASK		7U

/* BCM2711 ARM Peripherals, 5.2, GPIO_PUP_PDN_CNTRL_REGn: two bits, 16 pins */
#define BCM2711_GPIO_PULL_PINS		16
#define BCM2711_GPIO_PULL_BITS		2
#define BCM2711_GPIO_PULL_MASK		3U

/* BCM2711 ARM Peripherals, 5.1: "58 General-Purpose I/O (GPIO) lines" */
#define BCM2711_GPIO_PINS		58

#endif /* __BCM2711_GPIO_REGS_H__ */
