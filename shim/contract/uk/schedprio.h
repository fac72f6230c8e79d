/* SPDX-License-Identifier: BSD-3-Clause */
/* What our scheduler of fixed priorities offers beyond uk/sched.h. */
#define UK_SCHEDPRIO_LEVELS ...
int uk_schedprio_thread_prio_set(struct uk_thread *t, unsigned int prio);
void uk_schedprio_thread_prio_init(struct uk_thread *t, unsigned int prio);
unsigned int uk_schedprio_thread_prio_get(const struct uk_thread *t);
bool uk_schedprio_preempt_pending(void);
void uk_schedprio_preempt(void);
void uk_schedprio_restore_irqf(unsigned long flags);
void uk_schedprio_lock(void);
void uk_schedprio_unlock(void);
unsigned int uk_schedprio_locked(void);
void uk_schedprio_yield(void);
void uk_schedprio_block(__snsec until);
bool uk_schedprio_wake(struct uk_thread *t);

struct uk_schedprio_alarm;
typedef void (*uk_schedprio_alarm_func_t)(struct uk_schedprio_alarm *alarm,
					  __nsec deadline);

struct uk_schedprio_alarm {
	uk_schedprio_alarm_func_t fire;
	...;
};

void uk_schedprio_alarm_set(struct uk_schedprio_alarm *alarm, __nsec deadline);
void uk_schedprio_alarm_clear(struct uk_schedprio_alarm *alarm);
typedef void (*uk_schedprio_watch_func_t)(struct uk_thread *prev,
					  struct uk_thread *next);
void uk_schedprio_watch(uk_schedprio_watch_func_t watch);
void uk_schedprio_hold(bool on);
void uk_schedprio_slicing(bool on);
void uk_schedprio_gc(void);
#define UK_SCHEDPRIO_NEVER ...
__nsec uk_schedprio_idle_until(void);
