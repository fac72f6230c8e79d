/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: the trace, a line for each call that returned. */
#include <stdarg.h>
#include <stdio.h>

#include "step.h"

#define TRACE_MAX	32768

static char trace[TRACE_MAX];
static size_t trace_length;

static void __attribute__((format(printf, 1, 2))) say(const char *fmt, ...)
{
	size_t room = sizeof(trace) - trace_length;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(trace + trace_length, room, fmt, ap);
	va_end(ap);
	trace_length += (size_t)n < room ? (size_t)n : room - 1;
}

/* Priority in force and state of every task that is known by now. */
static void say_states(void)
{
	static const char letters[] = "RrbsdX";
	struct program_actor *a = program.actors;

	for (; a < program.actors + program.actor_count; a++) {
		if (!a->handle)
			continue;
		if (a->deleted)
			say(" %s-", a->name);
		else
			say(" %s%lu%c", a->name,
			    (unsigned long)uxTaskPriorityGet(a->handle),
			    letters[eTaskGetState(a->handle)]);
	}
}

void program_say_step(const struct program_step *s, const char *call,
		      size_t length, long result)
{
	say("%lu %s %.*s =", (unsigned long)(s->isr
	    ? xTaskGetTickCountFromISR() : xTaskGetTickCount()),
	    s->self->name, (int)length, call);
	if (result == PROGRAM_SKIPPED)
		say(" skipped");
	else if (s->has_extra)
		say(" %ld %lu", result, (unsigned long)s->extra);
	else
		say(" %ld", result);
	if (s->isr)
		say("%s", s->woken ? " woken" : "");
	else
		say_states();
	say("\n");
}

void program_violation(const char *what, const char *name)
{
	say("violation: %s %s\n", what, name);
}

const char *program_trace(void)
{
	trace[trace_length] = '\0';
	return trace;
}
