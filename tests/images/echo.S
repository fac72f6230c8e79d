/* SPDX-License-Identifier: BSD-3-Clause */
/* Sends back every byte; ends with status 0 at the letter q. */
#include "common.h"
	begin
	print	text
	/* PL011 TRM (DDI 0183), UARTFR offset 0x18: RXFE is bit 4. */
again:	ldr	w2, [x20, #0x18]
	tbnz	w2, #4, again
	ldr	w0, [x20]
	and	w0, w0, #0xff
	str	w0, [x20]
	cmp	w0, #'q'
	b.ne	again
	exit	0
text:	.asciz	"ready\n"
