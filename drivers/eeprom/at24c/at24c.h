/* SPDX-License-Identifier: BSD-3-Clause */
/* EEPROMs of the AT24C family on an I2C bus. */
#ifndef AT24C_H
#define AT24C_H

#include "i2c.h"

/* The largest page of the family: Atmel 1116 (AT24C512) */
#define AT24C_PAGE_MAX		128U

/* What distinguishes the members of the family. */
struct at24c_kind {
	uint32_t size;		/* bytes; a power of two */
	uint16_t page;		/* bytes that are written at once */
	uint8_t address_bytes;	/* 1: upper bits are in the I2C address */
};

/* Atmel 0180Z (AT24C01A to AT24C16A), table of organizations */
#define AT24C_KIND_02	((struct at24c_kind){ 256, 8, 1 })
#define AT24C_KIND_16	((struct at24c_kind){ 2048, 16, 1 })
/* Atmel 0336K (AT24C32, AT24C64) */
#define AT24C_KIND_32	((struct at24c_kind){ 4096, 32, 2 })
#define AT24C_KIND_64	((struct at24c_kind){ 8192, 32, 2 })
/* Atmel 0670S (AT24C128, AT24C256) */
#define AT24C_KIND_256	((struct at24c_kind){ 32768, 64, 2 })

struct at24c {
	struct i2c_bus *bus;
	uint8_t address;	/* 0x50 to 0x57 */
	struct at24c_kind kind;
};

/* Outside of the memory, or a kind that there is not. */
#define AT24C_ERR_RANGE		(-100)
/* It is still writing; longer than any part may. */
#define AT24C_ERR_BUSY		(-101)

/* Say what it is and where; touches no bus. I2C_OK or AT24C_ERR_RANGE. */
int at24c_init(struct at24c *dev, struct i2c_bus *bus, uint8_t address,
	       struct at24c_kind kind);

/* I2C_OK, an I2C error, or AT24C_ERR_RANGE. */
int at24c_read(struct at24c *dev, uint32_t offset, uint8_t *data,
	       size_t length);

/*
 * Write any length, page by page; what is written is there when it returns.
 * I2C_OK, an I2C error, AT24C_ERR_RANGE or AT24C_ERR_BUSY. After an error
 * some of the pages may have been written, always from the first one on.
 */
int at24c_write(struct at24c *dev, uint32_t offset, const uint8_t *data,
		size_t length);

/* What an error of these is called in a message. */
static inline const char *at24c_error_text(int error)
{
	switch (error) {
	case AT24C_ERR_RANGE:
		return "outside of the memory";
	case AT24C_ERR_BUSY:
		return "the memory does not finish to write";
	default:
		return i2c_error_text(error);
	}
}

#endif /* AT24C_H */
