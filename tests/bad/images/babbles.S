/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints for ever. Expected: still runs after */
#include "../../images/common.h"
	begin
again:	print	text
	b	again
text:	.asciz	"and another line\n"
