/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the program runner: actors, objects, and the verbs that calls begin with. */
#ifndef PROGRAM_STEP_H
#define PROGRAM_STEP_H

#include <stdbool.h>

#include <FreeRTOS.h>
#include <task.h>
#include <queue.h>
#include <semphr.h>
#include <timers.h>
#include <event_groups.h>
#include <stream_buffer.h>
#include <message_buffer.h>
#include <program.h>

#define PROGRAM_NAME	8
#define PROGRAM_ACTORS	10
#define PROGRAM_OBJECTS	8
#define PROGRAM_ARGS	4

enum program_kind {
	PROGRAM_TASK,
	PROGRAM_THREAD,		/* of Unikraft */
	PROGRAM_IRQ,
	PROGRAM_ONESHOT,	/* a software timer; its calls are its callback */
	PROGRAM_PERIODIC,
};

struct program_actor {
	char name[PROGRAM_NAME];
	enum program_kind kind;
	unsigned long number;	/* priority, number of the interrupt, period */
	const char *calls;
	const char *doing;	/* the call it is in, or NULL */
	struct program_actor *about;	/* another that this is about */
	TickType_t since;
	TaskHandle_t handle;
	TimerHandle_t timer;
	bool deleted;
	TickType_t previous;	/* of vTaskDelayUntil */
};

struct program_object {
	char name[PROGRAM_NAME];
	void *handle;
	const struct program_maker *maker;
	unsigned long size;	/* of an item, or a stream's trigger level */
	bool is_mutex;
	struct program_actor *owner;	/* of a mutex, as its takers see it */
	long depth;
	long items, sum;		/* what must be in it */
	struct program_object *set;	/* that it is a member of */
	bool uncounted;			/* that is not known */
};

/* One call, read. */
struct program_step {
	struct program_actor *self;
	struct program_object *object;
	struct program_object *set;
	struct program_actor *other;
	uint32_t args[PROGRAM_ARGS];
	bool isr;
	BaseType_t woken;
	uint32_t extra;		/* beside the result, when has_extra */
	bool has_extra;
};

/*
 * @p takes has a letter for each argument: o object, s queue set, a task,
 * c software timer, n number, t ticks ("inf": for ever).
 */
struct program_verb {
	const char *name;
	const char *takes;
	long (*call)(struct program_step *step);
	/* Of a call that waits: it could go on now. */
	bool (*could)(const struct program_step *step);
};

/* Makes an object: `name`, and numbers after it. NULL: it could not. */
struct program_maker {
	const char *name;
	void *(*make)(struct program_object *object,
		      const unsigned long *numbers);
	/* Whether what it should hold is there. Nothing runs any more. */
	void (*check)(struct program_object *object);
};

/* What a call returns that FreeRTOS does not allow here and now. */
#define PROGRAM_SKIPPED	(-999)

/* A table for each kind of object; each ends with a NULL name. */
extern const struct program_verb program_queue_verbs[];
extern const struct program_verb program_semaphore_verbs[];
extern const struct program_verb program_task_verbs[];
extern const struct program_verb program_notify_verbs[];
extern const struct program_verb program_event_verbs[];
extern const struct program_verb program_stream_verbs[];
extern const struct program_verb program_timer_verbs[];
extern const struct program_verb program_set_verbs[];
extern const struct program_maker program_queue_makers[];
extern const struct program_maker program_semaphore_makers[];
extern const struct program_maker program_event_makers[];
extern const struct program_maker program_stream_makers[];
extern const struct program_maker program_set_makers[];

/* ---- The program ---- */

extern struct program_state {
	struct program_actor actors[PROGRAM_ACTORS];
	struct program_object objects[PROGRAM_OBJECTS];
	unsigned int actor_count, object_count;
	const char *problem;		/* with its text, or NULL */
} program;

/* Make the calls of @p self. */
void program_run_calls(struct program_actor *self);

/* Make its timer; and, where nothing runs: it has expired when it should. */
void program_timer_create(struct program_actor *a);
void program_timer_check(struct program_actor *a);

/* @p actor holds a mutex of the program. */
bool program_holds_mutex(const struct program_actor *actor);

/* The object with this handle, or NULL; and its number, from 1. */
struct program_object *program_object_of(const void *handle);
long program_number_of(const struct program_object *object);

/* Add to the trace a call of @p length characters that returned. */
void program_say_step(const struct program_step *step, const char *call,
		      size_t length, long result);

/* Something is so that must never be: for the end of the trace. */
void program_violation(const char *what, const char *name);

/* ---- What a machine has to offer ---- */

/* The line that an interrupt of a program comes on. */
uint32_t program_line(unsigned long number);

/* Make an interrupt happen, now or when the mask is lifted. */
void program_raise(unsigned long number);

/* It was seen: first thing in its handler. */
void program_acknowledge(unsigned long number);

/* Keep the processor busy until @p ticks ticks have gone. */
void program_work(TickType_t ticks);

/* Start a thread of Unikraft's at the level of FreeRTOS's @p priority. */
int program_thread(const char *name, unsigned long priority,
		   void (*main)(void *), void *arg);

#endif /* PROGRAM_STEP_H */
