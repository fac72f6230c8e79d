/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The scheduler's alarm on upstream Unikraft: the virtual timer, which there
 * nobody else uses once ukschedcoop is gone. Its clock starts at the boot, at
 * a count that it keeps to itself: so alarms are set relative to now.
 * Registers: Arm Architecture Reference Manual (DDI 0487), D13.8.
 */
#ifndef __SCHEDPRIO_TIMER_H__
#define __SCHEDPRIO_TIMER_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/time.h>
#include <uk/plat/config.h>
#include <uk/plat/time.h>

/* Unikraft has no name of its own for it. */
#define __cold	__attribute__((cold))

/* Releasing a thread runs destructors and hooks of any library. */
#define SCHEDPRIO_IDLE_STACK	STACK_SIZE

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

/* No interrupt until the next timer_set(). */
static inline void timer_clear(void)
{
	SYSREG_WRITE64(cntv_cval_el0, ~0UL);
}

/* In ns, 292 years; what is later is never. */
#define TIMER_NEVER	(1UL << 63)

/* Interrupt at @p when (ns of the monotonic clock), never a tick early. */
static inline void timer_set(__nsec when)
{
	__nsec now = ukplat_monotonic_clock();
	unsigned __int128 ticks = 0;

	if (unlikely(when >= TIMER_NEVER)) {
		timer_clear();
		return;
	}
	if (when > now)
		ticks = (unsigned __int128)(when - now)
			* schedprio_timer_scale + 0xffffffffUL;
	SYSREG_WRITE64(cntv_cval_el0,
		       SYSREG_READ64(cntvct_el0) + (__u64)(ticks >> 32));
}

/* Interrupt as soon as the mask allows. */
static inline void timer_kick(void)
{
	SYSREG_WRITE64(cntv_cval_el0, 0UL);
}

#endif /* __SCHEDPRIO_TIMER_H__ */
