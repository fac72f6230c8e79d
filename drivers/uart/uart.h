/* SPDX-License-Identifier: BSD-3-Clause */
/* Serial ports as streams of bytes: what a driver provides. */
#ifndef DRIVERS_UART_H
#define DRIVERS_UART_H

#include <stddef.h>
#include <stdint.h>

struct uart_port;

/* Neither waits for the other side; both say how many bytes they moved. */
struct uart_port_ops {
	size_t (*write)(struct uart_port *port, const uint8_t *data,
			size_t length);
	size_t (*read)(struct uart_port *port, uint8_t *data, size_t length);
};

struct uart_port {
	const struct uart_port_ops *ops;
	uint32_t baud;		/* as the board has it, 8n1 */
};

#endif /* DRIVERS_UART_H */
