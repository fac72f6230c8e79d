/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: models of both watchdogs that count time, behind the
 * register accesses; compiled with MMIO_RECORDED, as the drivers.
 */
#include <string.h>

#include "FreeRTOS.h"

#include "bcm2835_wdt.h"
#include "bcm2835_wdt_regs.h"
#include "sun6i_wdt.h"
#include "sun6i_wdt_regs.h"

static struct {
	struct bcm2835_wdt_regs pm;
	struct sun6i_wdt_regs timer;
} registers;

static struct {
	uint32_t rstc, rsts, wdog;	/* of the Raspberry Pi */
	uint32_t cfg, mode;		/* of the A64 */
	uint64_t left_ms;		/* of what runs */
	uint32_t running, bitten;
} m;

static struct bcm2835_wdt pm;
static struct sun6i_wdt timer;

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	if (reg == &registers.pm.rstc)
		return m.rstc;
	if (reg == &registers.pm.rsts)
		return m.rsts;
	return reg == &registers.pm.wdog ? m.wdog : 0;
}

static void pm_write(volatile uint32_t *reg, uint32_t value)
{
	/* U-Boot, mach/wdog.h: without the password nothing happens */
	if (value >> 24 != 0x5a)
		return;
	value &= 0xffffff;
	if (reg == &registers.pm.wdog)
		m.wdog = value & 0xfffff;
	if (reg != &registers.pm.rstc)
		return;
	m.rstc = value;
	m.running = (value & 0x30) == 0x20;
	m.left_ms = (uint64_t)m.wdog * 1000 / 65536;
}

/* A64 User Manual, WDOG0_MODE_REG: the interval's values */
static uint32_t interval_ms(void)
{
	static const uint32_t ms[16] = { 500, 1000, 2000, 3000, 4000, 5000,
		6000, 8000, 10000, 12000, 14000, 16000 };

	return ms[m.mode >> 4 & 0xf];
}

static void timer_write(volatile uint32_t *reg, uint32_t value)
{
	if (reg == &registers.timer.cfg)
		m.cfg = value;
	if (reg == &registers.timer.mode) {
		m.mode = value;
		m.running = value & 1;
		m.left_ms = interval_ms();
	}
	if (reg == &registers.timer.ctrl && value == (0xa57 << 1 | 1))
		m.left_ms = interval_ms();
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	if ((uintptr_t)reg < (uintptr_t)&registers.timer)
		pm_write(reg, value);
	else
		timer_write(reg, value);
}

void mmio_barrier(void)
{
}

static struct watchdog *watchdog(uint32_t is_a64)
{
	return is_a64 ? &timer.watchdog : &pm.watchdog;
}

void model_reset(uint32_t rsts)
{
	memset(&m, 0, sizeof(m));
	m.rstc = 0x102;
	m.rsts = rsts;
	pm.base = (uintptr_t)&registers.pm;
	timer.base = (uintptr_t)&registers.timer;
	bcm2835_wdt_init(&pm);
	sun6i_wdt_init(&timer);
}

/* Let time pass; whether it has bitten by then. */
uint32_t model_time(uint32_t is_a64, uint32_t ms)
{
	if (m.running && m.left_ms <= ms && (!is_a64 || m.cfg == 1))
		m.bitten = 1;
	m.left_ms -= m.left_ms < ms ? m.left_ms : ms;
	return m.bitten;
}

int model_start(uint32_t is_a64, uint32_t seconds)
{
	return watchdog_start(watchdog(is_a64), seconds);
}

int model_kick(uint32_t is_a64)
{
	return watchdog_kick(watchdog(is_a64));
}

void model_stop(uint32_t is_a64)
{
	watchdog_stop(watchdog(is_a64));
}

uint32_t model_max(uint32_t is_a64)
{
	return watchdog(is_a64)->max_seconds;
}

int model_reason(uint32_t is_a64)
{
	return (int)watchdog_reason(watchdog(is_a64));
}
