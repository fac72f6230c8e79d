/* SPDX-License-Identifier: BSD-3-Clause */
/* For the few-line test images: console and exit, from assembler.
 * UART: base of the machine's PL011 (QEMU hw/arm/virt.c, bcm2835_peripherals.c).
 * x20 holds it; x0..x3 are scratch.
 */
	/* Only the first core goes on: an ELF starts all four on raspi. */
	.macro	begin
	.global	_start
_start:
	mrs	x0, mpidr_el1
	tst	x0, #0xff
	b.eq	1f
0:	wfi
	b	0b
1:	ldr	x20, =UART
	.endm

	/* Send the NUL-terminated text at \label. */
	.macro	print label
	adr	x1, \label
1:	ldrb	w0, [x1], #1
	cbz	w0, 2f
	str	w0, [x20]
	b	1b
2:
	.endm

	/* Send the address of \label as 16 hexadecimal digits. */
	.macro	print_address label
	adr	x1, \label
	mov	w2, #60
1:	lsr	x0, x1, x2
	and	w0, w0, #0xf
	add	w0, w0, #'0'
	cmp	w0, #'9'
	b.ls	2f
	add	w0, w0, #('a' - '9' - 1)
2:	str	w0, [x20]
	subs	w2, w2, #4
	b.pl	1b
	.endm

	/* Semihosting SYS_EXIT_EXTENDED: QEMU ends with this status. */
	.macro	exit status
	adr	x1, 1f
	mov	w0, #0x20
	hlt	#0xf000
	.balign	8
1:	.quad	0x20026, \status
	.endm
