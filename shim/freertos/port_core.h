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

/* Tasks have no thread-local storage: nothing here has variables in it. */
static inline struct uk_alloc *shim_tls_allocator(struct uk_sched *s __unused)
{
	return NULL;
}

static inline uintptr_t shim_tls_carve(uintptr_t *sp __unused)
{
	return 0;
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
