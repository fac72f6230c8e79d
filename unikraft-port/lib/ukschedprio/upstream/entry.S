/* SPDX-License-Identifier: BSD-3-Clause */
/* The end of interrupts, and the first instructions of threads. */
#include <uk/config.h>

#define FRAME	160	/* x0-x18 and x30 */

	.section .text.schedprio, "ax"

/* On the stack: where the interrupted thread goes on, and its PSTATE. */
	.global schedprio_irq_exit
	.type	schedprio_irq_exit, %function
schedprio_irq_exit:
	sub	sp, sp, #FRAME
	stp	x0, x1, [sp]
	adrp	x0, schedprio_in_isr
	str	wzr, [x0, :lo12:schedprio_in_isr]
#if CONFIG_LIBUKSCHEDPRIO_ISR_FP
	adrp	x0, fp_state
	add	x0, x0, :lo12:fp_state
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
	ldr	x1, [x0, #512]
	msr	fpsr, x1
	ldr	x1, [x0, #520]
	msr	fpcr, x1
#endif
	adrp	x0, uk_schedprio	/* its first field: pending */
	ldr	w0, [x0, :lo12:uk_schedprio]
	cbnz	w0, 2f
1:	ldp	x0, x1, [sp, #FRAME]
	msr	elr_el1, x0
	msr	spsr_el1, x1
	ldp	x0, x1, [sp]
	add	sp, sp, #FRAME + 16
	eret
2:	stp	x2, x3, [sp, #16]
	stp	x4, x5, [sp, #32]
	stp	x6, x7, [sp, #48]
	stp	x8, x9, [sp, #64]
	stp	x10, x11, [sp, #80]
	stp	x12, x13, [sp, #96]
	stp	x14, x15, [sp, #112]
	stp	x16, x17, [sp, #128]
	stp	x18, x30, [sp, #144]
	bl	uk_schedprio_preempt
	ldp	x2, x3, [sp, #16]
	ldp	x4, x5, [sp, #32]
	ldp	x6, x7, [sp, #48]
	ldp	x8, x9, [sp, #64]
	ldp	x10, x11, [sp, #80]
	ldp	x12, x13, [sp, #96]
	ldp	x14, x15, [sp, #112]
	ldp	x16, x17, [sp, #128]
	ldp	x18, x30, [sp, #144]
	b	1b
	.size	schedprio_irq_exit, . - schedprio_irq_exit

/* On the stack: where the thread begins. A return needs no landing pad. */
	.global schedprio_thread_start
	.type	schedprio_thread_start, %function
schedprio_thread_start:
	ldr	x16, [sp], #16
	msr	daifclr, #2
	ret	x16
	.size	schedprio_thread_start, . - schedprio_thread_start

#if CONFIG_LIBUKSCHEDPRIO_ISR_FP
	.global schedprio_fp_save
	.type	schedprio_fp_save, %function
schedprio_fp_save:
	adrp	x0, fp_state
	add	x0, x0, :lo12:fp_state
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
	str	x1, [x0, #512]
	mrs	x1, fpcr
	str	x1, [x0, #520]
	ret
	.size	schedprio_fp_save, . - schedprio_fp_save

	/* One is enough: interrupts do not nest. */
	.local	fp_state
	.comm	fp_state, 528, 16
#endif
