/* SPDX-License-Identifier: BSD-3-Clause */
/* Reset and power-off of a Raspberry Pi, by its watchdog. */
#ifndef __BCM2835_PM_H__
#define __BCM2835_PM_H__

#include <uk/essentials.h>

struct bcm2835_pm {
	/* From the board: */
	__uptr base;
};

/*
 * Both take effect after 5 ms, so that the console's last line gets out, and
 * wait for that; they return only when the watchdog does not bite. "Off" is
 * as far off as a Pi goes: the firmware halts it.
 */
void bcm2835_pm_power_off(struct bcm2835_pm *dev);
void bcm2835_pm_reset(struct bcm2835_pm *dev);

#endif /* __BCM2835_PM_H__ */
