/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the EMC1413: Microchip DS20005274A (EMC1412/3/4). */
#ifndef EMC1413_REGS_H
#define EMC1413_REGS_H

/* DS20005274A, table 5-1: register set in hexadecimal order */
#define EMC1413_INTERNAL_HIGH		0x00
#define EMC1413_EXTERNAL_1_HIGH		0x01
#define EMC1413_CONFIGURATION		0x03
#define EMC1413_EXTERNAL_1_LOW		0x10
#define EMC1413_DIODE_FAULT		0x1b
#define EMC1413_EXTERNAL_2_HIGH		0x23
#define EMC1413_EXTERNAL_2_LOW		0x24
#define EMC1413_INTERNAL_LOW		0x29
#define EMC1413_PRODUCT_ID		0xfd
#define EMC1413_MANUFACTURER_ID		0xfe

/* DS20005274A, configuration register: RANGE, temperatures from -64 C on */
#define EMC1413_CONFIGURATION_RANGE	(1U << 2)
#define EMC1413_RANGE_OFFSET		64

/* DS20005274A, external diode fault register: E1FLT and E2FLT */
#define EMC1413_DIODE_FAULT_1		(1U << 1)
#define EMC1413_DIODE_FAULT_2		(1U << 2)

/* DS20005274A, temperature data: the low byte has eighths in bits 7 to 5 */
#define EMC1413_LOW_SHIFT		5
#define EMC1413_MILLI_PER_STEP		125

/* DS20005274A, product and manufacturer ID registers */
#define EMC1413_PRODUCT			0x21
#define EMC1413_MANUFACTURER		0x5d

#endif /* EMC1413_REGS_H */
