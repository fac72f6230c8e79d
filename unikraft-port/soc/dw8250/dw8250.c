/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Synopsys DesignWare 8250 (DW_apb_uart): a 16550 that refuses to change
 * its line settings while it is busy, and says so by an interrupt.
 */
#include <board.h>
#include <errno.h>
#include <uk/intctlr.h>

#include "dw8250.h"
#include "dw8250_regs.h"

/* The A64's receive FIFO holds 64: ends even if "data ready" is stuck */
#define DW8250_DRAIN_MAX	256

/*
 * Writes of LCR; between two, whatever keeps the UART busy is flushed. At
 * least 10 ms, so that even a pasted text leaves a gap.
 */
#define DW8250_LCR_TRIES	100000

static inline volatile struct dw8250_regs *dw8250_regs(const struct dw8250 *dev)
{
	return (volatile struct dw8250_regs *)dev->base;
}

static inline struct dw8250 *dw8250_of(struct serial *port)
{
	return __containerof(port, struct dw8250, port);
}

/*
 * Reading the line status forgets errors, so every reader deals with them:
 * count, and take the bad character off the top of the FIFO.
 */
static __u32 dw8250_line_status(struct dw8250 *dev)
{
	volatile struct dw8250_regs *regs = dw8250_regs(dev);
	__u32 status = ioreg_read32(&regs->lsr);

	if (status & DW8250_LSR_OE)
		dev->port.rx_overruns++;
	if (status & DW8250_LSR_BAD) {
		dev->port.rx_errors++;
		(void)ioreg_read32(&regs->rbr_thr_dll);
	}
	return status;
}

static bool dw8250_put(struct serial *port, char c)
{
	struct dw8250 *dev = dw8250_of(port);

	if (!(dw8250_line_status(dev) & DW8250_LSR_THRE))
		return false;
	ioreg_write32(&dw8250_regs(dev)->rbr_thr_dll, (__u8)c);
	return true;
}

static void dw8250_drain(struct serial *port)
{
	struct dw8250 *dev = dw8250_of(port);
	volatile struct dw8250_regs *regs = dw8250_regs(dev);

	for (int n = 0; n < DW8250_DRAIN_MAX; n++) {
		__u32 status = dw8250_line_status(dev);

		if (status & DW8250_LSR_BAD)
			continue;
		if (!(status & DW8250_LSR_DR))
			return;
		serial_receive(port, (char)ioreg_read32(&regs->rbr_thr_dll));
	}
}

static const struct serial_ops dw8250_ops = {
	.put = dw8250_put,
	.drain = dw8250_drain,
};

void dw8250_flush(struct dw8250 *dev)
{
	for (int n = 0; n < SERIAL_IDLE_TRIES; n++) {
		if (dw8250_line_status(dev) & DW8250_LSR_TEMT)
			return;
		ukarch_spinwait();
	}
}

/* To the nearest; 0 when the clock cannot give the baud rate. */
static __u32 dw8250_divisor(const struct dw8250 *dev)
{
	__u64 unit = (__u64)dev->baud * 16;
	__u64 divisor;

	if (!unit)
		return 0;
	divisor = (dev->clock_hz + unit / 2) / unit;
	return divisor <= DW8250_DIVISOR_MAX ? (__u32)divisor : 0;
}

/*
 * DW_apb_uart Databook, LCR: "writeable only when UART is not busy", which
 * a received character is enough to be. So: write, look, flush, again.
 */
static int dw8250_write_lcr(struct dw8250 *dev, __u32 value)
{
	volatile struct dw8250_regs *regs = dw8250_regs(dev);

	for (int n = 0; n < DW8250_LCR_TRIES; n++) {
		ioreg_write32(&regs->lcr, value);
		if (ioreg_read32(&regs->lcr) == value)
			return 0;
		ioreg_write32(&regs->iir_fcr, DW8250_FCR_FIFOE |
					      DW8250_FCR_RFIFOR |
					      DW8250_FCR_XFIFOR);
		(void)ioreg_read32(&regs->rbr_thr_dll);
		ukarch_spinwait();
	}
	return -EBUSY;
}

static int dw8250_set_line(struct dw8250 *dev, __u32 divisor)
{
	volatile struct dw8250_regs *regs = dw8250_regs(dev);
	int rc;

	/* Let the firmware's last line out whole */
	dw8250_flush(dev);
	rc = dw8250_write_lcr(dev, DW8250_LCR_DLAB | DW8250_LCR_DLS_8);
	if (rc)
		return rc;
	ioreg_write32(&regs->rbr_thr_dll, divisor & 0xff);
	ioreg_write32(&regs->ier_dlh, divisor >> 8);
	return dw8250_write_lcr(dev, DW8250_LCR_DLS_8);
}

int dw8250_init(struct dw8250 *dev)
{
	volatile struct dw8250_regs *regs = dw8250_regs(dev);
	__u32 divisor = dw8250_divisor(dev);
	int rc = -EINVAL;

	ioreg_write32(&regs->ier_dlh, 0);
	if (divisor)
		rc = dw8250_set_line(dev, divisor);
	ioreg_write32(&regs->iir_fcr, DW8250_FCR_FIFOE | DW8250_FCR_RT_1_4);
	/* Refused settings may have raised the busy interrupt */
	(void)ioreg_read32(&regs->usr);
	serial_register(&dev->port, "dw8250", &dw8250_ops);
	return rc;
}

static int dw8250_interrupt(void *arg)
{
	struct dw8250 *dev = arg;
	volatile struct dw8250_regs *regs = dw8250_regs(dev);
	__u32 id = ioreg_read32(&regs->iir_fcr) & DW8250_IIR_ID;

	if (id == DW8250_IIR_NONE)
		return 0;
	if (id == DW8250_IIR_BUSY)
		(void)ioreg_read32(&regs->usr);
	/*
	 * A timeout with an empty FIFO happens, and only a read of the
	 * receive buffer ends it.
	 */
	if (id == DW8250_IIR_TIMEOUT &&
	    !(dw8250_line_status(dev) & DW8250_LSR_DR))
		(void)ioreg_read32(&regs->rbr_thr_dll);
	dw8250_drain(&dev->port);
	return 1;
}

int dw8250_irq_init(struct dw8250 *dev)
{
	unsigned long flags;
	int rc;

	if (dev->irq == BOARD_IRQ_NONE)
		return 0;
	rc = uk_intctlr_irq_register(dev->irq, dw8250_interrupt, dev);
	if (rc)
		return rc;
	flags = ukplat_lcpu_save_irqf();
	dev->port.irq_driven = true;
	ioreg_write32(&dw8250_regs(dev)->ier_dlh,
		      DW8250_IER_ERBFI | DW8250_IER_ELSI);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}
