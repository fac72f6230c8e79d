/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What programs need of a target. An interrupt is the processor's physical
 * timer, which nothing else uses: set to a time that has passed it comes at
 * once, or as soon as the mask is lifted.
 */
#include <stdint.h>

#include <FreeRTOS.h>
#include <task.h>

#include <uk/alloc.h>
#include <uk/arch/lcpu.h>
#include <uk/intctlr.h>
#include <uk/plat/time.h>
#include <uk/sched.h>
#include <uk/schedprio.h>
#include <uk/thread.h>

#include "../../shim/program/step.h"
#include "replay.h"

/* Arm Base System Architecture, 3.8.1: virtual 27, physical (EL1) 30 */
#define PPI_VIRTUAL	27
#define PPI_PHYSICAL	30
/* BCM2836 ARM-local peripherals, 4.6: CNTVIRQ is 3, CNTPNSIRQ is 1 */
#define LOCAL_PHYSICAL	1

/* Arm Architecture Reference Manual (DDI 0487), D13.8: CNTP_CTL_EL0 */
#define TIMER_ENABLE	1UL

uint32_t program_line(unsigned long number __unused)
{
	return ukplat_time_get_irq() == PPI_VIRTUAL ? PPI_PHYSICAL
						    : LOCAL_PHYSICAL;
}

void replay_raise_off(void)
{
	SYSREG_WRITE64(cntp_ctl_el0, 0);
}

void program_acknowledge(unsigned long number __unused)
{
	replay_raise_off();
}

void program_raise(unsigned long number __unused)
{
	SYSREG_WRITE64(cntp_cval_el0, 0);
	SYSREG_WRITE64(cntp_ctl_el0, TIMER_ENABLE);
	__asm__ volatile("isb" : : : "memory");
}

void program_work(TickType_t ticks)
{
	TickType_t begin = xTaskGetTickCount();

	while (xTaskGetTickCount() - begin < ticks)
		;
}

int program_thread(const char *name, unsigned long priority,
		   void (*main)(void *), void *arg)
{
	struct uk_thread *thread;

	/* Its priority first: it must not run before it has it. */
	uk_schedprio_lock();
	thread = uk_sched_thread_create(uk_sched_current(),
					(uk_thread_fn1_t)main, arg, name);
	if (thread)
		uk_schedprio_thread_prio_set(thread,
					     (unsigned int)priority + 1);
	uk_schedprio_unlock();
	return thread ? 0 : -1;
}
