/* SPDX-License-Identifier: BSD-3-Clause */
/* NOR flash memories on an SPI bus: who they are. */
#ifndef SPI_NOR_H
#define SPI_NOR_H

#include "spi.h"

/* JEDEC JEP106 and the maker's own two bytes */
struct spi_nor_id {
	uint8_t maker;
	uint8_t type;
	uint8_t capacity;	/* mostly as power of 2 */
};

/* Nobody drives the line, or a part that knows no such command. */
#define SPI_NOR_ERR_NONE	(-100)

/* Ask the part at a chip select who it is: SPI_OK or an error. */
int spi_nor_read_id(struct spi_bus *bus, uint8_t select,
		    struct spi_nor_id *id);

#endif /* SPI_NOR_H */
