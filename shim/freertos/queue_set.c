/* SPDX-License-Identifier: BSD-3-Clause */
/* Queue sets: a queue of handles of the members that have something. */
#include "queue_object.h"

QueueSetHandle_t shim_queue_set_create(UBaseType_t length)
{
	return shim_queue_create(length, sizeof(QueueSetMemberHandle_t),
				 queueQUEUE_TYPE_SET);
}

QueueSetHandle_t shim_queue_set_create_static(UBaseType_t length,
					      uint8_t *storage,
					      StaticQueue_t *memory)
{
	return shim_queue_create_static(length, sizeof(QueueSetMemberHandle_t),
					storage, memory, queueQUEUE_TYPE_SET);
}

BaseType_t shim_queue_set_add(QueueSetMemberHandle_t member,
			      QueueSetHandle_t set)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	/* What it holds already, the set would never tell of. */
	bool free = !(member->type & SHIM_QUEUE_IN_SET) && member->count == 0;

	if (free) {
		member->set = set;
		member->type |= SHIM_QUEUE_IN_SET;
	}
	ukplat_lcpu_restore_irqf(flags);
	return free ? pdPASS : pdFAIL;
}

BaseType_t shim_queue_set_remove(QueueSetMemberHandle_t member,
				 QueueSetHandle_t set)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	/* What it holds, the set still tells of. */
	bool leaves = (member->type & SHIM_QUEUE_IN_SET)
		      && member->set == set && member->count == 0;

	if (leaves)
		member->type &= (uint8_t)~SHIM_QUEUE_IN_SET;
	ukplat_lcpu_restore_irqf(flags);
	return leaves ? pdPASS : pdFAIL;
}

void shim_queue_set_post(struct QueueDefinition *member, BaseType_t *woken)
{
	struct QueueDefinition *set = member->set;

	SHIM_RULE(set->count < set->length, "xQueueCreateSet",
		  "the set is full: it is shorter than its members together");
	if (set->count >= set->length)
		return;
	shim_queue_put(set, &member);
	shim_wake_one_isr(&set->receivers, woken);
}

QueueSetMemberHandle_t shim_queue_set_select(QueueSetHandle_t set,
					     TickType_t ticks)
{
	QueueSetMemberHandle_t member = NULL;

	shim_queue_receive(set, &member, ticks);
	return member;
}

QueueSetMemberHandle_t shim_queue_set_select_isr(QueueSetHandle_t set)
{
	QueueSetMemberHandle_t member = NULL;

	shim_queue_receive_isr(set, &member, NULL);
	return member;
}
