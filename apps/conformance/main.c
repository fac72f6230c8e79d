/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Conformance of the FreeRTOS API, on the target. Boot arguments:
 *
 *   (none)          run all cases; the exit status is 0 if none fails, else 1
 *   case=<group>    run the cases of one group only
 *   case=<g>.<c>    run one case only
 *   exact           time is virtual (QEMU's -icount): nothing may be late
 */
#include <stdio.h>

#include "conformance.h"

#define CHOICE	"case="

static int exit_status = 1;

static void end(int status)
{
	exit_status = status;
	vTaskEndScheduler();
}

int main(int argc, char *argv[])
{
	const char *choice = NULL;
	int i;

	for (i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "exact"))
			conformance_exact = true;
		else if (!strncmp(argv[i], CHOICE, strlen(CHOICE)))
			choice = argv[i] + strlen(CHOICE);
	}
	if (conformance_choose(choice) == 0) {
		printf("conformance: no case \"%s\"; known groups:", choice);
		for (i = 0; conformance_groups[i].name; i++)
			printf(" %s", conformance_groups[i].name);
		printf("\n");
		return 2;
	}
	conformance_before_start();
	if (!conformance_prepare(end)) {
		printf("conformance: cannot be set up\n");
		return 2;
	}
	vTaskStartScheduler();
	return exit_status;
}
