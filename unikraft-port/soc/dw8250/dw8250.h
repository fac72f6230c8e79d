/* SPDX-License-Identifier: BSD-3-Clause */
/* Synopsys DesignWare 8250 (DW_apb_uart) as a console. */
#ifndef __DW8250_H__
#define __DW8250_H__

#include <serial/serial.h>

struct dw8250 {
	/* From the board: */
	__uptr base;
	unsigned int irq;	/* BOARD_IRQ_NONE: receive by polling */
	unsigned int clock_hz;
	unsigned int baud;
	/* The driver's own: */
	struct serial port;
};

/*
 * Set 8n1 at the board's baud rate and register the console, which in the
 * error cases runs as the firmware left it.
 * @return 0; -EINVAL when the clock cannot give the baud rate; -EBUSY when
 *	the line never fell silent, so that the UART refused to change
 */
int dw8250_init(struct dw8250 *dev);

/*
 * Receive by interrupt from now on; the interrupt controller must be up.
 * @return 0, or what uk_intctlr_irq_register() answered: polling goes on
 */
int dw8250_irq_init(struct dw8250 *dev);

/* Wait until the last character is on the line; gives up on a dead UART. */
void dw8250_flush(struct dw8250 *dev);

#endif /* __DW8250_H__ */
