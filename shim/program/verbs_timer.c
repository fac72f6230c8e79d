/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: software timers. */
#include "step.h"

#if configUSE_TIMERS
static void timer_main(TimerHandle_t timer)
{
	program_run_calls(pvTimerGetTimerID(timer));
}

void program_timer_create(struct program_actor *a)
{
	if (a->number)
		a->timer = xTimerCreate(a->name, (TickType_t)a->number,
					a->kind == PROGRAM_PERIODIC, a,
					timer_main);
	if (!a->timer)
		program.problem = "the timer could not be made";
}

void program_timer_check(struct program_actor *a)
{
	if (a->timer && !a->deleted && xTimerIsTimerActive(a->timer)
	    && xTimerGetExpiryTime(a->timer) < xTaskGetTickCountFromISR())
		program_violation("its time is over, it did not expire:",
				  a->name);
}

/* tstart TIMER TICKS: what waits in all of these is the command. */
static long start(struct program_step *s)
{
	if (s->isr)
		return xTimerStartFromISR(s->other->timer, &s->woken);
	return xTimerStart(s->other->timer, s->args[0]);
}

/* treset TIMER TICKS */
static long reset(struct program_step *s)
{
	if (s->isr)
		return xTimerResetFromISR(s->other->timer, &s->woken);
	return xTimerReset(s->other->timer, s->args[0]);
}

/* tstop TIMER TICKS */
static long stop(struct program_step *s)
{
	if (s->isr)
		return xTimerStopFromISR(s->other->timer, &s->woken);
	return xTimerStop(s->other->timer, s->args[0]);
}

/* tperiod TIMER PERIOD TICKS */
static long change_period(struct program_step *s)
{
	if (s->isr)
		return xTimerChangePeriodFromISR(s->other->timer, s->args[0],
						 &s->woken);
	return xTimerChangePeriod(s->other->timer, s->args[0], s->args[1]);
}

static bool is_in_use(const struct program_step *s)
{
	const struct program_actor *a = program.actors;

	for (; a < program.actors + program.actor_count; a++)
		if (a != s->self && a->about == s->other)
			return true;
	return false;
}

/* tdelete TIMER TICKS: nobody is in a call for it, or begins one any more. */
static long delete(struct program_step *s)
{
	BaseType_t sent;

	if (is_in_use(s))
		return PROGRAM_SKIPPED;
	s->other->deleted = true;
	sent = xTimerDelete(s->other->timer, s->args[0]);
	s->other->deleted = sent == pdPASS;
	return sent;
}

/* tmode TIMER AUTO-RELOAD */
static long set_mode(struct program_step *s)
{
	vTimerSetReloadMode(s->other->timer, (BaseType_t)s->args[0]);
	return xTimerGetReloadMode(s->other->timer);
}

/* tactive TIMER, with the period that it has */
static long is_active(struct program_step *s)
{
	s->has_extra = true;
	s->extra = xTimerGetPeriod(s->other->timer);
	return xTimerIsTimerActive(s->other->timer);
}

/* texpiry TIMER */
static long expiry(struct program_step *s)
{
	return (long)xTimerGetExpiryTime(s->other->timer);
}

const struct program_verb program_timer_verbs[] = {
	{ "tstart", "ct", start, NULL },
	{ "treset", "ct", reset, NULL },
	{ "tstop", "ct", stop, NULL },
	{ "tperiod", "cnt", change_period, NULL },
	{ "tdelete", "ct", delete, NULL },
	{ "tmode", "cn", set_mode, NULL },
	{ "tactive", "c", is_active, NULL },
	{ "texpiry", "c", expiry, NULL },
	{ NULL, NULL, NULL, NULL },
};
#else
void program_timer_create(struct program_actor *a)
{
	(void)a;
	program.problem = "timers need configUSE_TIMERS 1";
}

void program_timer_check(struct program_actor *a)
{
	(void)a;
}

const struct program_verb program_timer_verbs[] = {
	{ NULL, NULL, NULL, NULL },
};
#endif
