/* SPDX-License-Identifier: BSD-3-Clause */
/* On upstream Unikraft: is this an interrupt handler? */
#ifndef __UK_SCHEDPRIO_ISR_H__
#define __UK_SCHEDPRIO_ISR_H__

#include <uk/arch/types.h>
#include <uk/essentials.h>

/* 1 from the first handler of an interrupt to the end of the last. */
extern volatile __u32 schedprio_in_isr;

static inline bool uk_schedprio_in_isr(void)
{
	return schedprio_in_isr != 0;
}

#endif /* __UK_SCHEDPRIO_ISR_H__ */
