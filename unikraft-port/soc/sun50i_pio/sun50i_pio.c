/* SPDX-License-Identifier: BSD-3-Clause */
/* Port controller of the A64: Allwinner A64 User Manual V1.1. */
#include <uk/arch/lcpu.h>
#include <uk/assert.h>

#include "sun50i_pio.h"
#include "sun50i_pio_regs.h"

static volatile struct sun50i_pio_port *
sun50i_pio_port(const struct sun50i_pio *dev, unsigned int pin)
{
	UK_ASSERT(pin < SUN50I_PIO_PINS);
	return (volatile struct sun50i_pio_port *)dev->base
	       + pin / SUN50I_PIO_PORT_PINS;
}

static void sun50i_pio_set(volatile __u32 *reg, unsigned int shift,
			   __u32 mask, __u32 value)
{
	ioreg_write32(reg, (ioreg_read32(reg) & ~(mask << shift))
			   | value << shift);
}

void sun50i_pio_function(struct sun50i_pio *dev, unsigned int pin,
			 enum sun50i_pio_function function)
{
	volatile struct sun50i_pio_port *port = sun50i_pio_port(dev, pin);
	unsigned int n = pin % SUN50I_PIO_PORT_PINS;

	sun50i_pio_set(&port->cfg[n / SUN50I_PIO_CFG_PINS],
		       n % SUN50I_PIO_CFG_PINS * 4, SUN50I_PIO_CFG_MASK,
		       (__u32)function);
}

void sun50i_pio_pull(struct sun50i_pio *dev, unsigned int pin,
		     enum sun50i_pio_pull pull)
{
	volatile struct sun50i_pio_port *port = sun50i_pio_port(dev, pin);
	unsigned int n = pin % SUN50I_PIO_PORT_PINS;

	sun50i_pio_set(&port->pul[n / SUN50I_PIO_PUL_PINS],
		       n % SUN50I_PIO_PUL_PINS * 2, SUN50I_PIO_PUL_MASK,
		       (__u32)pull);
}
