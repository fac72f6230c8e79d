/* SPDX-License-Identifier: BSD-3-Clause */
/* The one interrupt of the conformance program. */
#ifndef __INTERRUPT_H__
#define __INTERRUPT_H__

#include <stdint.h>

/* Let @p handler run at each interrupt. Negative: it cannot be had. */
int conformance_interrupt_init(void (*handler)(void));

/* Ask for the interrupt, now or about @p us later. */
void conformance_raise_interrupt(void);
void conformance_raise_interrupt_after(uint32_t us);

/* In the handler, first: take the request back. */
void conformance_clear_interrupt(void);

#endif /* __INTERRUPT_H__ */
