/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Who does an instance's operations: one at a time, in the caller's task or in
 * one of its own.
 */
#ifndef COMMON_IO_WORKER_H
#define COMMON_IO_WORKER_H

#include "FreeRTOS.h"
#include "semphr.h"
#include "task.h"

/* Enough for a driver's transfer and a callback that gives a semaphore */
#define WORKER_STACK_WORDS	512U

struct worker;

struct worker_ops {
	/* Does the operation, in whichever task; 0 or an error. */
	int (*work)(struct worker *worker);
	/* Tells the user that an asynchronous operation is over. */
	void (*tell)(struct worker *worker, int result);
	/* Lets one that has begun end early, where that can be. */
	void (*cancel)(struct worker *worker);
};

struct worker {
	const struct worker_ops *ops;
	volatile _Bool is_open;
	volatile _Bool busy;
	volatile _Bool waits;		/* an asynchronous one is asked for */
	volatile _Bool started;		/* and has begun */
	volatile _Bool cancelled;	/* do not begin it, do not tell */
	TaskHandle_t task;
	SemaphoreHandle_t wake, idle;
	StaticSemaphore_t wake_memory, idle_memory;
};

/* Make it open; false when it is already. */
_Bool worker_open(struct worker *worker, const struct worker_ops *ops);

/* Take it for one operation; false when it has another one. */
_Bool worker_take(struct worker *worker);

/* Do the operation in this task. */
int worker_run(struct worker *worker);

/* Do it in a task of its own; false when there is no memory for one. */
_Bool worker_start(struct worker *worker);

/*
 * End the asynchronous operation: keep it from beginning, or have it end
 * early, and wait for it. False when there is none.
 */
_Bool worker_cancel(struct worker *worker);

/*
 * Make it not open; no operation may be under way. Its task, if it ever
 * needed one, stays for the next time.
 */
void worker_close(struct worker *worker);

#endif /* COMMON_IO_WORKER_H */
