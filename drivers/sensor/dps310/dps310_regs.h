/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the DPS310: Infineon data sheet, revision 1.2. */
#ifndef DPS310_REGS_H
#define DPS310_REGS_H

/* DPS310, chapter 7: register map */
#define DPS310_PRS		0x00	/* 24 bits, then as many of TMP */
#define DPS310_PRS_CFG		0x06
#define DPS310_TMP_CFG		0x07
#define DPS310_MEAS_CFG		0x08
#define DPS310_CFG_REG		0x09
#define DPS310_RESET		0x0c
#define DPS310_COEF		0x10	/* 18 bytes */
#define DPS310_COEF_SRCE	0x28

/* DPS310, 7.3 and 7.4: measurements a second (bits 6:4, as power of 2) */
#define DPS310_RATE_4		(2U << 4)
/* DPS310, 7.4: TMP_EXT, the temperature of the pressure cell */
#define DPS310_TMP_CFG_EXT	(1U << 7)

/* DPS310, 7.5: MEAS_CFG */
#define DPS310_MEAS_CFG_COEF_RDY	(1U << 7)
#define DPS310_MEAS_CFG_SENSOR_RDY	(1U << 6)
#define DPS310_MEAS_CFG_TMP_RDY		(1U << 5)
#define DPS310_MEAS_CFG_PRS_RDY		(1U << 4)
#define DPS310_MEAS_CFG_CTRL_MASK	7U
#define DPS310_MEAS_CFG_CONTINUOUS	7U	/* pressure and temperature */

/* DPS310, 7.6: results of more than 8 samples are shifted */
#define DPS310_CFG_REG_T_SHIFT	(1U << 3)
#define DPS310_CFG_REG_P_SHIFT	(1U << 2)
#define DPS310_SHIFT_FROM	4U	/* as power of 2 */

/* DPS310, 7.9: soft reset */
#define DPS310_RESET_SOFT	0x09

/* DPS310, 7.12: TMP_COEF_SRCE, which sensor the coefficients are for */
#define DPS310_COEF_SRCE_EXT	(1U << 7)

/* DPS310, 8.11: coefficients, c0 to c30 */
#define DPS310_COEF_BYTES	18U

/* DPS310, table 9: scale factors by oversampling, 1 to 128 times */
#define DPS310_SCALE_FACTORS {						\
	524288, 1572864, 3670016, 7864320, 253952, 516096, 1040384, 2088960 }

#endif /* DPS310_REGS_H */
