/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: task notifications. */
#include "step.h"

/* notify TASK INDEX VALUE ACTION */
static long notify(struct program_step *s)
{
	eNotifyAction action = (eNotifyAction)s->args[2];

	s->has_extra = true;
	if (s->isr)
		return xTaskGenericNotifyFromISR(s->other->handle, s->args[0],
						 s->args[1], action,
						 &s->extra, &s->woken);
	return xTaskGenericNotify(s->other->handle, s->args[0], s->args[1],
				  action, &s->extra);
}

/* ntake INDEX CLEAR TICKS */
static long take(struct program_step *s)
{
	return ulTaskGenericNotifyTake(s->args[0], s->args[1], s->args[2]);
}

/* nwait INDEX CLEAR-ON-ENTRY CLEAR-ON-EXIT TICKS */
static long wait(struct program_step *s)
{
	s->has_extra = true;
	return xTaskGenericNotifyWait(s->args[0], s->args[1], s->args[2],
				      &s->extra, s->args[3]);
}

/* nclear TASK INDEX */
static long state_clear(struct program_step *s)
{
	return xTaskGenericNotifyStateClear(s->other->handle, s->args[0]);
}

/* nvalue TASK INDEX BITS-TO-CLEAR */
static long value_clear(struct program_step *s)
{
	return ulTaskGenericNotifyValueClear(s->other->handle, s->args[0],
					     s->args[1]);
}

const struct program_verb program_notify_verbs[] = {
	{ "notify", "annn", notify },
	{ "ntake", "nnt", take },
	{ "nwait", "nnnt", wait },
	{ "nclear", "an", state_clear },
	{ "nvalue", "ann", value_clear },
	{ NULL, NULL, NULL },
};
