/* SPDX-License-Identifier: BSD-3-Clause */
/* Arm PrimeCell UART (PL011) as a console. */
#ifndef __PL011_H__
#define __PL011_H__

#include <serial/serial.h>

struct pl011 {
	/* From the board: */
	__uptr base;
	unsigned int irq;	/* BOARD_IRQ_NONE: receive by polling */
	unsigned int clock_hz;
	unsigned int baud;
	/* The driver's own: */
	struct serial port;
};

/*
 * Set 8n1 at the board's baud rate and register the console.
 * @return 0; -EINVAL when the clock cannot give the baud rate: the console
 *	is registered all the same and runs as the firmware left it
 */
int pl011_init(struct pl011 *dev);

/*
 * Receive by interrupt from now on; the interrupt controller must be up.
 * @return 0, or what uk_intctlr_irq_register() answered: polling goes on
 */
int pl011_irq_init(struct pl011 *dev);

/* Wait until the last character is on the line; gives up on a dead UART. */
void pl011_flush(struct pl011 *dev);

#endif /* __PL011_H__ */
