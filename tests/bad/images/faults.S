/* SPDX-License-Identifier: BSD-3-Clause */
/* Greets, then takes an exception without vectors. Expected: still runs after */
#include "../../images/common.h"
	begin
	print	text
	.inst	0
text:	.asciz	"about to fault\n"
