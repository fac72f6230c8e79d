/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Power management registers that reset a Raspberry Pi. Broadcom has not
 * published the block; the layout and the bits are those which the firmware
 * obeys to U-Boot (arch/arm/mach-bcm283x/include/mach/wdog.h).
 */
#ifndef __BCM2835_PM_REGS_H__
#define __BCM2835_PM_REGS_H__

#include <uk/essentials.h>

/* U-Boot, mach/wdog.h: struct bcm2835_wdog_regs */
struct bcm2835_pm_regs {
	__u32 reserved_00[7];
	__u32 rstc;		/* 0x1c Reset control */
	__u32 rsts;		/* 0x20 Reset status */
	__u32 wdog;		/* 0x24 Watchdog */
};
_Static_assert(offsetof(struct bcm2835_pm_regs, rstc) == 0x1c, "RSTC");
_Static_assert(offsetof(struct bcm2835_pm_regs, rsts) == 0x20, "RSTS");
_Static_assert(offsetof(struct bcm2835_pm_regs, wdog) == 0x24, "WDOG");

/* U-Boot, mach/wdog.h: BCM2835_WDOG_PASSWORD; a write without it is void */
#define BCM2835_PM_PASSWORD		0x5a000000U
#define BCM2835_PM_VALUE		0x00ffffffU

/* U-Boot, mach/wdog.h: BCM2835_WDOG_WRCFG_MASK and _FULL_RESET */
#define BCM2835_PM_RSTC_WRCFG_MASK	0x00000030U
#define BCM2835_PM_RSTC_WRCFG_RESET	0x00000020U

/*
 * U-Boot, arch/arm/mach-bcm283x/reset.c: the partition to boot from is
 * spread over the even bits 0 to 10; 63, all set, tells bootcode.bin to halt.
 */
#define BCM2835_PM_RSTS_PARTITION	0x00000555U

/*
 * Linux, drivers/watchdog/bcm2835_wdt.c: 65536 ticks to the second, so 5 ms.
 * In that time a UART sends the 32 characters that its FIFO may still hold at
 * 115200 baud.
 */
#define BCM2835_PM_WDOG_TICKS		328

#endif /* __BCM2835_PM_REGS_H__ */
