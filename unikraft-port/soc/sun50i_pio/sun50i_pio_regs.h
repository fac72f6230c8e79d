/* SPDX-License-Identifier: BSD-3-Clause */
/* Port controller registers: Allwinner A64 User Manual V1.1, Port Controller. */
#ifndef __SUN50I_PIO_REGS_H__
#define __SUN50I_PIO_REGS_H__

#include <uk/essentials.h>

/* A64 User Manual V1.1, Port Controller Register List: one port of 32 pins */
struct sun50i_pio_port {
	__u32 cfg[4];		/* 0x00 Configure 0 to 3 */
	__u32 dat;		/* 0x10 Data */
	__u32 drv[2];		/* 0x14 Multi-driving 0 and 1 */
	__u32 pul[2];		/* 0x1c Pull 0 and 1 */
};
_Static_assert(offsetof(struct sun50i_pio_port, dat) == 0x10, "DAT");
_Static_assert(offsetof(struct sun50i_pio_port, pul) == 0x1c, "PUL");
_Static_assert(sizeof(struct sun50i_pio_port) == 0x24, "Pn_ to Pn+1_");

/* A64 User Manual V1.1, Pn_CFG: four bits for each of eight pins */
#define SUN50I_PIO_CFG_PINS	8
#define SUN50I_PIO_CFG_MASK	7U

/* A64 User Manual V1.1, Pn_PULL: two bits for each of 16 pins */
#define SUN50I_PIO_PUL_PINS	16
#define SUN50I_PIO_PUL_MASK	3U

/* Ports A to H; the pin numbers of Linux: 32 for each port, PA0 is 0 */
#define SUN50I_PIO_PORT_PINS	32
#define SUN50I_PIO_PINS		256

#endif /* __SUN50I_PIO_REGS_H__ */
