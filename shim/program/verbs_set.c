/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: queue sets. */
#include "step.h"

/* More than a set of a program is ever told; a broken one may not end. */
#define TOLD_MAX	256

static void *make_set(struct program_object *o, const unsigned long *numbers)
{
	(void)o;
	return xQueueCreateSet(numbers[0]);
}

/* Call, and note what came of it, before anybody else does. */
static long change(struct program_step *s, bool in)
{
	struct program_object *member = s->object;
	BaseType_t done;

	taskENTER_CRITICAL();
	done = in ? xQueueAddToSet(member->handle, s->set->handle)
		  : xQueueRemoveFromSet(member->handle, s->set->handle);
	if (done == pdPASS)
		member->set = in ? s->set : NULL;
	taskEXIT_CRITICAL();
	return done;
}

/* join MEMBER SET */
static long join(struct program_step *s)
{
	return change(s, true);
}

/* leave MEMBER SET */
static long leave(struct program_step *s)
{
	return change(s, false);
}

/* Take what the member was said to have, as nobody else may. */
static BaseType_t take_from(struct program_object *member, uint32_t *value,
			    BaseType_t *woken, bool isr)
{
	uint8_t item[64] = { 0 };
	BaseType_t got;

	if (!member->size)
		got = isr ? xSemaphoreTakeFromISR(member->handle, woken)
			  : xSemaphoreTake(member->handle, 0);
	else
		got = isr ? xQueueReceiveFromISR(member->handle, item, woken)
			  : xQueueReceive(member->handle, item, 0);
	*value = item[0];
	if (member->size > 1)
		*value |= (uint32_t)item[1] << 8;
	if (got == pdPASS) {
		member->items--;
		member->sum -= (long)*value;
	}
	return got;
}

/* sselect SET TICKS: the number of the member, and what it gave; 0: none. */
static long choose(struct program_step *s)
{
	QueueSetHandle_t set = s->set->handle;
	struct program_object *member = program_object_of(
		s->isr ? xQueueSelectFromSetFromISR(set)
		       : xQueueSelectFromSet(set, s->args[0]));

	if (!member)
		return 0;
	s->has_extra = true;
	if (take_from(member, &s->extra, &s->woken, s->isr) != pdPASS)
		program_violation("nothing was in what was told by",
				  s->set->name);
	return program_number_of(member);
}

static bool can_choose(const struct program_step *s)
{
	return uxQueueMessagesWaiting(s->set->handle) > 0;
}

/* It tells of each thing that its members hold, once. */
static void check_set(struct program_object *o)
{
	long told[PROGRAM_OBJECTS + 1] = { 0 };
	struct program_object *one = program.objects;
	QueueSetMemberHandle_t member;
	unsigned int most = TOLD_MAX;

	while (most-- && (member = xQueueSelectFromSetFromISR(o->handle)))
		told[program_number_of(program_object_of(member))]++;
	for (; one < program.objects + program.object_count; one++) {
		if (one->set != o)
			continue;
		one->uncounted |= o->uncounted;
		if (!one->uncounted && told[program_number_of(one)]
		    != (long)uxQueueMessagesWaiting(one->handle))
			program_violation("its set does not tell what is in",
					  one->name);
	}
}

const struct program_maker program_set_makers[] = {
	{ "set", make_set, check_set },
	{ NULL, NULL, NULL },
};

const struct program_verb program_set_verbs[] = {
	{ "join", "os", join, NULL },
	{ "leave", "os", leave, NULL },
	{ "sselect", "st", choose, can_choose },
	{ NULL, NULL, NULL, NULL },
};
