/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: what must be so when nothing runs any more. */
#include <string.h>

#include "words.h"

/* A task that is blocked cannot go on, and its time is not over. */
static void check_blocked(struct program_actor *a,
			  const struct program_verb *verb,
			  struct program_step *step)
{
	const char *ticks_at = strchr(verb->takes, 't');
	TickType_t limit = portMAX_DELAY;
	const char *p;
	unsigned int n = 0;

	for (p = verb->takes; ticks_at && p <= ticks_at; p++)
		if (*p == 'n' || *p == 't')
			limit = step->args[n++];
	if (verb->could && verb->could(step))
		program_violation("a call that could go on keeps", a->name);
	if (ticks_at && limit != portMAX_DELAY
	    && xTaskGetTickCountFromISR() - a->since > limit)
		program_violation("a time is over and keeps", a->name);
}

/* What a call has done so far that was stopped in its middle, nobody knows. */
static void uncount(struct program_object *object)
{
	if (object)
		object->uncounted = true;
}

static void check_actor(struct program_actor *a)
{
	struct program_step step = { .self = a };
	const struct program_verb *verb;
	const char *at = a->doing;

	if (!at || !a->handle)
		return;
	verb = program_take_step(&at, &step);
	if (!a->deleted && eTaskGetState(a->handle) == eBlocked) {
		check_blocked(a, verb, &step);
	} else {
		uncount(step.object);
		uncount(step.set);
	}
}

static void check_objects(bool sets)
{
	struct program_object *o = program.objects;

	for (; o < program.objects + program.object_count; o++)
		if (o->maker->check
		    && sets == (o->maker == program_set_makers))
			o->maker->check(o);
}

void program_check(void)
{
	unsigned int i;

	for (i = 0; i < program.actor_count; i++) {
		check_actor(&program.actors[i]);
		program_timer_check(&program.actors[i]);
	}
	/* Sets first: who checks a queue empties it. */
	check_objects(true);
	check_objects(false);
}
