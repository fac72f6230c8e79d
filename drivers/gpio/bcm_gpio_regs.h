/* SPDX-License-Identifier: BSD-3-Clause */
/* GPIO registers of the Raspberry Pis: BCM2835 ARM Peripherals, chapter 6. */
#ifndef BCM_GPIO_REGS_H
#define BCM_GPIO_REGS_H

#include <stddef.h>
#include <stdint.h>

/*
 * BCM2835 ARM Peripherals, table 6-1; BCM2711 ARM Peripherals, 5.2. Pairs
 * are for pins 0 to 31 and 32 to 53.
 */
struct bcm_gpio_regs {
	uint32_t fsel[6];	/* 0x00 GPIO Function Select 0 to 5 */
	uint32_t reserved_18;
	uint32_t set[2];	/* 0x1c GPIO Pin Output Set */
	uint32_t reserved_24;
	uint32_t clr[2];	/* 0x28 GPIO Pin Output Clear */
	uint32_t reserved_30;
	uint32_t lev[2];	/* 0x34 GPIO Pin Level */
	uint32_t reserved_3c;
	uint32_t eds[2];	/* 0x40 GPIO Pin Event Detect Status */
	uint32_t reserved_48;
	uint32_t ren[2];	/* 0x4c GPIO Pin Rising Edge Detect Enable */
	uint32_t reserved_54;
	uint32_t fen[2];	/* 0x58 GPIO Pin Falling Edge Detect Enable */
	uint32_t reserved_60;
	uint32_t hen[2];	/* 0x64 GPIO Pin High Detect Enable */
	uint32_t reserved_6c;
	uint32_t len[2];	/* 0x70 GPIO Pin Low Detect Enable */
	uint32_t reserved_78[7];
	uint32_t pud;		/* 0x94 GPIO Pin Pull-up/down (BCM2835) */
	uint32_t pudclk[2];	/* 0x98 ... Enable Clock (BCM2835) */
	uint32_t reserved_a0[17];
	uint32_t pup_pdn[4];	/* 0xe4 GPIO Pull-up/down (BCM2711) */
};
_Static_assert(offsetof(struct bcm_gpio_regs, set) == 0x1c, "GPSET");
_Static_assert(offsetof(struct bcm_gpio_regs, clr) == 0x28, "GPCLR");
_Static_assert(offsetof(struct bcm_gpio_regs, lev) == 0x34, "GPLEV");
_Static_assert(offsetof(struct bcm_gpio_regs, eds) == 0x40, "GPEDS");
_Static_assert(offsetof(struct bcm_gpio_regs, ren) == 0x4c, "GPREN");
_Static_assert(offsetof(struct bcm_gpio_regs, fen) == 0x58, "GPFEN");
_Static_assert(offsetof(struct bcm_gpio_regs, hen) == 0x64, "GPHEN");
_Static_assert(offsetof(struct bcm_gpio_regs, len) == 0x70, "GPLEN");
_Static_assert(offsetof(struct bcm_gpio_regs, pud) == 0x94, "GPPUD");
_Static_assert(offsetof(struct bcm_gpio_regs, pudclk) == 0x98, "GPPUDCLK");
_Static_assert(offsetof(struct bcm_gpio_regs, pup_pdn) == 0xe4, "PUP_PDN");

/* BCM2835 ARM Peripherals, table 6-2: three bits for each of ten pins */
#define BCM_GPIO_FSEL_PINS	10U
#define BCM_GPIO_FSEL_BITS	3U
#define BCM_GPIO_FSEL_MASK	7U

/* BCM2835 ARM Peripherals, 6.2; BCM2711 has four more without a pad */
#define BCM_GPIO_PINS		54U

/*
 * BCM2835 ARM Peripherals, chapter 7: GPU interrupts 49 to 52. The first is
 * that of pins 0 to 27 (Linux, pinctrl-bcm2835.c), which the header has.
 */
#define BCM_GPIO_IRQ_PINS	28U

/* BCM2835 ARM Peripherals, table 6-28: GPPUD values */
#define BCM_GPIO_PUD_DOWN	1U
#define BCM_GPIO_PUD_UP		2U

/* BCM2711 ARM Peripherals, 5.2: two bits for each of 16 pins; 1 up, 2 down */
#define BCM_GPIO_PUP_PDN_PINS	16U
#define BCM_GPIO_PUP_PDN_UP	1U
#define BCM_GPIO_PUP_PDN_DOWN	2U

#endif /* BCM_GPIO_REGS_H */
