/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the TMP105 and LM75: Texas Instruments SLLS648D, SNIS153D. */
#ifndef TMP105_REGS_H
#define TMP105_REGS_H

/* SLLS648D, table 2: pointer addresses; SNIS153D (LM75B), 7.6: the same */
#define TMP105_TEMPERATURE	0x00	/* 16 bits, the first byte is higher */
#define TMP105_CONFIGURATION	0x01	/* 8 bits */
#define TMP105_T_LOW		0x02	/* 16 bits, as the temperature */
#define TMP105_T_HIGH		0x03	/* 16 bits, as the temperature */

/* SLLS648D, configuration register: converter resolution R1, R0 */
#define TMP105_CONFIGURATION_R_12	(3U << 5)	/* 12 bits, 62.5 mC */
#define TMP105_CONFIGURATION_R_MASK	(3U << 5)

/* SLLS648D, tables 3 and 4: the value is in the upper 12 of 16 bits */
#define TMP105_TEMPERATURE_SHIFT	4

/* SLLS648D, table 4: -128 to 127.9375 degrees in 12 bits */
#define TMP105_MILLI_MIN	(-128000)
#define TMP105_MILLI_MAX	127937

#endif /* TMP105_REGS_H */
