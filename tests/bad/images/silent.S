/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints nothing, for ever. Expected: printed nothing at all */
#include "../../images/common.h"
	begin
	.global	silent_loop
	.type	silent_loop, %function
silent_loop:
	wfi
	b	silent_loop
	.size	silent_loop, . - silent_loop
