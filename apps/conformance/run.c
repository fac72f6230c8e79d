/* SPDX-License-Identifier: BSD-3-Clause */
/* Running the cases: a supervisor above them all ends what hangs. */
#include <stdio.h>

#include "conformance.h"
#include "helpers.h"

#define SUPERVISOR_PRIORITY	(configMAX_PRIORITIES - 1)
/* Far more than any case takes, even where the emulator is starved */
#define CASE_DEADLINE	pdMS_TO_TICKS(20000)
#define LATE_TICKS	pdMS_TO_TICKS(500)

enum verdict { PASSED, FAILED, SKIPPED };

static struct {
	const char *file;
	const char *what;	/* NULL: nothing has failed */
	const char *skipped;	/* the reason, or NULL */
	int line;
} result;

static const char *chosen;
static void (*at_end)(int status);
static TaskHandle_t supervisor;
static unsigned int counts[3];
bool conformance_exact;

/* ---- Checks ---- */

void conformance_check(bool holds, const char *what, const char *file,
		       int line)
{
	if (holds || result.what)
		return;
	result.file = file;
	result.line = line;
	result.what = what;
}

void conformance_skip(const char *reason)
{
	result.skipped = reason;
}

/* An assertion of the kernel: the task that broke the rule goes no further. */
void vAssertCalled(const char *file, int line)
{
	conformance_check(false, "configASSERT", file, line);
	if (xTaskGetSchedulerState() == taskSCHEDULER_RUNNING
	    && xTaskGetCurrentTaskHandle() != supervisor)
		for (;;)
			vTaskSuspend(NULL);
}

bool conformance_elapsed(TickType_t begin, TickType_t ticks)
{
	TickType_t elapsed = xTaskGetTickCount() - begin;

	return elapsed >= ticks
	       && elapsed - ticks <= (conformance_exact ? 0 : LATE_TICKS);
}

/* ---- Choosing ---- */

static bool is_chosen(const struct conformance_group *group,
		      const struct conformance_case *c)
{
	size_t len = strlen(group->name);

	if (!chosen)
		return true;
	if (strncmp(chosen, group->name, len))
		return false;
	return !chosen[len]
	       || (chosen[len] == '.' && !strcmp(chosen + len + 1, c->name));
}

int conformance_choose(const char *name)
{
	const struct conformance_group *group;
	const struct conformance_case *c;
	int count = 0;

	chosen = name;
	for (group = conformance_groups; group->name; group++)
		for (c = group->cases; c->name; c++)
			count += is_chosen(group, c);
	return count;
}

/* ---- One case ---- */

static void case_task(void *arg)
{
	const struct conformance_case *c = arg;

	c->run();
	xTaskNotifyGive(supervisor);
	vTaskSuspend(NULL);
}

/* Run it once. False: it hung, or could not be started. */
static bool run_once(const struct conformance_case *c)
{
	TaskHandle_t task;
	bool done;

	if (xTaskCreate(case_task, "case", 2 * WORKER_STACK_WORDS,
			(void *)c, CASE_PRIORITY, &task) != pdPASS) {
		result.what = "no memory for the task of the case";
		return false;
	}
	done = ulTaskNotifyTake(pdTRUE, CASE_DEADLINE) != 0;
	vTaskDelete(task);
	helpers_reset();
	return done;
}

/*
 * What is lost once fills a cache; what is lost each time is a leak. So a
 * case that took memory is run again.
 */
static void run_case(const struct conformance_case *c)
{
	unsigned int tries;

	for (tries = 0; tries < 2; tries++) {
		size_t before = xPortGetFreeHeapSize();

		if (!run_once(c)) {
			conformance_check(false, "hangs: ended by the watchdog",
					  c->name, 0);
			return;
		}
		if (result.what || heap_returns_to(before))
			return;
	}
	conformance_check(false, "leaks: the heap is not as it was", c->name,
			  0);
}

static void print_result(void)
{
	const char *name;

	if (result.what) {
		name = strrchr(result.file ? result.file : "?", '/');
		printf("fail,%s:%d %s\n", name ? name + 1 : result.file,
		       result.line, result.what);
		counts[FAILED]++;
	} else if (result.skipped) {
		printf("skip,%s\n", result.skipped);
		counts[SKIPPED]++;
	} else {
		printf("pass\n");
		counts[PASSED]++;
	}
}

/* ---- All cases ---- */

static void run_group(const struct conformance_group *group)
{
	const struct conformance_case *c;

	for (c = group->cases; c->name; c++) {
		if (!is_chosen(group, c))
			continue;
		memset(&result, 0, sizeof(result));
		/* First, so that the last line of a dead board names it. */
		printf("T,%s.%s,", group->name, c->name);
		run_case(c);
		print_result();
	}
}

static void run_all(void *arg)
{
	const struct conformance_group *group;

	(void)arg;
	helpers_warm_up();
	for (group = conformance_groups; group->name; group++)
		run_group(group);
	printf("T,done,%u,%u,%u\n", counts[PASSED], counts[FAILED],
	       counts[SKIPPED]);
	at_end(counts[FAILED] ? 1 : 0);
	vTaskDelete(NULL);
}

bool conformance_prepare(void (*end)(int status))
{
	at_end = end;
	return helpers_init()
	       && xTaskCreate(run_all, "supervisor", 2 * WORKER_STACK_WORDS,
			      NULL, SUPERVISOR_PRIORITY, &supervisor)
		  == pdPASS;
}
