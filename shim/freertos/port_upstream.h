/* SPDX-License-Identifier: BSD-3-Clause */
/* Upstream Unikraft: threads and interrupt handlers share SP_EL1. */
#ifndef SHIM_PORT_UPSTREAM_H
#define SHIM_PORT_UPSTREAM_H

#include <uk/schedprio_isr.h>

#if configUSE_TASK_FPU_SUPPORT != 2
#error "configUSE_TASK_FPU_SUPPORT: Unikraft's threads all have FP state; set it to 2"
#endif

static inline bool shim_in_isr(void)
{
	return uk_schedprio_in_isr();
}

#endif /* SHIM_PORT_UPSTREAM_H */
