/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs: reading names, numbers, calls. */
#include <string.h>

#include "words.h"

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

static const struct program_verb *const verb_tables[] = {
	program_queue_verbs, program_semaphore_verbs, program_task_verbs,
	program_notify_verbs, program_event_verbs, program_stream_verbs,
	program_timer_verbs, program_set_verbs,
};
static const struct program_maker *const maker_tables[] = {
	program_queue_makers, program_semaphore_makers, program_event_makers,
	program_stream_makers, program_set_makers,
};

/* ---- Words ---- */

bool program_is_end(char c)
{
	return c == ';' || c == '\n' || c == '\0';
}

const char *program_skip_spaces(const char *at)
{
	while (*at == ' ')
		at++;
	return at;
}

static size_t word_length(const char *at)
{
	size_t n = 0;

	while (at[n] != ' ' && at[n] != ':' && !program_is_end(at[n]))
		n++;
	return n;
}

bool program_word_is(const char *at, const char *word)
{
	return word_length(at) == strlen(word)
	       && !strncmp(at, word, strlen(word));
}

/* Move to what follows the word. */
static void next_word(const char **at)
{
	*at = program_skip_spaces(*at + word_length(*at));
}

bool program_take_word(const char **at, const char *word)
{
	bool is = program_word_is(*at, word);

	if (is)
		next_word(at);
	return is;
}

unsigned long program_take_number(const char **at)
{
	unsigned long value = 0;
	const char *p;

	if (program_word_is(*at, "inf"))
		value = portMAX_DELAY;
	for (p = *at; *p >= '0' && *p <= '9'; p++)
		value = value * 10 + (unsigned long)(*p - '0');
	next_word(at);
	return value;
}

void program_take_name(const char **at, char *name)
{
	size_t n = word_length(*at);

	if (n == 0 || n >= PROGRAM_NAME)
		program.problem = "a name has 1 to 7 characters";
	else
		memcpy(name, *at, n);
	next_word(at);
}

/* ---- What a call is about ---- */

static struct program_object *take_object(const char **at)
{
	struct program_object *o = program.objects;

	for (; o < program.objects + program.object_count; o++)
		if (program_take_word(at, o->name))
			return o;
	program.problem = "no such object";
	return program.objects;
}

static bool is_timer(const struct program_actor *a)
{
	return a->kind == PROGRAM_ONESHOT || a->kind == PROGRAM_PERIODIC;
}

static struct program_actor *take_actor(const char **at, bool timer)
{
	struct program_actor *a = program.actors;

	for (; a < program.actors + program.actor_count; a++)
		if (is_timer(a) == timer && a->kind != PROGRAM_IRQ
		    && program_take_word(at, a->name))
			return a;
	program.problem = timer ? "no such timer" : "no such task";
	return program.actors;
}

/* ---- Calls ---- */

static const struct program_verb *take_verb(const char **at)
{
	const struct program_verb *verb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(verb_tables); i++)
		for (verb = verb_tables[i]; verb->name; verb++)
			if (program_take_word(at, verb->name))
				return verb;
	program.problem = "no such call";
	return NULL;
}

const struct program_verb *program_take_step(const char **at,
					     struct program_step *step)
{
	const struct program_verb *verb = take_verb(at);
	const char *take = verb ? verb->takes : "";
	unsigned int n = 0;

	for (; *take; take++) {
		if (*take == 'o')
			step->object = take_object(at);
		else if (*take == 's')
			step->set = take_object(at);
		else if (*take == 'a' || *take == 'c')
			step->other = take_actor(at, *take == 'c');
		else
			step->args[n++] = (uint32_t)program_take_number(at);
	}
	return verb;
}

const struct program_maker *program_take_maker(const char **at)
{
	const struct program_maker *maker;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(maker_tables); i++)
		for (maker = maker_tables[i]; maker->name; maker++)
			if (program_take_word(at, maker->name))
				return maker;
	return NULL;
}
