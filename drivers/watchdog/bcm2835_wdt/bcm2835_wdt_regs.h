/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The registers of the power management block that are its watchdog.
 * Broadcom has not published it; layout and bits are those which U-Boot
 * (arch/arm/mach-bcm283x/include/mach/wdog.h) and Linux
 * (drivers/watchdog/bcm2835_wdt.c) use.
 */
#ifndef BCM2835_WDT_REGS_H
#define BCM2835_WDT_REGS_H

#include <stddef.h>
#include <stdint.h>

struct bcm2835_wdt_regs {
	uint32_t reserved_00[7];
	uint32_t rstc;		/* 0x1c Reset control */
	uint32_t rsts;		/* 0x20 Reset status */
	uint32_t wdog;		/* 0x24 Watchdog: what is left */
};
_Static_assert(offsetof(struct bcm2835_wdt_regs, rstc) == 0x1c, "RSTC");
_Static_assert(offsetof(struct bcm2835_wdt_regs, rsts) == 0x20, "RSTS");
_Static_assert(offsetof(struct bcm2835_wdt_regs, wdog) == 0x24, "WDOG");

/* A write without it is void */
#define BCM2835_WDT_PASSWORD		0x5a000000U

#define BCM2835_WDT_RSTC_MASK		0x00000030U
#define BCM2835_WDT_RSTC_FULL_RESET	0x00000020U
/* What Linux writes to stop it */
#define BCM2835_WDT_RSTC_STOP		0x00000102U

/* Linux, bcm2835_wdt.c: 20 bits, 65536 in a second */
#define BCM2835_WDT_TICKS_PER_S		65536U
#define BCM2835_WDT_TICKS_MAX		0xfffffU

/*
 * Raspberry Pi's Linux 3.x, mach-bcm2708 platform.h: what the last reset
 * was; the other bits of RSTS hold the partition to boot from
 */
#define BCM2835_WDT_RSTS_POWER_ON	(1U << 12)
#define BCM2835_WDT_RSTS_SOFTWARE	(1U << 9)
#define BCM2835_WDT_RSTS_WATCHDOG	(1U << 5)

#endif /* BCM2835_WDT_REGS_H */
