/* SPDX-License-Identifier: BSD-3-Clause */
/* One thread, no interrupts */
#define ukplat_lcpu_save_irqf()		0UL
#define ukplat_lcpu_restore_irqf(flags)	((void)(flags))
