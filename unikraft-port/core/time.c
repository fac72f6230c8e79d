/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Time from the virtual counter. Its rate is read, never assumed: firmware
 * sets 54 MHz on one board what an emulator gives 62.5 MHz.
 */
#include <board.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>

/* Nanoseconds per counter tick, times 2^32 */
static __u64 scale;

void ukplat_time_init(void)
{
	scale = ((__u64)UKARCH_NSEC_PER_SEC << 32)
		/ SYSREG_READ64(cntfrq_el0);
}

__nsec ukplat_monotonic_clock(void)
{
	__u64 ticks;

	/* The ISB keeps the read from being done before what came before. */
	__asm__ __volatile__("isb\n\tmrs %0, cntvct_el0" : "=r"(ticks));
	return (__nsec)(((unsigned __int128)ticks * scale) >> 32);
}

__nsec ukplat_wall_clock(void)
{
	return ukplat_monotonic_clock();
}

__u32 ukplat_time_get_irq(void)
{
	return board.timer_irq;
}

void ukplat_lcpu_halt_irq(void)
{
	__asm__ __volatile__("dsb sy\n\twfi" ::: "memory");
}

void ukplat_lcpu_halt_irq_until(__nsec until)
{
	__u64 alarm = SYSREG_READ64(cntv_cval_el0);
	__nsec now = ukplat_monotonic_clock();
	__u64 ticks;

	if (until <= now)
		return;
	ticks = (until - now) * (SYSREG_READ64(cntfrq_el0) / 1000000) / 1000
		+ SYSREG_READ64(cntvct_el0);
	if (ticks < alarm)
		SYSREG_WRITE64(cntv_cval_el0, ticks);
	ukplat_lcpu_halt_irq();
	SYSREG_WRITE64(cntv_cval_el0, alarm);
}
