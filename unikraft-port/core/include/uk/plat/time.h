/* SPDX-License-Identifier: BSD-3-Clause */
/* Clocks: nanoseconds since boot, from the generic timer's virtual counter. */
#ifndef __UKPLAT_TIME_H__
#define __UKPLAT_TIME_H__

#include <uk/arch/time.h>

void ukplat_time_init(void);

/* The interrupt number of the timer that the scheduler programs. */
__u32 ukplat_time_get_irq(void);

/* Nanoseconds since the counter started, never going back. */
__nsec ukplat_monotonic_clock(void);

/* The boards have no battery-backed clock: the same as the monotonic one. */
__nsec ukplat_wall_clock(void);

#define UKPLAT_TIME_TICK_NSEC	(UKARCH_NSEC_PER_SEC / CONFIG_HZ)

#endif /* __UKPLAT_TIME_H__ */
