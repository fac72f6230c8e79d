/* SPDX-License-Identifier: BSD-3-Clause */
/* NOR flash on SPI: Winbond W25Q80DV data sheet, revision H. */
#include "FreeRTOS.h"

#include "spi_nor.h"

/* W25Q80DV, table 8.2.2: Read JEDEC ID */
#define SPI_NOR_READ_ID	0x9f

/* Any part of the kind does 25 MHz; wires on a desk do less. */
#define SPI_NOR_HZ	1000000U

int spi_nor_read_id(struct spi_bus *bus, uint8_t select,
		    struct spi_nor_id *id)
{
	const struct spi_setting setting = {
		.hz = SPI_NOR_HZ,
		.select = select,
	};
	const uint8_t tx[4] = { SPI_NOR_READ_ID };
	uint8_t rx[sizeof(tx)];
	int rc = spi_transfer(bus, &setting, tx, rx, sizeof(tx));

	if (rc)
		return rc;
	/* JEP106 gives neither code to anybody. */
	if (rx[1] == 0x00 || rx[1] == 0xff)
		return SPI_NOR_ERR_NONE;
	*id = (struct spi_nor_id){ rx[1], rx[2], rx[3] };
	return SPI_OK;
}
