/* SPDX-License-Identifier: BSD-3-Clause */
/* Reset and power-off of a Raspberry Pi, by its watchdog. */
#include <uk/arch/lcpu.h>

#include "bcm2835_pm.h"
#include "bcm2835_pm_regs.h"

/* Polls until the watchdog counts as dead: some 100 ns each, so 100 ms */
#define BCM2835_PM_TRIES	1000000

static void bcm2835_pm_write(volatile __u32 *reg, __u32 value)
{
	ioreg_write32(reg, BCM2835_PM_PASSWORD | (value & BCM2835_PM_VALUE));
}

/* Boot from @p partition (its spread bits) when the watchdog bites. */
static void bcm2835_pm_restart(struct bcm2835_pm *dev, __u32 partition)
{
	volatile struct bcm2835_pm_regs *regs =
		(volatile struct bcm2835_pm_regs *)dev->base;
	__u32 status = ioreg_read32(&regs->rsts);
	__u32 control;

	bcm2835_pm_write(&regs->rsts,
			 (status & ~BCM2835_PM_RSTS_PARTITION) | partition);
	bcm2835_pm_write(&regs->wdog, BCM2835_PM_WDOG_TICKS);
	control = ioreg_read32(&regs->rstc) & ~BCM2835_PM_RSTC_WRCFG_MASK;
	bcm2835_pm_write(&regs->rstc, control | BCM2835_PM_RSTC_WRCFG_RESET);
	/* Whatever the caller does next must not disarm it again */
	for (int n = 0; n < BCM2835_PM_TRIES; n++) {
		(void)ioreg_read32(&regs->wdog);
		ukarch_spinwait();
	}
}

void bcm2835_pm_power_off(struct bcm2835_pm *dev)
{
	bcm2835_pm_restart(dev, BCM2835_PM_RSTS_PARTITION);
}

void bcm2835_pm_reset(struct bcm2835_pm *dev)
{
	bcm2835_pm_restart(dev, 0);
}
