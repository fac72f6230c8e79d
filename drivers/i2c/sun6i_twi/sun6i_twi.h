/* SPDX-License-Identifier: BSD-3-Clause */
/* The I2C controller (TWI) of Allwinner chips since the A31, for FreeRTOS. */
#ifndef SUN6I_TWI_H
#define SUN6I_TWI_H

#include "../../mmio.h"
#include "i2c.h"

struct sun6i_twi {
	/* From the board: */
	uintptr_t base;
	uint32_t irq;		/* DRIVER_IRQ_NONE: poll */
	uint32_t clock_hz;	/* of APB2, from which SCL is divided */
	/* The driver's own: */
	struct i2c_bus bus;
	SemaphoreHandle_t finished;
	StaticSemaphore_t finished_memory;
	uint32_t bus_hz, stretch_ms, ccr;
	/* The transfer under way: */
	uint8_t address;
	const uint8_t *tx;
	uint8_t *rx;
	size_t to_send, to_receive;	/* bytes */
	volatile _Bool cancelled;
	volatile int result;	/* I2C_*, or SUN6I_TWI_BUSY */
};

/*
 * Set the bus to 100 kHz and make `bus` usable; once, before any transfer.
 * Its clock must be on and its reset off. I2C_OK, or I2C_ERR_ARGUMENT when
 * the clock cannot give 100 kHz or the interrupt cannot be had.
 */
int sun6i_twi_init(struct sun6i_twi *dev);

/* Whether transfers are driven by interrupts. */
static inline _Bool sun6i_twi_has_interrupt(const struct sun6i_twi *dev)
{
	return dev->irq != DRIVER_IRQ_NONE;
}

#endif /* SUN6I_TWI_H */
