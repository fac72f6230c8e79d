/* SPDX-License-Identifier: BSD-3-Clause */
/* Programs of FreeRTOS calls: loaded and run. */
#include <stdio.h>
#include <string.h>

#include "words.h"

#define TEXT_MAX	2048
#define TICKS_DEFAULT	100
#define STACK_WORDS	512

#define ARRAY_SIZE(a)	(sizeof(a) / sizeof((a)[0]))

struct program_state program;
static char text[TEXT_MAX];
static unsigned long ticks = TICKS_DEFAULT;

bool program_holds_mutex(const struct program_actor *actor)
{
	struct program_object *o = program.objects;

	for (; o < program.objects + program.object_count; o++)
		if (o->is_mutex
		    && xSemaphoreGetMutexHolder(o->handle) == actor->handle)
			return true;
	return false;
}

struct program_object *program_object_of(const void *handle)
{
	struct program_object *o = program.objects;

	for (; o < program.objects + program.object_count; o++)
		if (handle && o->handle == handle)
			return o;
	return NULL;
}

long program_number_of(const struct program_object *object)
{
	return object ? object - program.objects + 1 : 0;
}

/* ---- Running ---- */

void program_run_calls(struct program_actor *self)
{
	const char *at = program_skip_spaces(self->calls), *begin;
	const struct program_verb *verb;
	long result;

	while (*at && *at != '\n') {
		struct program_step step = {
			.self = self, .isr = self->kind == PROGRAM_IRQ,
		};

		begin = at;
		verb = program_take_step(&at, &step);
		if (!verb)
			return;
		self->doing = begin;
		self->about = step.other;
		self->since = xTaskGetTickCountFromISR();
		result = step.other && step.other->deleted
			 ? PROGRAM_SKIPPED : verb->call(&step);
		self->doing = NULL;
		self->about = NULL;
		if (!step.isr)
			taskENTER_CRITICAL();
		program_say_step(&step, begin, (size_t)(at - begin), result);
		if (!step.isr)
			taskEXIT_CRITICAL();
		while (*at == ';' || *at == ' ')
			at++;
	}
}

static void task_main(void *arg)
{
	struct program_actor *self = arg;

	program_run_calls(self);
	for (;;)
		vTaskSuspend(NULL);
}

static void thread_main(void *arg)
{
	struct program_actor *self = arg;

	self->handle = xTaskGetCurrentTaskHandle();
	program_run_calls(self);
	for (;;)
		vTaskDelay(portMAX_DELAY);
}

static void irq_main(void *arg)
{
	struct program_actor *self = arg;

	program_acknowledge(self->number);
	program_run_calls(self);
}

/* Unikraft's threads run at once, so they begin when the tasks do. */
static void threads_start(void *arg)
{
	struct program_actor *a = program.actors;

	(void)arg;
	for (; a < program.actors + program.actor_count; a++)
		if (a->kind == PROGRAM_THREAD)
			program_thread(a->name, a->number, thread_main, a);
	vTaskDelete(NULL);
}

/* ---- Loading ---- */

static void load_actor(const char **at, enum program_kind kind)
{
	struct program_actor *a = &program.actors[program.actor_count];

	if (program.actor_count == PROGRAM_ACTORS) {
		program.problem = "too many tasks";
		return;
	}
	program.actor_count++;
	a->kind = kind;
	if (kind != PROGRAM_IRQ)
		program_take_name(at, a->name);
	a->number = program_take_number(at);
	if (kind == PROGRAM_IRQ)
		snprintf(a->name, sizeof(a->name), "irq%lu", a->number % 1000);
	if (**at == ':')
		a->calls = program_skip_spaces(*at + 1);
	else
		program.problem = "a colon is missing before the calls";
}

static void load_object(const char **at)
{
	const struct program_maker *maker = program_take_maker(at);
	struct program_object *object = &program.objects[program.object_count];
	unsigned long numbers[3] = { 0 };
	unsigned int n;

	if (!maker || program.object_count == PROGRAM_OBJECTS) {
		program.problem = maker ? "too many objects"
					: "no such object";
		return;
	}
	program.object_count++;
	program_take_name(at, object->name);
	for (n = 0; n < ARRAY_SIZE(numbers) && !program_is_end(**at); n++)
		numbers[n] = program_take_number(at);
	object->maker = maker;
	object->handle = maker->make(object, numbers);
	if (!object->handle)
		program.problem = "the object could not be made";
}

static void load_line(const char *at)
{
	static const char *const kinds[] = {
		[PROGRAM_TASK] = "task", [PROGRAM_THREAD] = "thread",
		[PROGRAM_IRQ] = "irq", [PROGRAM_ONESHOT] = "oneshot",
		[PROGRAM_PERIODIC] = "periodic",
	};
	unsigned int kind;

	at = program_skip_spaces(at);
	if (program_is_end(*at))
		return;
	for (kind = 0; kind < ARRAY_SIZE(kinds); kind++) {
		if (program_take_word(&at, kinds[kind])) {
			load_actor(&at, (enum program_kind)kind);
			return;
		}
	}
	if (program_take_word(&at, "until"))
		ticks = program_take_number(&at);
	else
		load_object(&at);
}

/* Read all calls once, so that a mistake is told before anything runs. */
static void check_calls(struct program_actor *a)
{
	struct program_step step = { .self = a };
	const char *at = program_skip_spaces(a->calls);

	while (!program.problem && *at && *at != '\n') {
		program_take_step(&at, &step);
		if (!program.problem && !program_is_end(*at))
			program.problem = "something is left over after a call";
		while (*at == ';' || *at == ' ')
			at++;
	}
}

static void create_interrupt(struct program_actor *a)
{
	uint32_t line = program_line(a->number);

	if (xPortInstallInterruptHandler(line, irq_main, a) == pdPASS)
		vPortEnableInterrupt(line);
}

static void create_actors(void)
{
	struct program_actor *a = program.actors;
	bool threads = false;

	for (; a < program.actors + program.actor_count; a++) {
		if (a->kind == PROGRAM_TASK)
			xTaskCreate(task_main, a->name, STACK_WORDS, a,
				    a->number, &a->handle);
		else if (a->kind == PROGRAM_THREAD)
			threads = true;
		else if (a->kind == PROGRAM_IRQ)
			create_interrupt(a);
		else
			program_timer_create(a);
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
	for (line = text; line && !program.problem;
	     line = strchr(line, '\n')) {
		line += *line == '\n';
		load_line(line);
	}
	for (i = 0; i < program.actor_count && !program.problem; i++)
		check_calls(&program.actors[i]);
	if (!program.problem)
		create_actors();
	return program.problem;
}

void program_start(void)
{
	vTaskStartScheduler();
}

unsigned long program_ticks(void)
{
	return ticks;
}
