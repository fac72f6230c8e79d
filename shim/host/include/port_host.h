/* SPDX-License-Identifier: BSD-3-Clause */
/* The host core: a flag says whether an interrupt handler runs. */
#ifndef SHIM_PORT_HOST_H
#define SHIM_PORT_HOST_H

#define SHIM_STACK_MIN_BYTES	512

static inline bool shim_in_isr(void)
{
	return host_in_isr;
}

/* The host core's stacks are large. */
#define SHIM_STACK_ROOM(size)	MAX((size), (size_t)HOST_STACK_BYTES)

/* Tasks have no thread-local storage: nothing here has variables in it. */
static inline uintptr_t shim_tls_carve(uintptr_t *sp)
{
	(void)sp;
	return 0;
}

static inline void *shim_thread_stack(const struct uk_thread *thread)
{
	return thread->stack;
}

static inline void shim_thread_stack_set(struct uk_thread *thread, void *stack)
{
	thread->stack = stack;
}

/* Time stands still while a thread spins: let the others go on. */
static inline void shim_idle_spin(void)
{
	host_idle();
}

#endif /* SHIM_PORT_HOST_H */
