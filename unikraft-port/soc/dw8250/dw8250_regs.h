/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Registers of the DW_apb_uart with 4-byte spacing, as in the Allwinner A64
 * (Allwinner A64 User Manual V1.1, chapter UART, "UART Register List").
 */
#ifndef __DW8250_REGS_H__
#define __DW8250_REGS_H__

#include <uk/essentials.h>

struct dw8250_regs {
	__u32 rbr_thr_dll;	/* 0x00 Receive buffer / transmit holding /
				 *      divisor latch low register
				 */
	__u32 ier_dlh;		/* 0x04 Interrupt enable / divisor latch high
				 *      register
				 */
	__u32 iir_fcr;		/* 0x08 Interrupt identity / FIFO control
				 *      register
				 */
	__u32 lcr;		/* 0x0c Line control register */
	__u32 mcr;		/* 0x10 Modem control register */
	__u32 lsr;		/* 0x14 Line status register */
	__u32 msr;		/* 0x18 Modem status register */
	__u32 sch;		/* 0x1c Scratch register */
	__u32 reserved_20[23];
	__u32 usr;		/* 0x7c UART status register */
	__u32 tfl;		/* 0x80 Transmit FIFO level register */
	__u32 rfl;		/* 0x84 Receive FIFO level register */
};
_Static_assert(offsetof(struct dw8250_regs, ier_dlh) == 0x04, "IER, DLH");
_Static_assert(offsetof(struct dw8250_regs, iir_fcr) == 0x08, "IIR, FCR");
_Static_assert(offsetof(struct dw8250_regs, lcr) == 0x0c, "LCR");
_Static_assert(offsetof(struct dw8250_regs, lsr) == 0x14, "LSR");
_Static_assert(offsetof(struct dw8250_regs, usr) == 0x7c, "USR");
_Static_assert(offsetof(struct dw8250_regs, rfl) == 0x84, "RFL");

/* A64 User Manual V1.1, UART: UART_IER */
#define DW8250_IER_ERBFI	(1U << 0)	/* Received data available */
#define DW8250_IER_ELSI		(1U << 2)	/* Receiver line status */

/* A64 User Manual V1.1, UART: UART_IIR, interrupt ID in bits 3:0 */
#define DW8250_IIR_ID		0xfU
#define DW8250_IIR_NONE		0x1U
#define DW8250_IIR_BUSY		0x7U	/* LCR was written while busy */
#define DW8250_IIR_TIMEOUT	0xcU	/* characters wait, line is silent */

/* A64 User Manual V1.1, UART: UART_FCR */
#define DW8250_FCR_FIFOE	(1U << 0)	/* Enable FIFOs */
#define DW8250_FCR_RFIFOR	(1U << 1)	/* Receive FIFO reset */
#define DW8250_FCR_XFIFOR	(1U << 2)	/* Transmit FIFO reset */
#define DW8250_FCR_RT_1_4	(1U << 6)	/* Receive FIFO >= 1/4 full */

/* A64 User Manual V1.1, UART: UART_LCR */
#define DW8250_LCR_DLS_8	(3U << 0)	/* Data length: 8 bits */
#define DW8250_LCR_DLAB		(1U << 7)	/* Divisor latch access */

/* A64 User Manual V1.1, UART: UART_LSR; error bits are cleared by reading */
#define DW8250_LSR_DR		(1U << 0)	/* Data ready */
#define DW8250_LSR_OE		(1U << 1)	/* Overrun error */
#define DW8250_LSR_PE		(1U << 2)	/* Parity error */
#define DW8250_LSR_FE		(1U << 3)	/* Framing error */
#define DW8250_LSR_BI		(1U << 4)	/* Break interrupt */
#define DW8250_LSR_BAD \
	(DW8250_LSR_PE | DW8250_LSR_FE | DW8250_LSR_BI)
#define DW8250_LSR_THRE		(1U << 5)	/* Transmit holding empty */
#define DW8250_LSR_TEMT		(1U << 6)	/* Transmitter empty */

/* A64 User Manual V1.1, UART: UART_USR */
#define DW8250_USR_BUSY		(1U << 0)

/* baud rate = clock / (16 * divisor) */
#define DW8250_DIVISOR_MAX	0xffffU

#endif /* __DW8250_REGS_H__ */
