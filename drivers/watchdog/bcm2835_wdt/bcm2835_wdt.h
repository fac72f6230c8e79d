/* SPDX-License-Identifier: BSD-3-Clause */
/* Watchdog of the Raspberry Pi: 15 seconds at most. */
#ifndef BCM2835_WDT_H
#define BCM2835_WDT_H

#include "../../mmio.h"
#include "../watchdog.h"

struct bcm2835_wdt {
	/* From the board: */
	uintptr_t base;
	/* The driver's own: */
	struct watchdog watchdog;
};

/* Make `watchdog` usable; touches nothing: it may run already. 0. */
int bcm2835_wdt_init(struct bcm2835_wdt *dev);

#endif /* BCM2835_WDT_H */
