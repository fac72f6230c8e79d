/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the LSM303DLHC's magnetometer: ST DocID018771 rev. 2. */
#ifndef LSM303DLHC_MAG_REGS_H
#define LSM303DLHC_MAG_REGS_H

/* DocID018771, table 17: register address map, magnetic sensor */
#define LSM303DLHC_MAG_CRA	0x00	/* CRA_REG_M */
#define LSM303DLHC_MAG_CRB	0x01	/* CRB_REG_M */
#define LSM303DLHC_MAG_MR	0x02	/* MR_REG_M */
#define LSM303DLHC_MAG_OUT	0x03	/* OUT_X_H_M: X, Z, Y; high byte first */
#define LSM303DLHC_MAG_IRA	0x0a	/* IRA_REG_M and two more */

/* DocID018771, 7.2.1, table 72: DO2-DO0 = 100, 15 values a second */
#define LSM303DLHC_MAG_CRA_15_HZ	(4U << 2)
/* DocID018771, 7.2.2, table 75: GN2-GN0 = 001, +-1.3 gauss */
#define LSM303DLHC_MAG_CRB_1_3_GAUSS	(1U << 5)
/* DocID018771, 7.2.3, table 77: MD1-MD0 = 00, continuous conversion */
#define LSM303DLHC_MAG_MR_CONTINUOUS	0x00

/* DocID018771, 7.2.8: what IRA, IRB and IRC read */
#define LSM303DLHC_MAG_ID	{ 0x48, 0x34, 0x33 }

/* DocID018771, table 75: steps in a gauss in the +-1.3 gauss range */
#define LSM303DLHC_MAG_XY_PER_GAUSS	1100
#define LSM303DLHC_MAG_Z_PER_GAUSS	980

/* Honeywell HMC5883L (the same cell), data output: -4096 for an overflow */
#define LSM303DLHC_MAG_OVERFLOW	(-4096)

#endif /* LSM303DLHC_MAG_REGS_H */
