/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: event groups. */
#include "step.h"

static void *make_events(struct program_object *o,
			 const unsigned long *numbers)
{
	(void)o, (void)numbers;
	return xEventGroupCreate();
}

/* Interrupts leave both to the timer task. */
#if configUSE_TIMERS
static long set_isr(struct program_step *s)
{
	return xEventGroupSetBitsFromISR(s->object->handle, s->args[0],
					 &s->woken);
}

static long clear_isr(struct program_step *s)
{
	return xEventGroupClearBitsFromISR(s->object->handle, s->args[0]);
}
#else
static long set_isr(struct program_step *s)
{
	(void)s;
	return PROGRAM_SKIPPED;
}

#define clear_isr	set_isr
#endif

/* eset GROUP BITS */
static long set(struct program_step *s)
{
	if (s->isr)
		return set_isr(s);
	return (long)xEventGroupSetBits(s->object->handle, s->args[0]);
}

/* eclear GROUP BITS */
static long clear(struct program_step *s)
{
	if (s->isr)
		return clear_isr(s);
	return (long)xEventGroupClearBits(s->object->handle, s->args[0]);
}

/* ebits GROUP */
static long bits(struct program_step *s)
{
	return (long)(s->isr ? xEventGroupGetBitsFromISR(s->object->handle)
			     : xEventGroupGetBits(s->object->handle));
}

/* ewait GROUP BITS CLEAR ALL TICKS */
static long wait(struct program_step *s)
{
	return (long)xEventGroupWaitBits(s->object->handle, s->args[0],
					 (BaseType_t)s->args[1],
					 (BaseType_t)s->args[2], s->args[3]);
}

/* esync GROUP SET WAITED-FOR TICKS */
static long sync(struct program_step *s)
{
	return (long)xEventGroupSync(s->object->handle, s->args[0],
				     s->args[1], s->args[2]);
}

static bool are_set(const struct program_step *s, EventBits_t wanted, bool all)
{
	EventBits_t there = xEventGroupGetBitsFromISR(s->object->handle);

	return all ? (there & wanted) == wanted : (there & wanted) != 0;
}

static bool can_wait(const struct program_step *s)
{
	return are_set(s, s->args[0], s->args[2]);
}

static bool can_sync(const struct program_step *s)
{
	return are_set(s, s->args[1], true);
}

const struct program_maker program_event_makers[] = {
	{ "events", make_events, NULL },
	{ NULL, NULL, NULL },
};

const struct program_verb program_event_verbs[] = {
	{ "eset", "on", set, NULL },
	{ "eclear", "on", clear, NULL },
	{ "ebits", "o", bits, NULL },
	{ "ewait", "onnnt", wait, can_wait },
	{ "esync", "onnt", sync, can_sync },
	{ NULL, NULL, NULL, NULL },
};
