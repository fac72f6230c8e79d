/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Alarms. One that is set lies among the sleepers, so that the timer needs
 * no second list: it is told from a thread by its rank, which is 0.
 */
#include <uk/plat/lcpu.h>
#include <uk/schedprio.h>

/* It is set, and did not fire yet. Interrupts masked. */
static bool is_set(const struct uk_schedprio_alarm *alarm)
{
	return alarm->sleeper.wakeup_time != 0;
}

static void alarms_fire(__nsec now)
{
	struct uk_schedprio_alarm *alarm;
	struct uk_thread *first;
	__nsec deadline;

	/* What is called may set its alarm again, for a time past as well. */
	while ((first = UK_TAILQ_FIRST(&uk_schedprio.sleepers))
	       && (__nsec)first->wakeup_time <= now) {
		alarm = __containerof(first, struct uk_schedprio_alarm,
				      sleeper);
		deadline = (__nsec)first->wakeup_time;
		schedprio_sleeper_remove(first);
		alarm->fire(alarm, deadline);
	}
}

void uk_schedprio_alarm_set(struct uk_schedprio_alarm *alarm, __nsec deadline)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (is_set(alarm))
		schedprio_sleeper_remove(&alarm->sleeper);
	uk_schedprio.fire_alarms = alarms_fire;
	alarm->sleeper.wakeup_time = (__snsec)deadline;
	schedprio_sleeper_insert(&alarm->sleeper);
	ukplat_lcpu_restore_irqf(flags);
}

void uk_schedprio_alarm_clear(struct uk_schedprio_alarm *alarm)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	if (is_set(alarm))
		schedprio_sleeper_remove(&alarm->sleeper);
	ukplat_lcpu_restore_irqf(flags);
}
