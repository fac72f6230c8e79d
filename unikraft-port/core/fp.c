/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * FP/SIMD registers, switched only for threads that use them.
 *
 * They trap unless the current thread owns them. The trap saves the former
 * owner's values and loads the new one's, so a thread that computes alone
 * never pays for a switch. Interrupt handlers must not use them: all code
 * is built without, save what an app.toml lists under `fp`.
 */
#include <image.h>
#include <string.h>
#include <uk/arch/lcpu.h>
#include <uk/sched_impl.h>

/* CPACR_EL1.FPEN, Arm ARM D19.2.30: 0 traps, 3 does not */
#define CPACR_FPEN	(3UL << 20)

struct uk_thread *ukplat_fp_owner;

static void fp_allow(bool allowed)
{
	SYSREG_WRITE64(cpacr_el1, allowed ? CPACR_FPEN : 0);
	isb();
}

void ukplat_fp_switch(struct uk_thread *next)
{
	bool allowed = SYSREG_READ64(cpacr_el1) & CPACR_FPEN;

	if (allowed != (next == ukplat_fp_owner))
		fp_allow(!allowed);
}

bool fp_trap(void)
{
	struct uk_thread *self = uk_thread_current();

	if (!self || !self->ectx)
		return false;
	fp_allow(true);
	if (ukplat_fp_owner == self)
		return true;
	if (ukplat_fp_owner)
		ukarch_ectx_store(ukplat_fp_owner->ectx);
	ukarch_ectx_load(self->ectx);
	ukplat_fp_owner = self;
	return true;
}

__sz ukarch_ectx_size(void)
{
	return UKARCH_ECTX_SIZE;
}

__sz ukarch_ectx_align(void)
{
	return UKARCH_ECTX_ALIGN;
}

void ukarch_ectx_init(struct ukarch_ectx *state)
{
	memset(state, 0, UKARCH_ECTX_SIZE);
}
