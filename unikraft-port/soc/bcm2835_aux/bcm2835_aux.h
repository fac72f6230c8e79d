/* SPDX-License-Identifier: BSD-3-Clause */
/* The Raspberry Pi's mini UART (UART1 of the auxiliary block) as a console. */
#ifndef __BCM2835_AUX_H__
#define __BCM2835_AUX_H__

#include <serial/serial.h>

struct bcm2835_aux {
	/* From the board: */
	__uptr base;		/* enables and interrupts, shared with SPI */
	__uptr uart;		/* the mini UART */
	unsigned int irq;	/* BOARD_IRQ_NONE: receive by polling */
	unsigned int clock_hz;	/* the VPU core clock: config.txt fixes it */
	unsigned int baud;
	/* The driver's own: */
	struct serial port;
};

/*
 * Set 8n1 at the board's baud rate and register the console.
 * @return 0; -EINVAL when the clock cannot give the baud rate: the console
 *	is registered all the same and runs as the firmware left it
 */
int bcm2835_aux_init(struct bcm2835_aux *dev);

/*
 * Receive by interrupt from now on; the interrupt controller must be up.
 * @return 0, or what uk_intctlr_irq_register() answered: polling goes on
 */
int bcm2835_aux_irq_init(struct bcm2835_aux *dev);

/* Wait until the last character is on the line; gives up on a dead UART. */
void bcm2835_aux_flush(struct bcm2835_aux *dev);

#endif /* __BCM2835_AUX_H__ */
