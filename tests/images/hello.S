/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints a greeting and ends with the exit status STATUS. */
#include "common.h"
	begin
	print	text
	exit	STATUS
text:	.asciz	"hello from a test image\n"
