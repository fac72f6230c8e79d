/* SPDX-License-Identifier: BSD-3-Clause */
/* Watchdog of the A64: A64 User Manual V1.1, Timer. */
#include "FreeRTOS.h"

#include "sun6i_wdt.h"
#include "sun6i_wdt_regs.h"

static volatile struct sun6i_wdt_regs *wdt_regs(struct watchdog *watchdog)
{
	const struct sun6i_wdt *dev = (const struct sun6i_wdt *)
		((uintptr_t)watchdog - offsetof(struct sun6i_wdt, watchdog));

	return (volatile struct sun6i_wdt_regs *)dev->base;
}

/* The number of the shortest interval that lasts so long. */
static uint32_t wdt_interval(uint32_t seconds)
{
	static const uint8_t intervals[] = SUN6I_WDT_INTERVALS;
	uint32_t n = 0;

	while (intervals[n] < seconds)
		n++;
	return n + 1;
}

static void wdt_start(struct watchdog *watchdog, uint32_t seconds)
{
	volatile struct sun6i_wdt_regs *regs = wdt_regs(watchdog);

	mmio_barrier();
	mmio_write32(&regs->cfg, SUN6I_WDT_CFG_RESET);
	mmio_write32(&regs->mode,
		     SUN6I_WDT_MODE_INTERVAL(wdt_interval(seconds))
		     | SUN6I_WDT_MODE_ENABLE);
	mmio_write32(&regs->ctrl, SUN6I_WDT_CTRL_RESTART);
	mmio_barrier();
}

static void wdt_stop(struct watchdog *watchdog)
{
	mmio_barrier();
	mmio_write32(&wdt_regs(watchdog)->mode, 0);
	mmio_barrier();
}

/* The A64 keeps no account of its resets. */
static enum watchdog_reason wdt_reason(struct watchdog *watchdog)
{
	(void)watchdog;
	return WATCHDOG_REASON_UNKNOWN;
}

static const struct watchdog_ops wdt_ops = {
	.start = wdt_start,
	.stop = wdt_stop,
	.reason = wdt_reason,
};

int sun6i_wdt_init(struct sun6i_wdt *dev)
{
	dev->watchdog = (struct watchdog){
		.name = "sun6i_wdt",
		.ops = &wdt_ops,
		.max_seconds = SUN6I_WDT_SECONDS_MAX,
	};
	return WATCHDOG_OK;
}
