/* SPDX-License-Identifier: BSD-3-Clause */
/* Mini UART of BCM2835 and its successors: BCM2835 ARM Peripherals, 2.2. */
#include <board.h>
#include <errno.h>
#include <uk/intctlr.h>

#include "bcm2835_aux.h"
#include "bcm2835_aux_regs.h"

/* The receive FIFO holds 8: ends even if "data ready" is stuck */
#define BCM2835_AUX_DRAIN_MAX	64

static inline volatile struct bcm2835_aux_regs *
bcm2835_aux_regs(const struct bcm2835_aux *dev)
{
	return (volatile struct bcm2835_aux_regs *)dev->base;
}

static inline volatile struct bcm2835_aux_mu_regs *
bcm2835_aux_mu_regs(const struct bcm2835_aux *dev)
{
	return (volatile struct bcm2835_aux_mu_regs *)dev->uart;
}

static inline struct bcm2835_aux *bcm2835_aux_of(struct serial *port)
{
	return __containerof(port, struct bcm2835_aux, port);
}

/* Reading the line status forgets an overrun, so every reader counts it. */
static __u32 bcm2835_aux_line_status(struct bcm2835_aux *dev)
{
	__u32 status = ioreg_read32(&bcm2835_aux_mu_regs(dev)->lsr);

	if (status & BCM2835_AUX_MU_LSR_OVERRUN)
		dev->port.rx_overruns++;
	return status;
}

static bool bcm2835_aux_put(struct serial *port, char c)
{
	struct bcm2835_aux *dev = bcm2835_aux_of(port);

	if (!(bcm2835_aux_line_status(dev) & BCM2835_AUX_MU_LSR_TX_SPACE))
		return false;
	ioreg_write32(&bcm2835_aux_mu_regs(dev)->io, (__u8)c);
	return true;
}

static void bcm2835_aux_drain(struct serial *port)
{
	struct bcm2835_aux *dev = bcm2835_aux_of(port);
	volatile struct bcm2835_aux_mu_regs *regs = bcm2835_aux_mu_regs(dev);

	for (int n = 0; n < BCM2835_AUX_DRAIN_MAX; n++) {
		__u32 status = bcm2835_aux_line_status(dev);

		if (!(status & BCM2835_AUX_MU_LSR_RX_READY))
			return;
		serial_receive(port, (char)ioreg_read32(&regs->io));
	}
}

static const struct serial_ops bcm2835_aux_ops = {
	.put = bcm2835_aux_put,
	.drain = bcm2835_aux_drain,
};

void bcm2835_aux_flush(struct bcm2835_aux *dev)
{
	for (int n = 0; n < SERIAL_IDLE_TRIES; n++) {
		if (bcm2835_aux_line_status(dev) & BCM2835_AUX_MU_LSR_TX_IDLE)
			return;
		ukarch_spinwait();
	}
}

/* The value of the baud register, to the nearest; negative: impossible. */
static __s64 bcm2835_aux_divisor(const struct bcm2835_aux *dev)
{
	__u64 unit = (__u64)dev->baud * 8;
	__u64 divisor;

	if (!unit)
		return -EINVAL;
	/* BCM2835 ARM Peripherals, 2.2.1: clock / (8 * baud) - 1 */
	divisor = (dev->clock_hz + unit / 2) / unit;
	if (!divisor || divisor - 1 > BCM2835_AUX_MU_BAUD_MAX)
		return -EINVAL;
	return (__s64)divisor - 1;
}

static void bcm2835_aux_set_line(struct bcm2835_aux *dev, __u32 divisor)
{
	volatile struct bcm2835_aux_mu_regs *regs = bcm2835_aux_mu_regs(dev);

	/* Let the firmware's last line out whole */
	bcm2835_aux_flush(dev);
	ioreg_write32(&regs->cntl, 0);
	ioreg_write32(&regs->lcr, BCM2835_AUX_MU_LCR_8_BIT);
	ioreg_write32(&regs->mcr, 0);
	ioreg_write32(&regs->iir, BCM2835_AUX_MU_IIR_CLEAR_RX |
				     BCM2835_AUX_MU_IIR_CLEAR_TX);
	ioreg_write32(&regs->baud, divisor);
}

int bcm2835_aux_init(struct bcm2835_aux *dev)
{
	volatile struct bcm2835_aux_mu_regs *regs = bcm2835_aux_mu_regs(dev);
	volatile __u32 *enables = &bcm2835_aux_regs(dev)->enables;
	__s64 divisor = bcm2835_aux_divisor(dev);

	/*
	 * BCM2835 ARM Peripherals, 2.1.1: without its enable bit the mini
	 * UART has no registers. The other bits are the two SPI masters'.
	 */
	ioreg_write32(enables, ioreg_read32(enables) | BCM2835_AUX_ENABLES_MU);
	ioreg_write32(&regs->ier, 0);
	if (divisor >= 0)
		bcm2835_aux_set_line(dev, (__u32)divisor);
	ioreg_write32(&regs->cntl,
		      BCM2835_AUX_MU_CNTL_RX | BCM2835_AUX_MU_CNTL_TX);
	serial_register(&dev->port, "bcm2835-aux", &bcm2835_aux_ops);
	return divisor >= 0 ? 0 : -EINVAL;
}

static int bcm2835_aux_interrupt(void *arg)
{
	struct bcm2835_aux *dev = arg;

	/* The two SPI masters share the line */
	if (!(ioreg_read32(&bcm2835_aux_regs(dev)->irq) & BCM2835_AUX_IRQ_MU))
		return 0;
	/* Level: an empty FIFO takes the interrupt away */
	bcm2835_aux_drain(&dev->port);
	return 1;
}

int bcm2835_aux_irq_init(struct bcm2835_aux *dev)
{
	unsigned long flags;
	int rc;

	if (dev->irq == BOARD_IRQ_NONE)
		return 0;
	rc = uk_intctlr_irq_register(dev->irq, bcm2835_aux_interrupt, dev);
	if (rc)
		return rc;
	flags = ukplat_lcpu_save_irqf();
	dev->port.irq_driven = true;
	ioreg_write32(&bcm2835_aux_mu_regs(dev)->ier,
		      BCM2835_AUX_MU_IER_RX | BCM2835_AUX_MU_IER_NEEDED);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}
