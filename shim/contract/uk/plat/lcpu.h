/* SPDX-License-Identifier: BSD-3-Clause */
/* The interrupt mask of the processor. */
void ukplat_lcpu_enable_irq(void);
void ukplat_lcpu_disable_irq(void);
unsigned long ukplat_lcpu_save_irqf(void);
void ukplat_lcpu_restore_irqf(unsigned long flags);
int ukplat_lcpu_irqs_disabled(void);
void ukplat_lcpu_halt_irq(void);
