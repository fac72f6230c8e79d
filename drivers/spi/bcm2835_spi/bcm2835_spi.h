/* SPDX-License-Identifier: BSD-3-Clause */
/* SPI0 of the Raspberry Pi as a FreeRTOS driver. */
#ifndef BCM2835_SPI_H
#define BCM2835_SPI_H

#include "../../mmio.h"
#include "spi.h"

struct bcm2835_spi {
	/* From the board: */
	uintptr_t base;
	uint32_t irq;		/* DRIVER_IRQ_NONE: poll */
	uint32_t clock_hz;	/* of the core, from which SCLK is divided */
	/* The driver's own: */
	struct spi_bus bus;
	SemaphoreHandle_t finished;
	StaticSemaphore_t finished_memory;
	/* The transfer under way: */
	const uint8_t *tx;
	uint8_t *rx;
	size_t to_send, to_receive;	/* bytes */
	uint8_t fill;
	volatile _Bool cancelled;
	volatile int result;	/* SPI_*, or BCM2835_SPI_BUSY */
};

/*
 * Make `bus` usable; once, before any transfer. SPI_OK, or SPI_ERR_ARGUMENT
 * when the board gives no clock or the interrupt cannot be had.
 */
int bcm2835_spi_init(struct bcm2835_spi *dev);

/* Whether transfers are driven by interrupts. */
static inline _Bool bcm2835_spi_has_interrupt(const struct bcm2835_spi *dev)
{
	return dev->irq != DRIVER_IRQ_NONE;
}

#endif /* BCM2835_SPI_H */
