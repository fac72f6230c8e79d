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

/* Where the thread-local storage of tasks comes from: errno is in it. */
static inline struct uk_alloc *shim_tls_allocator(struct uk_sched *s)
{
	return s->a_uktls;
}

/* The same from the top of a stack that the caller provides. */
static inline uintptr_t shim_tls_carve(uintptr_t *sp)
{
	uintptr_t area = ALIGN_DOWN(*sp - ukarch_tls_area_size(),
				    ukarch_tls_area_align());

	ukarch_tls_area_init((void *)area);
	*sp = ukarch_gen_sp(area, 0);
	return ukarch_tls_tlsp((void *)area);
}

/* Where a stack of the scheduler's begins; NULL: it has none of its own. */
static inline void *shim_thread_stack(const struct uk_thread *thread)
{
	return thread->_mem.stack;
}

/* An idle task that does not sleep: here it just goes round. */
static inline void shim_idle_spin(void)
{
}

#endif /* SHIM_PORT_UPSTREAM_H */
