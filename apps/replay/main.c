/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Replay: the boot argument is a program as `uk-board shim explore` writes
 * it, with commas for spaces and slashes for ends of line. The trace comes
 * when its time is over; it is the one that the host prints.
 */
#include <stdio.h>
#include <stdlib.h>

#include <FreeRTOS.h>
#include <program.h>

#include <uk/alloc.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/schedprio.h>
#include <uk/thread.h>

#include "replay.h"

#define TICK_NS	(1000000000UL / configTICK_RATE_HZ)

static void print_trace(void)
{
	const char *at = program_trace();

	printf("TRACE\n");
	while (*at) {
		const char *end = at;

		while (*end && *end != '\n')
			end++;
		printf("%.*s\n", (int)(end - at), at);
		at = *end ? end + 1 : end;
	}
	printf("END\n");
}

/* Above all tasks: wait until the program's time is over. */
static void __noreturn referee_main(void *arg __unused)
{
	uk_sched_thread_sleep(program_ticks() * TICK_NS + TICK_NS / 2);
	replay_raise_off();
	print_trace();
	exit(0);
}

int main(int argc, char *argv[])
{
	struct uk_thread *referee;
	const char *problem;

	if (argc < 2) {
		printf("replay: no program; expected as the boot argument\n");
		return 2;
	}
	problem = program_load(argv[argc - 1]);
	if (problem) {
		printf("replay: the program cannot be read: %s\n", problem);
		return 2;
	}
	uk_schedprio_lock();
	referee = uk_sched_thread_create(uk_sched_current(), referee_main,
					 NULL, "referee");
	if (!referee)
		return 1;
	uk_schedprio_thread_prio_set(referee, UK_SCHEDPRIO_LEVELS - 1);
	uk_schedprio_unlock();
	program_start();
	return 1;
}
