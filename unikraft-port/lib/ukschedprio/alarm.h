/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the scheduler: the alarms, beside the sleepers. */
#ifndef __SCHEDPRIO_ALARM_H__
#define __SCHEDPRIO_ALARM_H__

#include <uk/schedprio.h>

/* Those that are set, the next one first. */
extern struct uk_schedprio_alarm *schedprio_alarms;

/* Set the timer anew: the first alarm has changed. Interrupts masked. */
void schedprio_timer_update(void);

/* Call what is due at @p now; in the timer interrupt. */
void schedprio_alarms_fire(__nsec now);

/* The earlier of @p when (0: none) and the first alarm; 0: neither. */
static inline __nsec schedprio_alarm_or(__nsec when)
{
	struct uk_schedprio_alarm *first = schedprio_alarms;

	if (unlikely(first) && (!when || first->deadline < when))
		return first->deadline;
	return when;
}

#endif /* __SCHEDPRIO_ALARM_H__ */
