/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Boot arguments:
 *
 *   ticks=<n>   interrupts a case (default: 5000)
 *   us=<n>      time between two of them (default: 29, which no period
 *               of what is interrupted divides)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <uk/intctlr.h>
#include <uk/isr/thread.h>
#include <uk/plat/lcpu.h>
#include <uk/plat/time.h>
#include <uk/schedprio.h>

#include "stress.h"

/* Where the EL1 physical timer arrives: PPI 30 of a GIC (Arm DEN 0094, BSA,
 * "PE peripherals"), else CNTPNSIRQ of the local controller (BCM2836 QA7
 * rev 3.4, 4.10).
 */
#define IRQ_GIC		30
#define IRQ_LOCAL	1

static uint32_t ticks_wanted = 5000;
static uint32_t period_us = 29;

static volatile uint32_t ticks;		/* since the case began */
static volatile bool tick_pending;
static volatile unsigned int running;	/* threads of the case */
static struct uk_thread *urgent_thread;
static void (*urgent)(void);

static unsigned int passed, failed;
static volatile bool case_failed;

void stress_check(bool holds, const char *what, const char *file, int line)
{
	const char *name = strrchr(file, '/');

	if (holds || case_failed)
		return;
	case_failed = true;
	printf("fail,%s:%d %s\n", name ? name + 1 : file, line, what);
}

uint32_t stress_random(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return *state >> 8;
}

/* ---- The interrupt ---- */

static void timer_set(uint32_t us)
{
	uint64_t hz;

	__asm__ __volatile__("mrs %0, cntfrq_el0" : "=r"(hz));
	__asm__ __volatile__("msr cntp_tval_el0, %0\n\t"
			     "msr cntp_ctl_el0, %1\n\t"
			     "isb"
			     :: "r"(hz * us / 1000000), "r"(1UL) : "memory");
}

static void timer_stop(void)
{
	__asm__ __volatile__("msr cntp_ctl_el0, xzr\n\tisb" ::: "memory");
}

static int timer_interrupt(void *arg __unused)
{
	if (++ticks < ticks_wanted)
		timer_set(period_us);
	else
		timer_stop();
	tick_pending = true;
	uk_thread_wake_isr(urgent_thread);
	return 1;
}

static int timer_init(void)
{
	struct uk_intctlr_irq irq = {
		.id = IRQ_GIC,
		.trigger = UK_INTCTLR_IRQ_TRIGGER_LEVEL,
	};

	timer_stop();
	/* The local controller refuses what it does not have. */
	if (uk_intctlr_irq_configure(&irq) < 0)
		irq.id = IRQ_LOCAL;
	return uk_intctlr_irq_register(irq.id, timer_interrupt, NULL);
}

bool stress_goes_on(void)
{
	return ticks < ticks_wanted;
}

/* ---- Threads ---- */

static void wait_for_tick(void)
{
	unsigned long flags = ukplat_lcpu_save_irqf();

	while (!tick_pending) {
		uk_thread_block(uk_thread_current());
		uk_sched_yield();
	}
	tick_pending = false;
	ukplat_lcpu_restore_irqf(flags);
}

static void __noreturn run_urgent(void *arg __unused)
{
	while (stress_goes_on()) {
		wait_for_tick();
		urgent();
	}
	stress_exit();
}

static struct uk_thread *start_thread(uk_thread_fn1_t fn, void *arg,
				      unsigned int level)
{
	struct uk_thread *t;

	/* A level first: it must not run before it has the right one. */
	uk_schedprio_lock();
	running++;
	t = uk_sched_thread_create(uk_sched_current(), fn, arg, "stress");
	if (!t)
		UK_CRASH("no memory for a thread\n");
	uk_schedprio_thread_prio_set(t, level);
	uk_schedprio_unlock();
	return t;
}

void stress_thread(uk_thread_fn1_t fn, void *arg, unsigned int level)
{
	start_thread(fn, arg, level);
}

void stress_exit(void)
{
	uk_schedprio_lock();
	running--;
	uk_schedprio_unlock();
	uk_sched_thread_exit();
}

/* The idle thread frees what has ended; it runs when nobody else does. */
static void wait_until_all_ended(void)
{
	while (running)
		uk_sched_thread_sleep(ukarch_time_msec_to_nsec(1));
	uk_sched_thread_sleep(ukarch_time_msec_to_nsec(5));
}

static void __noreturn end_at_once(void *arg __unused)
{
	stress_exit();
}

/* A core may keep stacks for later: let it, before memory is counted. */
static void warm_up(void)
{
	unsigned int i;

	for (i = 0; i < 16; i++)
		start_thread(end_at_once, NULL, LEVEL_WORKER);
	wait_until_all_ended();
}

static void run_case(const struct stress_case *c)
{
	__ssz before = uk_alloc_availmem(uk_alloc_get_default());

	printf("T,stress.%s,", c->name);
	case_failed = false;
	ticks = 0;
	tick_pending = false;
	urgent = c->urgent;
	urgent_thread = start_thread(run_urgent, NULL, LEVEL_URGENT);
	c->start();
	timer_set(period_us);
	wait_until_all_ended();
	c->end();
	CHECK(uk_alloc_availmem(uk_alloc_get_default()) == before);
	if (case_failed) {
		failed++;
		return;
	}
	passed++;
	printf("pass\n");
}

static void read_argument(const char *arg)
{
	if (!strncmp(arg, "ticks=", 6))
		ticks_wanted = (uint32_t)strtoul(arg + 6, NULL, 0);
	else if (!strncmp(arg, "us=", 3))
		period_us = (uint32_t)strtoul(arg + 3, NULL, 0);
}

int main(int argc, char *argv[])
{
	int i;

	for (i = 1; i < argc; i++)
		read_argument(argv[i]);
	if (timer_init() < 0) {
		printf("stress: no interrupt to be had\n");
		return 2;
	}
	uk_schedprio_thread_prio_set(uk_thread_current(), LEVEL_MAIN);
	warm_up();
	run_case(&allocator_case);
	run_case(&waiting_case);
	run_case(&births_case);
	run_case(&fp_case);
	printf("T,done,%u,%u,0\n", passed, failed);
	return failed ? 1 : 0;
}
