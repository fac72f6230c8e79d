/* SPDX-License-Identifier: BSD-3-Clause */
/* The built-in core: threads run on SP_EL0, interrupt handlers on SP_EL1. */
#ifndef SHIM_PORT_CORE_H
#define SHIM_PORT_CORE_H

/*
 * An interrupt saves its frame there, and a switch what it needs: 416 bytes
 * in all. The API's own calls take up to 400.
 */
#define SHIM_STACK_MIN_BYTES	1024

static inline bool shim_in_isr(void)
{
	return SYSREG_READ64(spsel) != 0;
}

/* The bytes to allocate for a stack of so many: no more. */
#define SHIM_STACK_ROOM(size)	(size)

/* Tasks have no thread-local storage: nothing here has variables in it. */
static inline uintptr_t shim_tls_carve(uintptr_t *sp __unused)
{
	return 0;
}

/* Where the stack of a thread begins; NULL: not known. */
static inline void *shim_thread_stack(const struct uk_thread *thread)
{
	return thread->_mem.stack;
}

/* The same of a thread whose stack is not the core's. */
static inline void shim_thread_stack_set(struct uk_thread *thread, void *stack)
{
	thread->_mem.stack = stack;
}

/* An idle task that does not sleep: here it just goes round. */
static inline void shim_idle_spin(void)
{
}

#endif /* SHIM_PORT_CORE_H */
