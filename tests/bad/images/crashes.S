/* SPDX-License-Identifier: BSD-3-Clause */
/* Prints a crash report like the core's, then ends with 127. Expected: crashes crashed */
#include "../../images/common.h"
	begin
	print	head
	print_address culprit
	print	registers
	print_address caller
	print	tail
	exit	127

	.global	crash_culprit, crash_caller
	.type	crash_culprit, %function
	.type	crash_caller, %function
crash_culprit:
	nop
culprit:
	str	xzr, [x0]
	ret
	.size	crash_culprit, . - crash_culprit
crash_caller:
	bl	crash_culprit
caller:
	.size	crash_caller, . - crash_caller
	.global	after_the_caller
	.type	after_the_caller, %function
after_the_caller:
	ret
	.size	after_the_caller, . - after_the_caller

head:	.ascii	"starting\r\n"
	.ascii	"*** CRASH: data abort, write to 0x0000000000001000: permission fault, level 3\r\n"
	.ascii	"*** thread: worker\r\n"
	.asciz	"*** pc 0x"
registers:
	.ascii	" lr 0x0000000000000000 sp 0x0000000040090000"
	.ascii	" esr 0x000000009600004f far 0x0000000000001000 spsr 0x0000000060000005\r\n"
	.ascii	"*** x0  0x0000000000000000 x1  0x0000000000000001"
	.ascii	" x2  0x0000000000000002 x3  0x0000000000000003\r\n"
	.asciz	"*** backtrace: 0x"
tail:	.asciz	"\r\n*** END CRASH\r\n"
