/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the build says of the board: which instances there are. The tables
 * are generated; a device that is not in the image has no instance.
 */
#ifndef COMMON_IO_BOARD_H
#define COMMON_IO_BOARD_H

#include <stdint.h>

struct i2c_bus;
struct spi_bus;
struct gpio_chip;
struct uart_port;

struct common_io_i2c {
	int32_t instance;
	struct i2c_bus *bus;
	int (*start)(void);	/* sets the controller up; 0 when it is up */
};

struct common_io_spi {
	int32_t instance;
	struct spi_bus *bus;
	int (*start)(void);
};

struct common_io_gpio {
	struct gpio_chip *chip;	/* NULL: none in the image */
	int (*start)(void);
};

struct common_io_uart {
	int32_t instance;
	struct uart_port *port;	/* a console, which is up before tasks are */
};

/* The last one has no bus, or no port. */
extern const struct common_io_i2c common_io_i2c[];
extern const struct common_io_spi common_io_spi[];
extern const struct common_io_uart common_io_uart[];
extern const struct common_io_gpio common_io_gpio;

#endif /* COMMON_IO_BOARD_H */
