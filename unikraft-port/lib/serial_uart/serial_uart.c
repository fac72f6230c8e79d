/* SPDX-License-Identifier: BSD-3-Clause */
/* UARTs of soc/ as serial ports. */
#include "serial_uart.h"

static struct serial *serial_of(struct uart_port *port)
{
	return __containerof(port, struct serial_uart, port)->serial;
}

static size_t serial_uart_write(struct uart_port *port, const __u8 *data,
				size_t length)
{
	struct serial *serial = serial_of(port);
	size_t n;

	for (n = 0; n < length && !serial->tx_stuck; n++)
		serial_put(serial, (char)data[n]);
	return n;
}

static size_t serial_uart_read(struct uart_port *port, __u8 *data,
			       size_t length)
{
	return (size_t)serial_in(&serial_of(port)->console, (char *)data,
				 length);
}

const struct uart_port_ops serial_uart_ops = {
	.write = serial_uart_write,
	.read = serial_uart_read,
};
