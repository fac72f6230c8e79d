/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * From the first instruction to C: any exception level, one core goes on.
 *
 * Entered raw (x0 = device tree, or ATAGs, or 0) or from an ELF loader, at
 * EL3, EL2 or EL1, on one core or on all. Registers kept until C:
 *   x20 device tree   x21 exception level at entry   x22 counter at entry
 */
#include <smp.h>
#include <uk/arch/lcpu.h>

	.section .text.boot, "ax"
	.global _start
_start:
	/* Documentation/arch/arm64/booting.rst: the 64-byte Image header */
	b	entry
	.long	0
	.quad	__image_text_offset
	.quad	__image_size
	.quad	0xa			/* little endian, 4 KiB pages, anywhere */
	.quad	0, 0, 0
	.ascii	"ARM\x64"
	.long	0

entry:
	mrs	x22, cntvct_el0
	msr	daifset, #0xf
	mov	x20, x0
	mrs	x21, CurrentEL
	lsr	x21, x21, #2

	/* Only the core with affinity 0 goes on (MPIDR_EL1.Aff2..0) */
	mrs	x0, mpidr_el1
	tst	x0, #0xffffff
	b.ne	park
	bl	move_data

	cmp	x21, #3
	b.eq	from_el3
	cmp	x21, #2
	b.eq	from_el2
	b	at_el1

from_el3:
	/* SCR_EL3: RW (10), HCE (8), RES1 (5:4), NS (0). Arm ARM D19.2.117 */
	mov	x0, #0x531
	msr	scr_el3, x0
	msr	cptr_el3, xzr
	/* CPUECTLR_EL1.SMPEN, Cortex-A53 TRM 4.3.75, A72 TRM 4.3.67: the core
	 * takes part in coherency; only EL3 may be allowed to set it.
	 */
	mrs	x0, s3_1_c15_c2_1
	orr	x0, x0, #(1 << 6)
	msr	s3_1_c15_c2_1, x0
	/* The interrupt controller: its interrupts are for EL1 from now on */
	ldr	x0, =__exception_stack_top
	mov	sp, x0
	bl	core_secure_init
	/* EL2h, DAIF masked */
	mov	x0, #0x3c9
	msr	spsr_el3, x0
	adr	x0, from_el2
	msr	elr_el3, x0
	eret

from_el2:
	/* EL1 is AArch64; nothing traps; counters for all; no offset */
	mov	x0, #(1 << 31)
	msr	hcr_el2, x0
	mov	x0, #3
	msr	cnthctl_el2, x0
	msr	cntvoff_el2, xzr
	mov	x0, #0x33ff			/* CPTR_EL2 RES1, no traps */
	msr	cptr_el2, x0
	msr	hstr_el2, xzr
	mrs	x0, midr_el1
	msr	vpidr_el2, x0
	mrs	x0, mpidr_el1
	msr	vmpidr_el2, x0
	ldr	x0, =0x30d00800			/* SCTLR_EL1 RES1, MMU off */
	msr	sctlr_el1, x0
	mov	x0, #0x3c5			/* EL1h, DAIF masked */
	msr	spsr_el2, x0
	adr	x0, at_el1
	msr	elr_el2, x0
	eret

at_el1:
	ldr	x0, =__exception_stack_top
	mov	sp, x0
	msr	spsel, #0
	ldr	x0, =__main_stack_top
	mov	sp, x0
	adrp	x0, vectors
	add	x0, x0, :lo12:vectors
	msr	vbar_el1, x0
	msr	cpacr_el1, xzr			/* FP/SIMD trap: fp.c */

	bl	paging_build
	bl	mmu_on
	bl	zero_bss

	mov	x29, xzr
	mov	x30, xzr
	mov	x0, x20
	mov	x1, x21
	mov	x2, x22
	b	core_main

/*
 * The file carries constants and data without the padding to their pages,
 * whichever way it was loaded. Data first and each from its end, for where
 * they go overlaps where they come from.
 */
move_data:
	ldr	x1, =__data_load
	ldr	x2, =__data_start
	ldr	x3, =__data_end
	mov	x7, x30
	bl	move_up
	ldr	x1, =__rodata_load
	ldr	x2, =__rodata_start
	ldr	x3, =__rodata_used
	mov	x30, x7
	/* fall through */

/* x1 = from, x2 = to, x3 = where that ends; multiples of 16 */
move_up:
	sub	x4, x3, x2
	add	x1, x1, x4
1:	cmp	x3, x2
	b.ls	2f
	ldp	x5, x6, [x1, #-16]!
	stp	x5, x6, [x3, #-16]!
	b	1b
2:	ret

/* x0 = translation table. Arm ARM D8: 4 KiB granule, 39-bit addresses. */
mmu_on:
	msr	ttbr0_el1, x0
	msr	ttbr1_el1, xzr
	ldr	x1, =0x44ff04			/* 0 nGnRE, 1 write-back, 2 NC */
	msr	mair_el1, x1
	/* TCR: T0SZ 25, write-back inner shareable walks, no TTBR1, 36 bits */
	ldr	x1, =0x100803519
	msr	tcr_el1, x1
	tlbi	vmalle1
	ic	iallu
	dsb	nsh
	isb
	/* SCTLR: WXN (19), I (12), SA (3), C (2), M (0) and RES1 */
	ldr	x1, =0x30d8180d
	msr	sctlr_el1, x1
	isb
	ret

/* DC ZVA clears a whole block at a time: 64 bytes on A53 and A72. */
zero_bss:
	adrp	x0, __bss_start
	add	x0, x0, :lo12:__bss_start
	adrp	x1, __bss_end
	add	x1, x1, :lo12:__bss_end
1:	cmp	x0, x1
	b.hs	2f
	dc	zva, x0
	add	x0, x0, #64
	b	1b
2:	ret

/*
 * Where the other cores stay. Each says so in parked_cores[n], read by
 * smp.c before the first page, which may hold their old loop, is unmapped.
 */
	.global park
park:
	msr	daifset, #0xf
	mrs	x0, mpidr_el1
	and	x0, x0, #3
	adrp	x1, parked_cores
	add	x1, x1, :lo12:parked_cores
	ldr	w2, =PARKED
	str	w2, [x1, x0, lsl #2]
	dsb	sy
1:	wfi
	b	1b

/*
 * Written by cores that may come before .bss is zeroed or after, past the
 * cache: never initialised, and on a cache line of its own.
 */
	.section .noinit.parked, "aw", %nobits
	.balign	CACHE_LINE_SIZE
	.global parked_cores
parked_cores:
	.space	CACHE_LINE_SIZE
