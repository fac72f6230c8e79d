/* SPDX-License-Identifier: BSD-3-Clause */
/* Arm PrimeCell UART (PL011): Arm DDI 0183G. */
#include <board.h>
#include <errno.h>
#include <uk/intctlr.h>

#include "pl011.h"
#include "pl011_regs.h"

/* Twice the largest FIFO: ends even if RXFE is stuck or input never pauses */
#define PL011_DRAIN_MAX		64

static inline volatile struct pl011_regs *pl011_regs(const struct pl011 *dev)
{
	return (volatile struct pl011_regs *)dev->base;
}

static inline struct pl011 *pl011_of(struct serial *port)
{
	return __containerof(port, struct pl011, port);
}

static bool pl011_put(struct serial *port, char c)
{
	volatile struct pl011_regs *regs = pl011_regs(pl011_of(port));

	if (ioreg_read32(&regs->fr) & PL011_FR_TXFF)
		return false;
	ioreg_write32(&regs->dr, (__u8)c);
	return true;
}

static void pl011_drain(struct serial *port)
{
	volatile struct pl011_regs *regs = pl011_regs(pl011_of(port));

	for (int n = 0; n < PL011_DRAIN_MAX; n++) {
		__u32 data;

		if (ioreg_read32(&regs->fr) & PL011_FR_RXFE)
			return;
		data = ioreg_read32(&regs->dr);
		/* The overrun lies before this character, which is good */
		if (data & PL011_DR_OE)
			port->rx_overruns++;
		if (data & (PL011_DR_FE | PL011_DR_PE | PL011_DR_BE))
			port->rx_errors++;
		else
			serial_receive(port, (char)(data & PL011_DR_DATA));
	}
}

static const struct serial_ops pl011_ops = {
	.put = pl011_put,
	.drain = pl011_drain,
};

void pl011_flush(struct pl011 *dev)
{
	volatile struct pl011_regs *regs = pl011_regs(dev);

	for (int n = 0; n < SERIAL_IDLE_TRIES; n++) {
		if (!(ioreg_read32(&regs->fr) & PL011_FR_BUSY))
			return;
		ukarch_spinwait();
	}
}

/* The divisor in 1/64, to the nearest; 0 when the clock cannot give it. */
static __u32 pl011_divisor(const struct pl011 *dev)
{
	__u64 divisor;

	if (!dev->baud)
		return 0;
	/* Arm DDI 0183G, 3.3.6: clock / (16 * baud), times 64 */
	divisor = ((__u64)dev->clock_hz * 4 + dev->baud / 2) / dev->baud;
	/* Arm DDI 0183G, 3.3.6: from 1 to 65535, 65535 without fraction */
	if (divisor < (1U << PL011_FBRD_BITS) ||
	    divisor > (PL011_IBRD_MAX << PL011_FBRD_BITS))
		return 0;
	return (__u32)divisor;
}

static void pl011_set_line(struct pl011 *dev, __u32 divisor)
{
	volatile struct pl011_regs *regs = pl011_regs(dev);

	/*
	 * Arm DDI 0183G, 3.3.8: disable the UART, wait for the end of the
	 * current character, flush the FIFO by FEN = 0, then reprogram.
	 * Waiting first lets the firmware's last line out whole.
	 */
	pl011_flush(dev);
	ioreg_write32(&regs->cr, 0);
	ioreg_write32(&regs->lcr_h, 0);
	ioreg_write32(&regs->ibrd, divisor >> PL011_FBRD_BITS);
	ioreg_write32(&regs->fbrd, divisor & PL011_FBRD_MASK);
	/* Arm DDI 0183G, 3.3.7: writing LCR_H takes over IBRD and FBRD */
	ioreg_write32(&regs->lcr_h, PL011_LCR_H_WLEN_8 | PL011_LCR_H_FEN);
	/* Leaves 12 of 16 characters, 1 ms at 115200 baud, for latency */
	ioreg_write32(&regs->ifls, PL011_IFLS_RX_1_4 | PL011_IFLS_TX_1_2);
}

int pl011_init(struct pl011 *dev)
{
	volatile struct pl011_regs *regs = pl011_regs(dev);
	__u32 divisor = pl011_divisor(dev);

	ioreg_write32(&regs->imsc, 0);
	if (divisor)
		pl011_set_line(dev, divisor);
	ioreg_write32(&regs->icr, PL011_INT_ALL);
	ioreg_write32(&regs->cr,
		      PL011_CR_UARTEN | PL011_CR_TXE | PL011_CR_RXE);
	serial_register(&dev->port, "pl011", &pl011_ops);
	return divisor ? 0 : -EINVAL;
}

static int pl011_interrupt(void *arg)
{
	struct pl011 *dev = arg;
	volatile struct pl011_regs *regs = pl011_regs(dev);
	__u32 status = ioreg_read32(&regs->mis);

	/* BCM2711: five UARTs share one line */
	if (!status)
		return 0;
	/*
	 * Arm DDI 0183G, UARTRXINTR and UARTRTINTR: reading takes them
	 * back, and only as far as it gets. Clearing them as well would lose those of
	 * characters that are left in the FIFO.
	 */
	if (ioreg_read32(&regs->fr) & PL011_FR_RXFE)
		ioreg_write32(&regs->icr, status);
	else
		pl011_drain(&dev->port);
	return 1;
}

int pl011_irq_init(struct pl011 *dev)
{
	volatile struct pl011_regs *regs = pl011_regs(dev);
	unsigned long flags;
	int rc;

	if (dev->irq == BOARD_IRQ_NONE)
		return 0;
	rc = uk_intctlr_irq_register(dev->irq, pl011_interrupt, dev);
	if (rc)
		return rc;
	flags = ukplat_lcpu_save_irqf();
	dev->port.irq_driven = true;
	ioreg_write32(&regs->imsc, PL011_INT_RX | PL011_INT_RT);
	/* What came before has raised its interrupt in vain */
	pl011_drain(&dev->port);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}
