/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of SPI0: BCM2835 ARM Peripherals (2012-02-06), chapter 10. */
#ifndef BCM2835_SPI_REGS_H
#define BCM2835_SPI_REGS_H

#include <stddef.h>
#include <stdint.h>

/* BCM2835 ARM Peripherals, 10.5: SPI address map */
struct bcm2835_spi_regs {
	uint32_t cs;		/* 0x00 Master control and status */
	uint32_t fifo;		/* 0x04 Master TX and RX FIFOs */
	uint32_t clk;		/* 0x08 Master clock divider */
	uint32_t dlen;		/* 0x0c Master data length */
	uint32_t ltoh;		/* 0x10 LoSSI mode TOH */
	uint32_t dc;		/* 0x14 DMA DREQ controls */
};
_Static_assert(offsetof(struct bcm2835_spi_regs, cs) == 0x00, "CS");
_Static_assert(offsetof(struct bcm2835_spi_regs, fifo) == 0x04, "FIFO");
_Static_assert(offsetof(struct bcm2835_spi_regs, clk) == 0x08, "CLK");
_Static_assert(offsetof(struct bcm2835_spi_regs, dlen) == 0x0c, "DLEN");
_Static_assert(offsetof(struct bcm2835_spi_regs, ltoh) == 0x10, "LTOH");
_Static_assert(offsetof(struct bcm2835_spi_regs, dc) == 0x14, "DC");

/* BCM2835 ARM Peripherals, 10.5: CS register */
#define BCM2835_SPI_CS_CS_MASK		3U		/* Chip select */
#define BCM2835_SPI_CS_CPHA		(1U << 2)	/* Clock phase */
#define BCM2835_SPI_CS_CPOL		(1U << 3)	/* Clock polarity */
#define BCM2835_SPI_CS_CLEAR		(3U << 4)	/* Both FIFOs */
#define BCM2835_SPI_CS_TA		(1U << 7)	/* Transfer active */
#define BCM2835_SPI_CS_INTD		(1U << 9)	/* Interrupt on DONE */
#define BCM2835_SPI_CS_INTR		(1U << 10)	/* Interrupt on RXR */
#define BCM2835_SPI_CS_DONE		(1U << 16)	/* Transfer done */
#define BCM2835_SPI_CS_RXD		(1U << 17)	/* RX FIFO has data */
#define BCM2835_SPI_CS_TXD		(1U << 18)	/* TX FIFO takes data */
#define BCM2835_SPI_CS_RXR		(1U << 19)	/* RX FIFO needs reading */

/* BCM2835 ARM Peripherals, 10.5: CS: two chip selects are on pins */
#define BCM2835_SPI_SELECTS		2U

/* BCM2835 ARM Peripherals, 10.5: CLK: 16 bits, even; 0 means 65536 */
#define BCM2835_SPI_CLK_MIN		2U
#define BCM2835_SPI_CLK_MAX		65536U

#endif /* BCM2835_SPI_REGS_H */
