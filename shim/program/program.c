/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs of FreeRTOS calls: read, run, traced. */
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "step.h"

#define TEXT_MAX	2048
#define TRACE_MAX	32768
#define TICKS_DEFAULT	100
#define STACK_WORDS	512

static char text[TEXT_MAX];
static char trace[TRACE_MAX];
static size_t trace_length;
static struct program_actor actors[PROGRAM_ACTORS];
static struct program_object objects[PROGRAM_OBJECTS];
static unsigned int actor_count, object_count;
static unsigned long ticks = TICKS_DEFAULT;
static const char *problem;

static const struct program_verb *const verb_tables[] = {
	program_queue_verbs, program_semaphore_verbs, program_task_verbs,
	program_notify_verbs,
};
static const struct program_maker *const maker_tables[] = {
	program_queue_makers, program_semaphore_makers,
};

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

/* ---- The trace ---- */

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
	struct program_actor *a;

	for (a = actors; a < actors + actor_count; a++) {
		if (a->kind == PROGRAM_IRQ || !a->handle)
			continue;
		if (a->deleted)
			say(" %s-", a->name);
		else
			say(" %s%lu%c", a->name,
			    (unsigned long)uxTaskPriorityGet(a->handle),
			    letters[eTaskGetState(a->handle)]);
	}
}

static void say_step(const struct program_step *s, const char *call,
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

/* ---- Reading ---- */

static bool is_end(char c)
{
	return c == ';' || c == '\n' || c == '\0';
}

static const char *skip_spaces(const char *at)
{
	while (*at == ' ')
		at++;
	return at;
}

static size_t word_length(const char *at)
{
	size_t n = 0;

	while (at[n] != ' ' && at[n] != ':' && !is_end(at[n]))
		n++;
	return n;
}

static bool word_is(const char *at, const char *word)
{
	return word_length(at) == strlen(word)
	       && !strncmp(at, word, strlen(word));
}

/* Move to what follows the word. */
static void next_word(const char **at)
{
	*at = skip_spaces(*at + word_length(*at));
}

static bool take_word(const char **at, const char *word)
{
	bool is = word_is(*at, word);

	if (is)
		next_word(at);
	return is;
}

static unsigned long read_number(const char **at)
{
	unsigned long value = 0;
	const char *p;

	if (word_is(*at, "inf"))
		value = portMAX_DELAY;
	for (p = *at; *p >= '0' && *p <= '9'; p++)
		value = value * 10 + (unsigned long)(*p - '0');
	next_word(at);
	return value;
}

static void read_name(const char **at, char *name)
{
	size_t n = word_length(*at);

	if (n == 0 || n >= PROGRAM_NAME)
		problem = "a name has 1 to 7 characters";
	else
		memcpy(name, *at, n);
	next_word(at);
}

static struct program_object *read_object(const char **at)
{
	unsigned int i;

	for (i = 0; i < object_count; i++) {
		if (word_is(*at, objects[i].name)) {
			next_word(at);
			return &objects[i];
		}
	}
	problem = "no such object";
	return objects;
}

static struct program_actor *read_actor(const char **at)
{
	unsigned int i;

	for (i = 0; i < actor_count; i++) {
		if (word_is(*at, actors[i].name)) {
			next_word(at);
			return &actors[i];
		}
	}
	problem = "no such task";
	return actors;
}

static const struct program_verb *find_verb(const char *word)
{
	const struct program_verb *verb;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(verb_tables); i++)
		for (verb = verb_tables[i]; verb->name; verb++)
			if (word_is(word, verb->name))
				return verb;
	return NULL;
}

static const struct program_verb *read_step(const char **at,
					    struct program_step *step)
{
	const struct program_verb *verb = find_verb(*at);
	unsigned int n = 0;
	const char *take;

	if (!verb) {
		problem = "no such call";
		return NULL;
	}
	next_word(at);
	for (take = verb->takes; *take; take++) {
		if (*take == 'o')
			step->object = read_object(at);
		else if (*take == 'a')
			step->other = read_actor(at);
		else
			step->args[n++] = (uint32_t)read_number(at);
	}
	return verb;
}

/* ---- Running ---- */

bool program_holds_mutex(const struct program_actor *actor)
{
	struct program_object *o;

	for (o = objects; o < objects + object_count; o++)
		if (o->is_mutex
		    && xSemaphoreGetMutexHolder(o->handle) == actor->handle)
			return true;
	return false;
}

static void run_calls(struct program_actor *self)
{
	const char *at = skip_spaces(self->calls), *begin;
	const struct program_verb *verb;
	long result;

	while (*at && *at != '\n') {
		struct program_step step = {
			.self = self, .isr = self->kind == PROGRAM_IRQ,
		};

		begin = at;
		verb = read_step(&at, &step);
		if (!verb)
			return;
		result = step.other && step.other->deleted
			 ? PROGRAM_SKIPPED : verb->call(&step);
		if (!step.isr)
			taskENTER_CRITICAL();
		say_step(&step, begin, (size_t)(at - begin), result);
		if (!step.isr)
			taskEXIT_CRITICAL();
		while (*at == ';' || *at == ' ')
			at++;
	}
}

static void task_main(void *arg)
{
	struct program_actor *self = arg;

	run_calls(self);
	for (;;)
		vTaskSuspend(NULL);
}

static void thread_main(void *arg)
{
	struct program_actor *self = arg;

	self->handle = xTaskGetCurrentTaskHandle();
	run_calls(self);
	for (;;)
		vTaskDelay(portMAX_DELAY);
}

static void irq_main(void *arg)
{
	run_calls(arg);
}

/* Unikraft's threads run at once, so they begin when the tasks do. */
static void threads_start(void *arg)
{
	struct program_actor *a;

	(void)arg;
	for (a = actors; a < actors + actor_count; a++)
		if (a->kind == PROGRAM_THREAD)
			program_thread(a->name, a->number, thread_main, a);
	vTaskDelete(NULL);
}

/* ---- Loading ---- */

static void load_actor(const char **at, enum program_kind kind)
{
	struct program_actor *a = &actors[actor_count];

	if (actor_count == PROGRAM_ACTORS) {
		problem = "too many tasks";
		return;
	}
	actor_count++;
	a->kind = kind;
	if (kind != PROGRAM_IRQ)
		read_name(at, a->name);
	a->number = read_number(at);
	if (kind == PROGRAM_IRQ)
		snprintf(a->name, sizeof(a->name), "irq%lu", a->number % 1000);
	if (**at == ':')
		a->calls = skip_spaces(*at + 1);
	else
		problem = "a colon is missing before the calls";
}

static const struct program_maker *find_maker(const char *word)
{
	const struct program_maker *maker;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(maker_tables); i++)
		for (maker = maker_tables[i]; maker->name; maker++)
			if (word_is(word, maker->name))
				return maker;
	return NULL;
}

static void load_object(const char **at)
{
	const struct program_maker *maker = find_maker(*at);
	struct program_object *object = &objects[object_count];
	unsigned long numbers[3] = { 0 };
	unsigned int n;

	if (!maker || object_count == PROGRAM_OBJECTS) {
		problem = maker ? "too many objects" : "no such object";
		return;
	}
	object_count++;
	next_word(at);
	read_name(at, object->name);
	for (n = 0; n < ARRAY_SIZE(numbers) && !is_end(**at); n++)
		numbers[n] = read_number(at);
	object->handle = maker->make(object, numbers);
	if (!object->handle)
		problem = "the object could not be made";
}

static void load_line(const char *at)
{
	at = skip_spaces(at);
	if (is_end(*at))
		return;
	if (take_word(&at, "task"))
		load_actor(&at, PROGRAM_TASK);
	else if (take_word(&at, "thread"))
		load_actor(&at, PROGRAM_THREAD);
	else if (take_word(&at, "irq"))
		load_actor(&at, PROGRAM_IRQ);
	else if (take_word(&at, "until"))
		ticks = read_number(&at);
	else
		load_object(&at);
}

/* Read all calls once, so that a mistake is told before anything runs. */
static void check_calls(struct program_actor *a)
{
	struct program_step step = { .self = a };
	const char *at = skip_spaces(a->calls);

	while (!problem && *at && *at != '\n') {
		read_step(&at, &step);
		if (!problem && !is_end(*at))
			problem = "something is left over after a call";
		while (*at == ';' || *at == ' ')
			at++;
	}
}

static void create_actors(void)
{
	bool threads = false;
	unsigned int i;

	for (i = 0; i < actor_count; i++) {
		struct program_actor *a = &actors[i];

		if (a->kind == PROGRAM_TASK)
			xTaskCreate(task_main, a->name, STACK_WORDS, a,
				    a->number, &a->handle);
		else if (a->kind == PROGRAM_THREAD)
			threads = true;
		else if (xPortInstallInterruptHandler((uint32_t)a->number,
						      irq_main, a) == pdPASS)
			vPortEnableInterrupt((uint32_t)a->number);
	}
	if (threads)
		xTaskCreate(threads_start, "threads", STACK_WORDS, NULL,
			    configMAX_PRIORITIES - 1, NULL);
}

const char *program_load(const char *source)
{
	const char *line;
	unsigned int i;
	size_t n;

	for (n = 0; source[n] && n < sizeof(text) - 1; n++)
		text[n] = source[n] == ',' ? ' '
			  : source[n] == '/' ? '\n' : source[n];
	if (source[n])
		return "the program is too long";
	for (line = text; line && !problem; line = strchr(line, '\n')) {
		line += *line == '\n';
		load_line(line);
	}
	for (i = 0; i < actor_count && !problem; i++)
		check_calls(&actors[i]);
	if (!problem)
		create_actors();
	return problem;
}

void program_start(void)
{
	vTaskStartScheduler();
}

const char *program_trace(void)
{
	trace[trace_length] = '\0';
	return trace;
}

unsigned long program_ticks(void)
{
	return ticks;
}
