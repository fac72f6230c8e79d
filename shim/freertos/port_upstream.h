/* SPDX-License-Identifier: BSD-3-Clause */
/* Upstream Unikraft: threads and interrupt handlers share SP_EL1. */
#ifndef SHIM_PORT_UPSTREAM_H
#define SHIM_PORT_UPSTREAM_H

#include <uk/arch/tls.h>
#include <uk/schedprio_isr.h>

#if configUSE_TASK_FPU_SUPPORT != 2
#error "configUSE_TASK_FPU_SUPPORT: Unikraft's threads all have FP state; set it to 2"
#endif

/*
 * An interrupt saves what a switch needs, Unikraft's functions are deeper
 * with its assertions, and errno has its place there.
 */
#define SHIM_STACK_MIN_BYTES	1024

static inline bool shim_in_isr(void)
{
	return uk_schedprio_in_isr();
}

/*
 * The bytes to allocate for a stack of so many: tasks have thread-local
 * storage, for errno, at the top. In whole words: a record may lie above.
 */
#define SHIM_STACK_ROOM(size)						\
	((size) + ALIGN_UP(ukarch_tls_area_size()			\
			   + ukarch_tls_area_align(), sizeof(StackType_t)))

static inline uintptr_t shim_tls_carve(uintptr_t *sp)
{
	uintptr_t area = ALIGN_DOWN(*sp - ukarch_tls_area_size(),
				    ukarch_tls_area_align());

	ukarch_tls_area_init((void *)area);
	*sp = ukarch_gen_sp(area, 0);
	return ukarch_tls_tlsp((void *)area);
}

/* Where the stack of a thread begins; NULL: not known. */
static inline void *shim_thread_stack(const struct uk_thread *thread)
{
	return thread->_mem.stack;
}

/* The same of a thread whose stack is not the scheduler's. */
static inline void shim_thread_stack_set(struct uk_thread *thread, void *stack)
{
	thread->_mem.stack = stack;
}

/* An idle task that does not sleep: here it just goes round. */
static inline void shim_idle_spin(void)
{
}

#endif /* SHIM_PORT_UPSTREAM_H */
