/* SPDX-License-Identifier: BSD-3-Clause */
/* Port controller of the Allwinner A64: what a pin does, its pull. */
#ifndef __SUN50I_PIO_H__
#define __SUN50I_PIO_H__

#include <uk/essentials.h>

struct sun50i_pio {
	/* From the board: */
	__uptr base;
};

/* A64 User Manual V1.1, Pn_CFG: select values; 2 to 5 differ by pin */
enum sun50i_pio_function {
	SUN50I_PIO_INPUT = 0,
	SUN50I_PIO_OUTPUT = 1,
	SUN50I_PIO_ALT2 = 2,
	SUN50I_PIO_ALT3 = 3,
	SUN50I_PIO_ALT4 = 4,
	SUN50I_PIO_ALT5 = 5,
};

/* A64 User Manual V1.1, Pn_PULL */
enum sun50i_pio_pull {
	SUN50I_PIO_PULL_NONE = 0,
	SUN50I_PIO_PULL_UP = 1,
	SUN50I_PIO_PULL_DOWN = 2,
};

/*
 * Both for pins PA0 (0) to PH31 (255); call them with interrupts off or
 * before threads.
 */
void sun50i_pio_function(struct sun50i_pio *dev, unsigned int pin,
			 enum sun50i_pio_function function);
void sun50i_pio_pull(struct sun50i_pio *dev, unsigned int pin,
		     enum sun50i_pio_pull pull);

#endif /* __SUN50I_PIO_H__ */
