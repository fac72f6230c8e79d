/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the watchdog: A64 User Manual V1.1, Timer register list. */
#ifndef SUN6I_WDT_REGS_H
#define SUN6I_WDT_REGS_H

#include <stddef.h>
#include <stdint.h>

struct sun6i_wdt_regs {
	uint32_t irq_en;	/* 0x00 WDOG0_IRQ_EN_REG */
	uint32_t irq_sta;	/* 0x04 WDOG0_IRQ_STA_REG */
	uint32_t reserved_08[2];
	uint32_t ctrl;		/* 0x10 WDOG0_CTRL_REG */
	uint32_t cfg;		/* 0x14 WDOG0_CFG_REG */
	uint32_t mode;		/* 0x18 WDOG0_MODE_REG */
};
_Static_assert(offsetof(struct sun6i_wdt_regs, ctrl) == 0x10, "CTRL");
_Static_assert(offsetof(struct sun6i_wdt_regs, cfg) == 0x14, "CFG");
_Static_assert(offsetof(struct sun6i_wdt_regs, mode) == 0x18, "MODE");

/* WDOG0_CTRL_REG: begin anew, only with the key in bits 12-1 */
#define SUN6I_WDT_CTRL_RESTART		(0xa57U << 1 | 1U << 0)
/* WDOG0_CFG_REG: 1 resets the whole system */
#define SUN6I_WDT_CFG_RESET		1U
/* WDOG0_MODE_REG: enable, interval in bits 7-4 */
#define SUN6I_WDT_MODE_ENABLE		(1U << 0)
#define SUN6I_WDT_MODE_INTERVAL(n)	((n) << 4)

/* WDOG0_MODE_REG: seconds of the intervals 1 to 11; 0 is half a second */
#define SUN6I_WDT_INTERVALS		{ 1, 2, 3, 4, 5, 6, 8, 10, 12, 14, 16 }
#define SUN6I_WDT_SECONDS_MAX		16U

#endif /* SUN6I_WDT_REGS_H */
