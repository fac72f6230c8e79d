/* SPDX-License-Identifier: BSD-3-Clause */
/* Interrupts by number. */
typedef int (*uk_intctlr_irq_handler_func_t)(void *);
int uk_intctlr_irq_register(unsigned int irq,
			    uk_intctlr_irq_handler_func_t handler, void *arg);
int uk_intctlr_irq_unregister(unsigned int irq,
			      uk_intctlr_irq_handler_func_t handler);
