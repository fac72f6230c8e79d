/* SPDX-License-Identifier: BSD-3-Clause */
/* Inside the program runner: actors, objects, and the verbs that calls begin with. */
#ifndef PROGRAM_STEP_H
#define PROGRAM_STEP_H

#include <stdbool.h>

#include <FreeRTOS.h>
#include <task.h>
#include <queue.h>
#include <semphr.h>
#include <program.h>

#define PROGRAM_NAME	8
#define PROGRAM_ACTORS	10
#define PROGRAM_OBJECTS	8
#define PROGRAM_ARGS	4

enum program_kind {
	PROGRAM_TASK,
	PROGRAM_THREAD,		/* of Unikraft */
	PROGRAM_IRQ,
};

struct program_actor {
	char name[PROGRAM_NAME];
	enum program_kind kind;
	unsigned long number;	/* priority, or of the interrupt */
	const char *calls;
	TaskHandle_t handle;
	bool deleted;
	TickType_t previous;	/* of vTaskDelayUntil */
};

struct program_object {
	char name[PROGRAM_NAME];
	void *handle;
	unsigned long size;	/* of an item */
	bool is_mutex;
};

/* One call, read. */
struct program_step {
	struct program_actor *self;
	struct program_object *object;
	struct program_actor *other;
	uint32_t args[PROGRAM_ARGS];
	bool isr;
	BaseType_t woken;
	uint32_t extra;		/* beside the result, when has_extra */
	bool has_extra;
};

/*
 * @p takes has a letter for each argument: o object, a actor, n number,
 * t ticks ("inf": for ever).
 */
struct program_verb {
	const char *name;
	const char *takes;
	long (*call)(struct program_step *step);
};

/* Makes an object: `name`, and numbers after it. NULL: it could not. */
struct program_maker {
	const char *name;
	void *(*make)(struct program_object *object,
		      const unsigned long *numbers);
};

/* What a call returns that FreeRTOS does not allow here and now. */
#define PROGRAM_SKIPPED	(-999)

/* @p actor holds a mutex of the program. */
bool program_holds_mutex(const struct program_actor *actor);

/* A table for each kind of object; each ends with a NULL name. */
extern const struct program_verb program_queue_verbs[];
extern const struct program_verb program_semaphore_verbs[];
extern const struct program_verb program_task_verbs[];
extern const struct program_verb program_notify_verbs[];
extern const struct program_maker program_queue_makers[];
extern const struct program_maker program_semaphore_makers[];

/* ---- What a machine has to offer ---- */

/* Make an interrupt happen, now or when the mask is lifted. */
void program_raise(unsigned long number);

/* Keep the processor busy until @p ticks ticks have gone. */
void program_work(TickType_t ticks);

/* Start a thread of Unikraft's at the level of FreeRTOS's @p priority. */
int program_thread(const char *name, unsigned long priority,
		   void (*main)(void *), void *arg);

#endif /* PROGRAM_STEP_H */
