/* SPDX-License-Identifier: BSD-3-Clause */
/* Watchdog of the A64: 16 seconds at most, in steps. */
#ifndef SUN6I_WDT_H
#define SUN6I_WDT_H

#include "../../mmio.h"
#include "../watchdog.h"

struct sun6i_wdt {
	/* From the board: */
	uintptr_t base;
	/* The driver's own: */
	struct watchdog watchdog;
};

/*
 * Make `watchdog` usable; touches nothing. Its times are rounded up to what
 * the hardware has: 1 to 6, 8, 10, 12, 14, 16 seconds. 0.
 */
int sun6i_wdt_init(struct sun6i_wdt *dev);

#endif /* SUN6I_WDT_H */
