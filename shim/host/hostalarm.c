/* SPDX-License-Identifier: BSD-3-Clause */
/* Alarms of the host core: a list in order of time. */
#include <uk_host.h>

static struct uk_schedprio_alarm *alarms;

void uk_schedprio_alarm_clear(struct uk_schedprio_alarm *alarm)
{
	struct uk_schedprio_alarm **link = &alarms;

	while (*link && *link != alarm)
		link = &(*link)->next;
	if (*link)
		*link = alarm->next;
}

void uk_schedprio_alarm_set(struct uk_schedprio_alarm *alarm, __nsec deadline)
{
	struct uk_schedprio_alarm **link = &alarms;

	uk_schedprio_alarm_clear(alarm);
	while (*link && (*link)->deadline <= deadline)
		link = &(*link)->next;
	alarm->deadline = deadline;
	alarm->next = *link;
	*link = alarm;
}

__nsec host_alarm_next(void)
{
	return alarms ? alarms->deadline : UK_SCHEDPRIO_NEVER;
}

void host_alarms_fire(__nsec now)
{
	struct uk_schedprio_alarm *alarm;

	while (host_alarm_next() <= now) {
		alarm = alarms;
		alarms = alarm->next;
		alarm->fire(alarm, alarm->deadline);
	}
}
