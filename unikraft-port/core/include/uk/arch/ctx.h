/* SPDX-License-Identifier: BSD-3-Clause */
/* Processor contexts of threads: what a switch saves and how one starts. */
#ifndef __UKARCH_CTX_H__
#define __UKARCH_CTX_H__

#include <uk/assert.h>
#include <uk/essentials.h>

#define UKARCH_SP_ALIGN		16UL
#define UKARCH_SP_ALIGN_MASK	(UKARCH_SP_ALIGN - 1)

/* q0-q31, FPSR at 512, FPCR at 516 */
#define UKARCH_ECTX_SIZE	528
#define UKARCH_ECTX_ALIGN	16

/*
 * Where a thread goes on is on its stack, as the return address of what
 * switched away from it. (Unikraft keeps it here, as `ip`.)
 */
struct ukarch_ctx {
	__uptr sp;
};

struct ukarch_ectx;

typedef void (*ukarch_ctx_entry0)(void) __noreturn;
typedef void (*ukarch_ctx_entry1)(long) __noreturn;
typedef void (*ukarch_ctx_entry2)(long, long) __noreturn;

#define ukarch_gen_sp(base, len) \
	(((__uptr)(base) + (__uptr)(len)) & ~UKARCH_SP_ALIGN_MASK)

/*
 * Prepare @p ctx so that a switch to it calls @p entry on stack @p sp with
 * interrupts enabled. @p keep_regs is Unikraft's, and not offered: it must
 * be 0.
 */
void ukarch_ctx_init_entry0(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
			    ukarch_ctx_entry0 entry);
void ukarch_ctx_init_entry1(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
			    ukarch_ctx_entry1 entry, long arg);
void ukarch_ctx_init_entry2(struct ukarch_ctx *ctx, __uptr sp, int keep_regs,
			    ukarch_ctx_entry2 entry, long arg0, long arg1);

/* Save the callee-saved registers in @p store, continue in @p load. */
void ukarch_ctx_switch(struct ukarch_ctx *store, struct ukarch_ctx *load);

/* The extended context: FP and SIMD registers. */
__sz ukarch_ectx_size(void);
__sz ukarch_ectx_align(void);
void ukarch_ectx_init(struct ukarch_ectx *state);
void ukarch_ectx_store(struct ukarch_ectx *state);
void ukarch_ectx_load(struct ukarch_ectx *state);

#endif /* __UKARCH_CTX_H__ */
