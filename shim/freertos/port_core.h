/* SPDX-License-Identifier: BSD-3-Clause */
/* The built-in core: threads run on SP_EL0, interrupt handlers on SP_EL1. */
#ifndef SHIM_PORT_CORE_H
#define SHIM_PORT_CORE_H

/* An interrupt saves its frame on the thread's stack, and calls need some. */
#define SHIM_STACK_MIN_BYTES	512

static inline bool shim_in_isr(void)
{
	return SYSREG_READ64(spsel) != 0;
}

#endif /* SHIM_PORT_CORE_H */
