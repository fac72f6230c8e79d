/* SPDX-License-Identifier: BSD-3-Clause */
/* The smallest program: one line, then power off. */
#include <stdio.h>

int main(int argc, char *argv[])
{
	(void)argc;
	(void)argv;
	printf("hello from Unikraft's API\n");
	return 0;
}
