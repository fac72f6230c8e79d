/* SPDX-License-Identifier: BSD-3-Clause */
/* The I2C controller of the Raspberry Pi as a FreeRTOS driver. */
#ifndef BCM2835_BSC_H
#define BCM2835_BSC_H

#include "../../mmio.h"
#include "i2c.h"

struct bcm2835_bsc {
	/* From the board: */
	uintptr_t base;
	uint32_t irq;		/* DRIVER_IRQ_NONE: poll */
	uint32_t clock_hz;	/* of the core, from which SCL is divided */
	/* The driver's own: */
	struct i2c_bus bus;
	SemaphoreHandle_t finished;
	StaticSemaphore_t finished_memory;
	uint32_t bus_hz, stretch_ms;
	/* The transfer under way: */
	volatile _Bool cancelled;
	const uint8_t *tx;
	uint8_t *rx;
	size_t left;		/* bytes still to move */
	volatile int result;	/* I2C_*, or BCM2835_BSC_BUSY */
};

/*
 * Set the bus to 100 kHz and make `bus` usable; once, before any transfer.
 * I2C_OK, or I2C_ERR_ARGUMENT when the clock cannot give 100 kHz or the
 * interrupt cannot be had.
 */
int bcm2835_bsc_init(struct bcm2835_bsc *dev);

/* Whether transfers are driven by interrupts. */
static inline _Bool bcm2835_bsc_has_interrupt(const struct bcm2835_bsc *dev)
{
	return dev->irq != DRIVER_IRQ_NONE;
}

#endif /* BCM2835_BSC_H */
