/* SPDX-License-Identifier: BSD-3-Clause */
/* Event groups: bits, and tasks that wait for some of them. */
#include "shim.h"

struct EventGroupDef_t {
	struct shim_list waiters;
	EventBits_t bits;
	bool static_memory;
	UBaseType_t number;		/* a tracer's */
};

_Static_assert(sizeof(StaticEventGroup_t) >= sizeof(struct EventGroupDef_t),
	       "StaticEventGroup_t is too small for an event group");

struct event_waiter {
	struct shim_waiter waiter;	/* must be first */
	EventBits_t bits;		/* waited for; once met: all there were */
	bool all;			/* not any of them */
	bool clear;			/* when met */
	bool met;
};

static inline bool event_met(EventBits_t bits, EventBits_t wanted, bool all)
{
	return all ? (bits & wanted) == wanted : (bits & wanted) != 0;
}

/* ---- Creation, end ---- */

static EventGroupHandle_t group_init(EventGroupHandle_t group, bool is_static)
{
	if (!group)
		return NULL;
	shim_list_init(&group->waiters);
	group->bits = 0;
	group->static_memory = is_static;
	group->number = 0;
	return group;
}

EventGroupHandle_t shim_event_group_create(void)
{
	return group_init(shim_alloc(sizeof(struct EventGroupDef_t)), false);
}

EventGroupHandle_t shim_event_group_create_static(StaticEventGroup_t *memory)
{
	return group_init((EventGroupHandle_t)memory, true);
}

BaseType_t shim_event_group_static_buffer(EventGroupHandle_t group,
					  StaticEventGroup_t **memory)
{
	if (!group->static_memory)
		return pdFALSE;
	*memory = (StaticEventGroup_t *)group;
	return pdTRUE;
}

void shim_event_group_delete(EventGroupHandle_t group)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	bool is_static = group->static_memory;

	shim_wake_deleted(&group->waiters);
	shim_restore_and_preempt(flags);
	if (!is_static)
		shim_free(group);
}

/* ---- Setting and clearing ---- */

/*
 * Wake a waiter that @p bits suffice. Return the bits that its waking
 * clears. One whose deadline has passed is left to see that itself.
 */
static inline EventBits_t waiter_check(struct event_waiter *waiter,
				       EventBits_t bits)
{
	EventBits_t wanted = waiter->bits;

	if (!event_met(bits, wanted, waiter->all)
	    || unlikely(shim_is_runnable(waiter->waiter.thread)))
		return 0;
	waiter->bits = bits;
	waiter->met = true;
	shim_unwait(&waiter->waiter);
	uk_schedprio_wake(waiter->waiter.thread);
	return waiter->clear ? wanted : 0;
}

/* Set bits, wake all whom they suffice, then clear. Interrupts masked. */
static inline void group_set(EventGroupHandle_t group, EventBits_t set)
{
	EventBits_t bits = group->bits | set, clear = 0;
	struct shim_list *item = group->waiters.next, *next;

	for (; unlikely(item != &group->waiters); item = next) {
		next = item->next;
		clear |= waiter_check((struct event_waiter *)item, bits);
	}
	group->bits = bits & ~clear;
}

EventBits_t shim_event_group_set(EventGroupHandle_t group, EventBits_t set)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	EventBits_t bits;

	group_set(group, set);
	bits = group->bits;
	shim_restore_and_preempt(flags);
	return bits;
}

EventBits_t shim_event_group_clear(EventGroupHandle_t group, EventBits_t clear)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	EventBits_t bits = group->bits;

	group->bits = bits & ~clear;
	ukplat_lcpu_restore_irqf(flags);
	return bits;
}

EventBits_t shim_event_group_bits(EventGroupHandle_t group)
{
	return *(volatile EventBits_t *)&group->bits;
}

void shim_event_group_set_pended(void *group, uint32_t set)
{
	shim_event_group_set(group, set);
}

void shim_event_group_clear_pended(void *group, uint32_t clear)
{
	shim_event_group_clear(group, clear);
}

/* From an interrupt: left to the timer task, for there is no bound on it. */
BaseType_t shim_event_group_set_isr(EventGroupHandle_t group, EventBits_t set,
				    BaseType_t *woken)
{
	return shim_timer_pend_isr(shim_event_group_set_pended, group, set,
				   woken);
}

BaseType_t shim_event_group_clear_isr(EventGroupHandle_t group,
				      EventBits_t clear)
{
	return shim_timer_pend_isr(shim_event_group_clear_pended, group,
				   clear, NULL);
}

/* ---- Waiting ---- */

/* Wait until met; return the bits then, 0 for a deleted group. Masked. */
static EventBits_t group_wait(EventGroupHandle_t group, EventBits_t wanted,
			      bool clear, bool all, TickType_t ticks)
{
	struct event_waiter waiter;
	EventBits_t bits;

	waiter.bits = wanted;
	waiter.all = all;
	waiter.clear = clear;
	waiter.met = false;
	if (shim_wait_as(&waiter.waiter, &group->waiters,
			 shim_deadline(ticks)) == SHIM_DELETED)
		return 0;
	if (waiter.met)
		return waiter.bits;
	/*
	 * It timed out, or was suspended meanwhile. What was set since is
	 * taken nevertheless.
	 */
	bits = group->bits;
	if (clear && event_met(bits, wanted, all))
		group->bits = bits & ~wanted;
	return bits;
}

EventBits_t shim_event_group_wait(EventGroupHandle_t group,
				  EventBits_t wanted, BaseType_t clear,
				  BaseType_t all, TickType_t ticks)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	EventBits_t bits = group->bits;

	if (event_met(bits, wanted, all)) {
		if (clear)
			group->bits = bits & ~wanted;
	} else if (ticks) {
		bits = group_wait(group, wanted, clear, all, ticks);
	}
	ukplat_lcpu_restore_irqf(flags);
	return bits;
}

EventBits_t shim_event_group_sync(EventGroupHandle_t group, EventBits_t set,
				  EventBits_t wanted, TickType_t ticks)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	EventBits_t bits = group->bits | set;

	group_set(group, set);
	if (event_met(bits, wanted, true))
		group->bits &= ~wanted;
	else if (ticks)
		bits = group_wait(group, wanted, true, true, ticks);
	else
		bits = group->bits;
	shim_restore_and_preempt(flags);
	return bits;
}

/* ---- What tracers number groups with ---- */

UBaseType_t shim_event_group_number(void *group)
{
	return group ? ((EventGroupHandle_t)group)->number : 0;
}

void shim_event_group_number_set(void *group, UBaseType_t number)
{
	((EventGroupHandle_t)group)->number = number;
}
