/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Alarms: functions that the timer interrupt calls. They are few, so a list
 * in order of time does; it is empty in most images, and then all it costs
 * is one look at its head.
 */
#include <uk/essentials.h>
#include <uk/plat/lcpu.h>

#include "alarm.h"

struct uk_schedprio_alarm *schedprio_alarms;

/* In the timer interrupt, which sets the timer itself when it is done */
static bool firing;

/* Take it out if it is in; true when it was the first. */
static bool alarm_remove(struct uk_schedprio_alarm *alarm)
{
	struct uk_schedprio_alarm **link = &schedprio_alarms;

	while (*link && *link != alarm)
		link = &(*link)->next;
	if (*link)
		*link = alarm->next;
	return link == &schedprio_alarms;
}

void uk_schedprio_alarm_set(struct uk_schedprio_alarm *alarm, __nsec deadline)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	struct uk_schedprio_alarm **link = &schedprio_alarms;
	bool first = alarm_remove(alarm);

	alarm->deadline = deadline;
	while (*link && (*link)->deadline <= deadline)
		link = &(*link)->next;
	alarm->next = *link;
	*link = alarm;
	if (!firing && (first || link == &schedprio_alarms))
		schedprio_timer_update();
	ukplat_lcpu_restore_irqf(flags);
}

void uk_schedprio_alarm_clear(struct uk_schedprio_alarm *alarm)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	/* The timer is left alone: an interrupt for nobody does no harm. */
	alarm_remove(alarm);
	ukplat_lcpu_restore_irqf(flags);
}

void schedprio_alarms_fire(__nsec now)
{
	struct uk_schedprio_alarm *alarm;

	firing = true;
	/* What it calls may set it again, for a time that has passed too. */
	while ((alarm = schedprio_alarms) && alarm->deadline <= now) {
		schedprio_alarms = alarm->next;
		alarm->fire(alarm);
	}
	firing = false;
}
