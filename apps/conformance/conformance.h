/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Cases of the conformance program. Each prints one line:
 *
 *   T,<group>.<case>,pass
 *   T,<group>.<case>,fail,<file>:<line> <what does not hold>
 *   T,<group>.<case>,skip,<reason>
 *
 * and the last line of the program is
 *
 *   T,done,<passed>,<failed>,<skipped>
 *
 * A case runs in a task of its own at priority CASE. Workers that it leaves
 * behind are ended, and the heap must be back where it was.
 */
#ifndef __CONFORMANCE_H__
#define __CONFORMANCE_H__

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

struct conformance_case {
	const char *name;
	void (*run)(void);
};

struct conformance_group {
	const char *name;
	const struct conformance_case *cases;
};

/* A row of a table of cases; and two for what comes in two kinds of memory */
#define CASE(function)		{ #function, function }
#define BOTH(function)						\
	{ #function "_dynamic", function##_dynamic },		\
	{ #function "_static", function##_static }
#define END_OF_CASES		{ NULL, NULL }

/* Make both cases of function(bool is_static). */
#define DYNAMIC_AND_STATIC(function)					\
	static void function##_dynamic(void) { function(false); }	\
	static void function##_static(void) { function(true); }

/* All groups; ends with a name of NULL. */
extern const struct conformance_group conformance_groups[];

/* ---- Checks: from any task or interrupt ---- */

void conformance_check(bool holds, const char *what, const char *file,
		       int line);

/* The first that does not hold fails the case, which goes on. */
#define CHECK(x)	conformance_check((x), #x, __FILE__, __LINE__)

/* The same; the function returns where nothing further makes sense. */
#define REQUIRE(x) do {			\
	bool holds_ = (x);		\
					\
	conformance_check(holds_, #x, __FILE__, __LINE__); \
	if (!holds_)			\
		return;			\
} while (0)

/* The case cannot be judged here. */
void conformance_skip(const char *reason);

/*
 * @p ticks went by since @p begin. Exactly with boot argument "exact", for
 * virtual time; else a loaded machine may be late.
 */
#define CHECK_ELAPSED(begin, ticks) \
	conformance_check(conformance_elapsed((begin), (ticks)), \
			  "elapsed since " #begin " is " #ticks, \
			  __FILE__, __LINE__)
bool conformance_elapsed(TickType_t begin, TickType_t ticks);

/* Virtual time: nothing is late. */
extern bool conformance_exact;

/* ---- Priorities ---- */

#define LOWER	6
#define LOW	8
#define CASE_PRIORITY	10
#define HIGH	12
#define HIGHER	14

/* ---- Workers: tasks of a case ---- */

#define WORKER_STACK_WORDS	1024

/* A task that runs fn(arg), which may return; or the case's end. */
TaskHandle_t worker(TaskFunction_t fn, void *arg, UBaseType_t priority);

/* It has returned, or was deleted with worker_delete(). */
bool worker_ended(TaskHandle_t task);

/* vTaskDelete() for a worker. */
void worker_delete(TaskHandle_t task);

/* Let all workers run until each waits or has ended; for no time at all. */
void settle(void);

/* Let them run until @p x holds, or the case fails. */
#define AWAIT(x) do {						\
	unsigned int patience_ = 5000;				\
								\
	while (!(x) && patience_--)				\
		vTaskDelay(1);					\
	CHECK(x);						\
} while (0)

/* ---- What happened in which order ---- */

void trace_reset(void);
void trace(char c);
bool trace_is(const char *expected);

/* ---- Time ---- */

/* Wait for the begin of a tick and return its number. */
TickType_t tick_edge(void);

/* Busy for this long; @p ticks may be 0. */
void spin_ticks(TickType_t ticks);

/* ---- Interrupts ---- */

/* Runs in an interrupt; returns what shall be passed to portYIELD_FROM_ISR. */
typedef BaseType_t (*interrupt_fn)(void *arg);

/* Run fn(arg) in an interrupt now; it has run when this returns. */
void in_interrupt(interrupt_fn fn, void *arg);

/* Run it in an interrupt about @p us from now; counts what was run. */
void in_interrupt_after_us(interrupt_fn fn, void *arg, uint32_t us);
extern volatile uint32_t interrupts_served;

/* Busily wait for one more than @p before. */
bool interrupt_comes_after(uint32_t before);

/* ---- The heap ---- */

/* Keep all of the heap but one block of @p bytes; then give it back. */
bool heap_starve(size_t bytes);
void heap_feed(void);

/* Wait for the idle task to free what was deleted: is @p bytes free again? */
bool heap_returns_to(size_t bytes);

/* ---- FP registers, in fp_work.c ---- */

/* @p rounds of arithmetic in FP registers from @p seed. */
uint64_t fp_work(uint64_t seed, uint32_t rounds);

/* ---- For main() ---- */

/* A group or a case by name, or NULL for all. */
int conformance_choose(const char *name);

/* What must hold before vTaskStartScheduler(); then make the first task. */
void conformance_before_start(void);
bool conformance_prepare(void (*at_end)(int status));

#endif /* __CONFORMANCE_H__ */
