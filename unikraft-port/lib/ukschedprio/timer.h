/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The scheduler's alarm: the virtual timer of the processor.
 * Registers: Arm Architecture Reference Manual (DDI 0487), D13.8.
 */
#ifndef __SCHEDPRIO_TIMER_H__
#define __SCHEDPRIO_TIMER_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/time.h>

/*
 * For an interrupt, a switch, and the freeing of a thread that exited. With
 * guard pages a stack takes whole pages, however small it is.
 */
#define SCHEDPRIO_IDLE_STACK	(CONFIG_STACK_GUARD_PAGES ? __PAGE_SIZE : 2048)

#define TIMER_ENABLE	1UL	/* CNTV_CTL_EL0.ENABLE, IMASK clear */

/* Counter ticks per nanosecond, times 2^32 */
extern __u64 schedprio_timer_scale;

static inline void timer_init(void)
{
	schedprio_timer_scale = (SYSREG_READ64(cntfrq_el0) << 32)
				/ UKARCH_NSEC_PER_SEC;
	SYSREG_WRITE64(cntv_cval_el0, ~0UL);
	SYSREG_WRITE64(cntv_ctl_el0, TIMER_ENABLE);
}

/* Interrupt at @p when (ns of the monotonic clock), never a tick early. */
static inline void timer_set(__nsec when)
{
	unsigned __int128 ticks = (unsigned __int128)when
				  * schedprio_timer_scale + 0xffffffffUL;

	SYSREG_WRITE64(cntv_cval_el0, (__u64)(ticks >> 32));
}

/* No interrupt until the next timer_set(). */
static inline void timer_clear(void)
{
	SYSREG_WRITE64(cntv_cval_el0, ~0UL);
}

#endif /* __SCHEDPRIO_TIMER_H__ */
