/* SPDX-License-Identifier: BSD-3-Clause */
/* The built-in core: threads run on SP_EL0, interrupt handlers on SP_EL1. */
#ifndef SHIM_PORT_CORE_H
#define SHIM_PORT_CORE_H

static inline bool shim_in_isr(void)
{
	return SYSREG_READ64(spsel) != 0;
}

/* Where a stack of the core's begins; NULL: it has none of its own. */
static inline void *shim_thread_stack(const struct uk_thread *thread)
{
	return thread->_mem.stack;
}

/* An idle task that does not sleep: here it just goes round. */
static inline void shim_idle_spin(void)
{
}

#endif /* SHIM_PORT_CORE_H */
