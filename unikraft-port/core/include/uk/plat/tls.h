/* SPDX-License-Identifier: BSD-3-Clause */
/* The thread pointer (TPIDR_EL0). */
#ifndef __UKPLAT_TLS_H__
#define __UKPLAT_TLS_H__

#include <uk/arch/lcpu.h>

static inline __uptr ukplat_tlsp_get(void)
{
	return SYSREG_READ64(tpidr_el0);
}

static inline void ukplat_tlsp_set(__uptr tlsp)
{
	SYSREG_WRITE64(tpidr_el0, tlsp);
}

#endif /* __UKPLAT_TLS_H__ */
