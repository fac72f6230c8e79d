/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Exceptions, and the switch between threads.
 *
 * Threads run with SPSel = 0, on SP_EL0. Exceptions switch to SP_EL1, a
 * stack of their own, so that a thread that overflowed its stack can still
 * be reported. An interrupt saves its frame on the thread's stack, where it
 * stays when another thread is chosen at its end: preemption copies nothing.
 */
#include <uk/arch/lcpu.h>
#include <uk/essentials.h>

.macro save_scratch_but_x0
	stp	x2, x3, [sp, #__REGS_OFF_X(2)]
	stp	x4, x5, [sp, #__REGS_OFF_X(4)]
	stp	x6, x7, [sp, #__REGS_OFF_X(6)]
	stp	x8, x9, [sp, #__REGS_OFF_X(8)]
	stp	x10, x11, [sp, #__REGS_OFF_X(10)]
	stp	x12, x13, [sp, #__REGS_OFF_X(12)]
	stp	x14, x15, [sp, #__REGS_OFF_X(14)]
	stp	x16, x17, [sp, #__REGS_OFF_X(16)]
	str	x18, [sp, #__REGS_OFF_X(18)]
	stp	x29, x30, [sp, #__REGS_OFF_X(29)]
.endm

.macro load_scratch_but_x0
	ldp	x2, x3, [sp, #__REGS_OFF_X(2)]
	ldp	x4, x5, [sp, #__REGS_OFF_X(4)]
	ldp	x6, x7, [sp, #__REGS_OFF_X(6)]
	ldp	x8, x9, [sp, #__REGS_OFF_X(8)]
	ldp	x10, x11, [sp, #__REGS_OFF_X(10)]
	ldp	x12, x13, [sp, #__REGS_OFF_X(12)]
	ldp	x14, x15, [sp, #__REGS_OFF_X(14)]
	ldp	x16, x17, [sp, #__REGS_OFF_X(16)]
	ldr	x18, [sp, #__REGS_OFF_X(18)]
	ldp	x29, x30, [sp, #__REGS_OFF_X(29)]
.endm

.macro load_scratch
	load_scratch_but_x0
	ldp	x0, x1, [sp, #__REGS_OFF_X(0)]
.endm

.macro save_rest
	str	x19, [sp, #__REGS_OFF_X(19)]
	stp	x20, x21, [sp, #__REGS_OFF_X(20)]
	stp	x22, x23, [sp, #__REGS_OFF_X(22)]
	stp	x24, x25, [sp, #__REGS_OFF_X(24)]
	stp	x26, x27, [sp, #__REGS_OFF_X(26)]
	str	x28, [sp, #__REGS_OFF_X(28)]
.endm

.macro save_all sp_of_interrupted
	stp	x0, x1, [sp, #-__REGS_SIZEOF]!
	save_scratch_but_x0
	save_rest
	mrs	x0, elr_el1
	mrs	x1, spsr_el1
	stp	x0, x1, [sp, #__REGS_OFF_ELR]
	mrs	x0, esr_el1
	mrs	x1, \sp_of_interrupted
	stp	x0, x1, [sp, #__REGS_OFF_ESR]
	mov	x0, sp
.endm

.macro vector label
	.balign	128
	b	\label
.endm

	.section .text.vectors, "ax"
	.balign	2048
	.global vectors
vectors:
	save_all sp_el0
	b	thread_sync
	.balign	128
	/*
	 * Interrupt of a thread: its frame goes onto its own stack. What
	 * only a switch or an observer needs is added by those.
	 */
	msr	spsel, #0
	stp	x0, x1, [sp, #-__REGS_SIZEOF]!
	save_scratch_but_x0
	msr	spsel, #1
	b	thread_irq
	.balign	128
	save_all sp_el0			/* FIQ */
	bl	trap_unexpected
	.balign	128
	save_all sp_el0			/* SError */
	bl	trap_serror

	/*
	 * An exception inside an exception. Its slots need one instruction
	 * each; short routines fill the rest, which else would be lost.
	 */
	vector	core_sync

/* void ukarch_ctx_switch(struct ukarch_ctx *store, struct ukarch_ctx *load) */
	.global ukarch_ctx_switch
	.type	ukarch_ctx_switch, %function
ukarch_ctx_switch:
	stp	x29, x30, [sp, #-96]!
	stp	x19, x20, [sp, #16]
	stp	x21, x22, [sp, #32]
	stp	x23, x24, [sp, #48]
	stp	x25, x26, [sp, #64]
	stp	x27, x28, [sp, #80]
	mov	x3, sp
	str	x3, [x0]
	ldr	x3, [x1]
	mov	sp, x3
	ldp	x19, x20, [sp, #16]
	ldp	x21, x22, [sp, #32]
	ldp	x23, x24, [sp, #48]
	ldp	x25, x26, [sp, #64]
	ldp	x27, x28, [sp, #80]
	ldp	x29, x30, [sp], #96
	ret
	.size	ukarch_ctx_switch, . - ukarch_ctx_switch

	vector	core_fatal

/* void ukarch_ectx_store(struct ukarch_ectx *state) and its counterpart */
	.arch_extension fp
	.arch_extension simd
	.global ukarch_ectx_store
	.type	ukarch_ectx_store, %function
ukarch_ectx_store:
	stp	q0, q1, [x0, #0]
	stp	q2, q3, [x0, #32]
	stp	q4, q5, [x0, #64]
	stp	q6, q7, [x0, #96]
	stp	q8, q9, [x0, #128]
	stp	q10, q11, [x0, #160]
	stp	q12, q13, [x0, #192]
	stp	q14, q15, [x0, #224]
	stp	q16, q17, [x0, #256]
	stp	q18, q19, [x0, #288]
	stp	q20, q21, [x0, #320]
	stp	q22, q23, [x0, #352]
	stp	q24, q25, [x0, #384]
	stp	q26, q27, [x0, #416]
	stp	q28, q29, [x0, #448]
	stp	q30, q31, [x0, #480]
	mrs	x1, fpsr
	mrs	x2, fpcr
	str	w1, [x0, #512]
	str	w2, [x0, #516]
	ret
	.size	ukarch_ectx_store, . - ukarch_ectx_store

	vector	core_fatal

	.global ukarch_ectx_load
	.type	ukarch_ectx_load, %function
ukarch_ectx_load:
	ldr	w1, [x0, #512]
	ldr	w2, [x0, #516]
	msr	fpsr, x1
	msr	fpcr, x2
	ldp	q0, q1, [x0, #0]
	ldp	q2, q3, [x0, #32]
	ldp	q4, q5, [x0, #64]
	ldp	q6, q7, [x0, #96]
	ldp	q8, q9, [x0, #128]
	ldp	q10, q11, [x0, #160]
	ldp	q12, q13, [x0, #192]
	ldp	q14, q15, [x0, #224]
	ldp	q16, q17, [x0, #256]
	ldp	q18, q19, [x0, #288]
	ldp	q20, q21, [x0, #320]
	ldp	q22, q23, [x0, #352]
	ldp	q24, q25, [x0, #384]
	ldp	q26, q27, [x0, #416]
	ldp	q28, q29, [x0, #448]
	ldp	q30, q31, [x0, #480]
	ret
	.size	ukarch_ectx_load, . - ukarch_ectx_load

	vector	core_fatal

/* First instructions of a thread: x19 = entry, x20 and x21 = its arguments */
	.global ctx_first_entry
	.type	ctx_first_entry, %function
ctx_first_entry:
	mov	x0, x20
	mov	x1, x21
	mov	x30, xzr
	msr	daifclr, #2
	br	x19
	.size	ctx_first_entry, . - ctx_first_entry

	/*
	 * The second half of the table is for exceptions from EL0, where
	 * nothing ever runs: the handlers take its place.
	 */
	.balign	128
/* On the exception stack, interrupts masked; the frame is at SP_EL0. */
thread_irq:
	adrp	x1, ukplat_handle_irq
	ldr	x1, [x1, :lo12:ukplat_handle_irq]
	blr	x1
	adrp	x0, uk_schedprio	/* its first field: pending */
	ldr	w0, [x0, :lo12:uk_schedprio]
	msr	spsel, #0
	cbnz	w0, 2f
1:	load_scratch_but_x0
	ldp	x0, x1, [sp], #__REGS_SIZEOF
	eret
	/* Whoever runs next takes interrupts, too: keep where this one was. */
2:	mrs	x0, elr_el1
	mrs	x1, spsr_el1
	stp	x0, x1, [sp, #__REGS_OFF_ELR]
	bl	schedprio_switch
	ldp	x0, x1, [sp, #__REGS_OFF_ELR]
	msr	elr_el1, x0
	msr	spsr_el1, x1
	b	1b

/* Only what trap_sync() repairs comes back: x19-x28 are as they were. */
thread_sync:
	bl	trap_sync
	ldp	x0, x1, [sp, #__REGS_OFF_ELR]
	msr	elr_el1, x0
	msr	spsr_el1, x1
	load_scratch
	add	sp, sp, #__REGS_SIZEOF
	eret

/* The exception stack may be what failed: go on the emergency stack. */
.macro enter_emergency
	msr	tpidrro_el0, x0
	mov	x0, sp
	msr	tpidr_el1, x0
	ldr	x0, =__emergency_stack_top
	mov	sp, x0
	mrs	x0, tpidrro_el0
	save_all tpidr_el1
.endm

core_sync:
	enter_emergency
	bl	trap_sync_in_core
	ldp	x0, x1, [sp, #__REGS_OFF_ELR]
	msr	elr_el1, x0
	msr	spsr_el1, x1
	load_scratch
	msr	tpidrro_el0, x0
	ldr	x0, [sp, #__REGS_OFF_SP]
	mov	sp, x0
	mrs	x0, tpidrro_el0
	eret

core_fatal:
	enter_emergency
	bl	trap_unexpected
