/* SPDX-License-Identifier: BSD-3-Clause */
/* The host core: a flag says whether an interrupt handler runs. */
#ifndef SHIM_PORT_HOST_H
#define SHIM_PORT_HOST_H

static inline bool shim_in_isr(void)
{
	return host_in_isr;
}

static inline void *shim_thread_stack(const struct uk_thread *thread)
{
	return thread->stack;
}

/* Time stands still while a thread spins: let the others go on. */
static inline void shim_idle_spin(void)
{
	host_idle();
}

#endif /* SHIM_PORT_HOST_H */
