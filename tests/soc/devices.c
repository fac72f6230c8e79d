/* SPDX-License-Identifier: BSD-3-Clause */
/* One device of each kind, as the generated board.c would define it. */
#include <bcm2711_gpio/bcm2711_gpio.h>
#include <bcm2835_aux/bcm2835_aux.h>
#include <bcm2835_gpio/bcm2835_gpio.h>
#include <bcm2835_mbox/bcm2835_mbox.h>
#include <bcm2835_pm/bcm2835_pm.h>
#include <bcm2836_intc/bcm2836_intc.h>
#include <dw8250/dw8250.h>
#include <gicv2/gicv2.h>
#include <pl011/pl011.h>
#include <sun50i_pio/sun50i_pio.h>
#include <psci/psci.h>

#define HOST_SERIAL(driver)						\
struct driver *host_##driver(__u64 base, __u32 irq, __u32 clock_hz,	\
			     __u32 baud)				\
{									\
	static struct driver dev;					\
									\
	dev = (struct driver){						\
		.base = base,						\
		.irq = irq,						\
		.clock_hz = clock_hz,					\
		.baud = baud,						\
	};								\
	return &dev;							\
}

#define HOST_DEVICE(driver)						\
struct driver *host_##driver(__u64 base)				\
{									\
	static struct driver dev;					\
									\
	dev = (struct driver){ .base = base };				\
	return &dev;							\
}

HOST_SERIAL(pl011)
HOST_SERIAL(dw8250)
HOST_DEVICE(bcm2835_pm)
HOST_DEVICE(bcm2835_mbox)
HOST_DEVICE(bcm2835_gpio)
HOST_DEVICE(bcm2711_gpio)
HOST_DEVICE(sun50i_pio)

/* Both regions of the mini UART from the block's base, as they lie there */
struct bcm2835_aux *host_bcm2835_aux(__u64 base, __u32 irq, __u32 clock_hz,
				     __u32 baud)
{
	static struct bcm2835_aux dev;

	dev = (struct bcm2835_aux){
		.base = base,
		.uart = base + 0x40,
		.irq = irq,
		.clock_hz = clock_hz,
		.baud = baud,
	};
	return &dev;
}

struct gicv2 *host_gicv2(__u64 dist, __u64 cpu)
{
	static struct gicv2 dev;

	dev = (struct gicv2){ .dist = dist, .cpu = cpu };
	return &dev;
}

struct bcm2836_intc *host_bcm2836_intc(__u64 local, __u64 armctrl)
{
	static struct bcm2836_intc dev;

	dev = (struct bcm2836_intc){ .local = local, .armctrl = armctrl };
	return &dev;
}

struct psci *host_psci(__u32 conduit)
{
	static struct psci dev;

	dev = (struct psci){ .conduit = conduit };
	return &dev;
}
