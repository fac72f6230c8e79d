/* SPDX-License-Identifier: BSD-3-Clause */
/* Watchdog of the Raspberry Pi: see bcm2835_wdt_regs.h. */
#include "FreeRTOS.h"

#include "bcm2835_wdt.h"
#include "bcm2835_wdt_regs.h"

static volatile struct bcm2835_wdt_regs *wdt_regs(struct watchdog *watchdog)
{
	const struct bcm2835_wdt *dev = (const struct bcm2835_wdt *)
		((uintptr_t)watchdog - offsetof(struct bcm2835_wdt, watchdog));

	return (volatile struct bcm2835_wdt_regs *)dev->base;
}

static void wdt_write(volatile uint32_t *reg, uint32_t value)
{
	mmio_write32(reg, BCM2835_WDT_PASSWORD | value);
}

static void wdt_start(struct watchdog *watchdog, uint32_t seconds)
{
	volatile struct bcm2835_wdt_regs *regs = wdt_regs(watchdog);
	uint32_t rstc;

	mmio_barrier();
	wdt_write(&regs->wdog, seconds * BCM2835_WDT_TICKS_PER_S);
	rstc = mmio_read32(&regs->rstc) & ~BCM2835_WDT_RSTC_MASK;
	wdt_write(&regs->rstc, rstc | BCM2835_WDT_RSTC_FULL_RESET);
	mmio_barrier();
}

static void wdt_stop(struct watchdog *watchdog)
{
	mmio_barrier();
	wdt_write(&wdt_regs(watchdog)->rstc, BCM2835_WDT_RSTC_STOP);
	mmio_barrier();
}

static enum watchdog_reason wdt_reason(struct watchdog *watchdog)
{
	uint32_t rsts;

	mmio_barrier();
	rsts = mmio_read32(&wdt_regs(watchdog)->rsts);
	mmio_barrier();
	/* Power-on wins: the others may be left from before */
	if (rsts & BCM2835_WDT_RSTS_POWER_ON)
		return WATCHDOG_REASON_POWER_ON;
	if (rsts & BCM2835_WDT_RSTS_WATCHDOG)
		return WATCHDOG_REASON_WATCHDOG;
	if (rsts & BCM2835_WDT_RSTS_SOFTWARE)
		return WATCHDOG_REASON_SOFTWARE;
	return WATCHDOG_REASON_UNKNOWN;
}

static const struct watchdog_ops wdt_ops = {
	.start = wdt_start,
	.stop = wdt_stop,
	.reason = wdt_reason,
};

int bcm2835_wdt_init(struct bcm2835_wdt *dev)
{
	dev->watchdog = (struct watchdog){
		.name = "bcm2835_wdt",
		.ops = &wdt_ops,
		.max_seconds = BCM2835_WDT_TICKS_MAX / BCM2835_WDT_TICKS_PER_S,
	};
	return WATCHDOG_OK;
}
