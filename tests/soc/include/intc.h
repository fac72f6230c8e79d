/* SPDX-License-Identifier: BSD-3-Clause */
/* In place of the core's: dispatch goes out to Python. */
#ifndef __INTC_H__
#define __INTC_H__

#include <uk/intctlr.h>

extern void (*ukplat_handle_irq)(void);

bool intc_dispatch(unsigned int irq);

#endif /* __INTC_H__ */
