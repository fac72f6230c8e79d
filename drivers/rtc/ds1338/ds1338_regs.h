/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the DS1338: Maxim 19-5154 (DS1338), rev. 4/15. */
#ifndef DS1338_REGS_H
#define DS1338_REGS_H

/* DS1338, table 3: timekeeper registers, all in BCD */
#define DS1338_SECONDS		0x00
#define DS1338_MINUTES		0x01
#define DS1338_HOURS		0x02
#define DS1338_DAY		0x03
#define DS1338_DATE		0x04
#define DS1338_MONTH		0x05
#define DS1338_YEAR		0x06
#define DS1338_CONTROL		0x07
#define DS1338_RAM		0x08

#define DS1338_TIME_BYTES	7U
#define DS1338_RAM_BYTES	56U

/* DS1338, table 3: seconds */
#define DS1338_SECONDS_CH	(1U << 7)	/* Clock halt */
/* DS1338, table 3: hours */
#define DS1338_HOURS_12		(1U << 6)	/* 12-hour mode */
#define DS1338_HOURS_PM		(1U << 5)	/* in 12-hour mode */
/* DS1338, control register */
#define DS1338_CONTROL_OSF	(1U << 5)	/* Oscillator stopped */

#endif /* DS1338_REGS_H */
