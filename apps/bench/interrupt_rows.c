/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Interrupts, attached as drivers attach them: one that software raises in
 * the GIC, and the physical timer, which nothing else here uses.
 */
#include "bench.h"

#include "semphr.h"

#if __has_include("gicv2.h")
#include <uk/arch/lcpu.h>

#include "gicv2.h"
#include "gicv2_regs.h"
#include "board_devices.h"

#define SGI	1
/* Arm's Base System Architecture: PPI 14 is the non-secure physical timer. */
#define TIMER	30

/* What the interrupts wake, and when the time of a sample began. */
static TaskHandle_t target;
static SemaphoreHandle_t semaphore;
static volatile uint64_t begin;
static volatile bool fired;

static void timer_arm(uint64_t compare)
{
	SYSREG_WRITE64(cntp_cval_el0, compare);
	SYSREG_WRITE64(cntp_ctl_el0, 1);
}

/* ---- Handlers ---- */

static void handle_nothing(void *arg)
{
	(void)arg;
}

static void handle_notify(void *arg)
{
	BaseType_t woken = pdFALSE;

	(void)arg;
	vTaskNotifyGiveFromISR(target, &woken);
	portYIELD_FROM_ISR(woken);
}

static void handle_give(void *arg)
{
	BaseType_t woken = pdFALSE;

	(void)arg;
	xSemaphoreGiveFromISR(semaphore, &woken);
	portYIELD_FROM_ISR(woken);
}

static void handle_timer(void *arg)
{
	SYSREG_WRITE64(cntp_ctl_el0, 0);
	handle_notify(arg);
	fired = true;
}

static void attach(uint32_t number, XInterruptHandler handler)
{
	xPortInstallInterruptHandler(number, handler, NULL);
	vPortEnableInterrupt(number);
}

/* ---- Who is woken ---- */

static void wake_by_notification(void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0;; i++) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		series_add(bench_series2, i, series_now() - begin);
	}
}

static void wake_by_semaphore(void *arg)
{
	uint32_t i;

	(void)arg;
	for (i = 0;; i++) {
		xSemaphoreTake(semaphore, portMAX_DELAY);
		series_add(bench_series2, i, series_now() - begin);
	}
}

/* ---- Rows ---- */

/* The interrupt comes within two instructions of the store. */
#define RAISE(sgir) do {						\
	*(sgir) = GICV2_SGIR_TARGET_SELF | SGI;				\
	__asm__ __volatile__("nop; nop");				\
} while (0)

static void by_software(void)
{
	volatile struct gicv2_dist_regs *dist
		= (volatile struct gicv2_dist_regs *)board_gic.dist;
	volatile __u32 *sgir = &dist->sgir;

	attach(SGI, handle_nothing);
	BENCH_MEASURE(bench_series, RAISE(sgir));
	bench_report("isr.sgi_empty_roundtrip", bench_series);

	attach(SGI, handle_notify);
	target = bench_start(wake_by_notification, BENCH_PRIORITY + 1);
	BENCH_MEASURE_SHARED(begin, bench_series, RAISE(sgir));
	bench_report("isr.sgi_to_task_notify", bench_series2);
	bench_report("isr.sgi_to_task_notify_roundtrip", bench_series);
	bench_stop();

	attach(SGI, handle_give);
	semaphore = xSemaphoreCreateBinary();
	bench_start(wake_by_semaphore, BENCH_PRIORITY + 1);
	BENCH_MEASURE_SHARED(begin, bench_series, RAISE(sgir));
	bench_report("isr.sgi_to_task_sem", bench_series2);
	bench_series->count = 0;
	bench_stop();
	vSemaphoreDelete(semaphore);
	vPortDisableInterrupt(SGI);
}

/* From the compare value on, while a lower task computes. */
static void by_timer_busy(void)
{
	uint64_t compare;
	uint32_t i;

	target = bench_start(wake_by_notification, BENCH_PRIORITY + 1);
	for (i = 0; i < ROUNDS; i++) {
		fired = false;
		compare = series_now() + 3000 + i % 7;
		begin = compare;
		timer_arm(compare);
		while (!fired)
			;
	}
	series_report("isr.timer_to_task_busy", bench_series2, 1, false);
	bench_stop();
}

/* The same while the processor sleeps. */
static void by_timer_idle(void)
{
	uint64_t compare, woken;
	uint32_t i;

	target = bench_task;
	for (i = 0; i < ROUNDS; i++) {
		compare = series_now() + 5000;
		timer_arm(compare);
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		woken = series_now();
		series_add(bench_series, i, woken - compare);
	}
	series_report("isr.timer_to_task_idle", bench_series, 1, false);
}

void bench_interrupt(void)
{
	by_software();
	attach(TIMER, handle_timer);
	by_timer_busy();
	by_timer_idle();
	vPortDisableInterrupt(TIMER);
}
#else
/* No such interrupt controller on this board. */
void bench_interrupt(void)
{
}
#endif
