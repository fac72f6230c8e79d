/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints a crash report and never ends. Expected: crashed: nothing works any more */
#include "../../images/common.h"
	begin
	print	report
again:	wfi
	b	again
report:	.asciz	"*** CRASH: nothing works any more\r\n*** END CRASH\r\n"
