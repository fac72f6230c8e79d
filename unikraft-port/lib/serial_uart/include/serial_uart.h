/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A UART of soc/ as a serial port: bytes go out as they are, without the CR
 * that a console puts before each LF. Who reads it takes input from the
 * console of the same UART, and the other way round.
 */
#ifndef __SERIAL_UART_H__
#define __SERIAL_UART_H__

#include <serial/serial.h>

#include "uart.h"

struct serial_uart {
	struct uart_port port;
	struct serial *serial;
};

extern const struct uart_port_ops serial_uart_ops;

#endif /* __SERIAL_UART_H__ */
