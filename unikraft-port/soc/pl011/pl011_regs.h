/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of the PL011: Arm DDI 0183G, chapter 3, "Programmers model". */
#ifndef __PL011_REGS_H__
#define __PL011_REGS_H__

#include <uk/essentials.h>

/* Arm DDI 0183G, table 3-1: UART register summary */
struct pl011_regs {
	__u32 dr;		/* 0x00 Data register */
	__u32 rsr_ecr;		/* 0x04 Receive status / error clear register */
	__u32 reserved_08[4];
	__u32 fr;		/* 0x18 Flag register */
	__u32 reserved_1c;
	__u32 ilpr;		/* 0x20 IrDA low-power counter register */
	__u32 ibrd;		/* 0x24 Integer baud rate register */
	__u32 fbrd;		/* 0x28 Fractional baud rate register */
	__u32 lcr_h;		/* 0x2c Line control register */
	__u32 cr;		/* 0x30 Control register */
	__u32 ifls;		/* 0x34 Interrupt FIFO level select register */
	__u32 imsc;		/* 0x38 Interrupt mask set/clear register */
	__u32 ris;		/* 0x3c Raw interrupt status register */
	__u32 mis;		/* 0x40 Masked interrupt status register */
	__u32 icr;		/* 0x44 Interrupt clear register */
	__u32 dmacr;		/* 0x48 DMA control register */
};
_Static_assert(offsetof(struct pl011_regs, rsr_ecr) == 0x04, "UARTRSR");
_Static_assert(offsetof(struct pl011_regs, fr) == 0x18, "UARTFR");
_Static_assert(offsetof(struct pl011_regs, ilpr) == 0x20, "UARTILPR");
_Static_assert(offsetof(struct pl011_regs, ibrd) == 0x24, "UARTIBRD");
_Static_assert(offsetof(struct pl011_regs, lcr_h) == 0x2c, "UARTLCR_H");
_Static_assert(offsetof(struct pl011_regs, cr) == 0x30, "UARTCR");
_Static_assert(offsetof(struct pl011_regs, imsc) == 0x38, "UARTIMSC");
_Static_assert(offsetof(struct pl011_regs, icr) == 0x44, "UARTICR");
_Static_assert(offsetof(struct pl011_regs, dmacr) == 0x48, "UARTDMACR");

/* Arm DDI 0183G, 3.3.1: Data register, UARTDR */
#define PL011_DR_DATA		0xffU
#define PL011_DR_FE		(1U << 8)	/* Framing error */
#define PL011_DR_PE		(1U << 9)	/* Parity error */
#define PL011_DR_BE		(1U << 10)	/* Break error */
#define PL011_DR_OE		(1U << 11)	/* Overrun error */

/* Arm DDI 0183G, 3.3.3: Flag register, UARTFR */
#define PL011_FR_BUSY		(1U << 3)	/* UART busy */
#define PL011_FR_RXFE		(1U << 4)	/* Receive FIFO empty */
#define PL011_FR_TXFF		(1U << 5)	/* Transmit FIFO full */

/* Arm DDI 0183G, 3.3.5 and 3.3.6: baud rate = clock / (16 * divisor) */
#define PL011_FBRD_BITS		6
#define PL011_FBRD_MASK		((1U << PL011_FBRD_BITS) - 1)
#define PL011_IBRD_MAX		0xffffU

/* Arm DDI 0183G, 3.3.7: Line control register, UARTLCR_H */
#define PL011_LCR_H_FEN		(1U << 4)	/* Enable FIFOs */
#define PL011_LCR_H_WLEN_8	(3U << 5)	/* Word length: 8 bits */

/* Arm DDI 0183G, 3.3.8: Control register, UARTCR */
#define PL011_CR_UARTEN		(1U << 0)	/* UART enable */
#define PL011_CR_TXE		(1U << 8)	/* Transmit enable */
#define PL011_CR_RXE		(1U << 9)	/* Receive enable */

/* Arm DDI 0183G, 3.3.9: Interrupt FIFO level select register, UARTIFLS */
#define PL011_IFLS_TX_1_2	(2U << 0)	/* Transmit FIFO <= 1/2 full */
#define PL011_IFLS_RX_1_4	(1U << 3)	/* Receive FIFO >= 1/4 full */

/* Arm DDI 0183G, 3.3.10 to 3.3.13: UARTIMSC, UARTRIS, UARTMIS, UARTICR */
#define PL011_INT_RX		(1U << 4)	/* Receive interrupt */
#define PL011_INT_RT		(1U << 6)	/* Receive timeout interrupt */
#define PL011_INT_ALL		0x7ffU

#endif /* __PL011_REGS_H__ */
