/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What every UART driver shares: a console with a receive ring, LF -> CRLF,
 * and a transmitter that gives up instead of hanging the machine.
 *
 * A driver supplies two callbacks, both called with interrupts masked, and
 * embeds `struct serial`. Nothing here touches a register.
 */
#ifndef __SOC_SERIAL_H__
#define __SOC_SERIAL_H__

#include <uk/arch/lcpu.h>
#include <uk/arch/types.h>
#include <uk/console/driver.h>
#include <uk/essentials.h>
#include <uk/plat/lcpu.h>

/* 22 ms of input at 115200 baud; a power of two, so that indices may wrap */
#define SERIAL_RING_SIZE	256

/*
 * Tries before a transmitter counts as dead. One try is at least a device
 * read (some 100 ns), so this is at least 100 ms; a character takes 33 ms
 * at 300 baud.
 */
#define SERIAL_TX_TRIES		1000000

/* Polls of a busy flag before a line is reprogrammed under it; as above */
#define SERIAL_IDLE_TRIES	1000000

struct serial;

struct serial_ops {
	/* Hand one character to the transmitter; false when it is full */
	bool (*put)(struct serial *port, char c);
	/* Pass what was received to serial_receive() */
	void (*drain)(struct serial *port);
};

struct serial {
	struct uk_console console;
	const struct serial_ops *ops;
	bool irq_driven;	/* the interrupt drains, not the reader */
	bool tx_stuck;		/* given up once: do not wait again */
	/* Nothing is lost silently: who wants to know looks here */
	__u32 tx_dropped;	/* the transmitter took no more */
	__u32 rx_lost;		/* the ring was full */
	__u32 rx_overruns;	/* the UART's own FIFO overflowed */
	__u32 rx_errors;	/* framing, parity, break: not passed on */
	__u32 head, tail;	/* head: next to fill, tail: next to read */
	char ring[SERIAL_RING_SIZE];
};
UK_CTASSERT((SERIAL_RING_SIZE & (SERIAL_RING_SIZE - 1)) == 0);

/* Put one received character into the ring; a full ring keeps the oldest. */
static inline void serial_receive(struct serial *port, char c)
{
	if (port->head - port->tail == SERIAL_RING_SIZE) {
		port->rx_lost++;
		return;
	}
	port->ring[port->head++ % SERIAL_RING_SIZE] = c;
}

static inline void serial_put(struct serial *port, char c)
{
	__u32 tries = port->tx_stuck ? 1 : SERIAL_TX_TRIES;

	while (tries--) {
		/* Or another thread fills the place between look and write */
		unsigned long flags = ukplat_lcpu_save_irqf();
		bool sent = port->ops->put(port, c);

		ukplat_lcpu_restore_irqf(flags);
		if (likely(sent)) {
			port->tx_stuck = false;
			return;
		}
		ukarch_spinwait();
	}
	port->tx_stuck = true;
	port->tx_dropped++;
}

/* uk_console's `out`: polled, so it works before interrupts and in a crash. */
static inline __ssz serial_out(struct uk_console *console, const char *buf,
			       __sz len)
{
	struct serial *port = __containerof(console, struct serial, console);

	for (__sz i = 0; i < len; i++) {
		if (buf[i] == '\n')
			serial_put(port, '\r');
		serial_put(port, buf[i]);
	}
	return (__ssz)len;
}

/* uk_console's `in`: what has been received up to now, never waits. */
static inline __ssz serial_in(struct uk_console *console, char *buf, __sz len)
{
	struct serial *port = __containerof(console, struct serial, console);
	unsigned long flags = ukplat_lcpu_save_irqf();
	__sz n = 0;

	if (!port->irq_driven)
		port->ops->drain(port);
	while (n < len && port->tail != port->head)
		buf[n++] = port->ring[port->tail++ % SERIAL_RING_SIZE];
	ukplat_lcpu_restore_irqf(flags);
	return (__ssz)n;
}

/* Make @p port a console of the system; its hardware must be ready. */
static inline void serial_register(struct serial *port, const char *name,
				   const struct serial_ops *ops)
{
	static const struct uk_console_ops console_ops = {
		.out = serial_out,
		.in = serial_in,
	};

	port->ops = ops;
	uk_console_init(&port->console, name, &console_ops,
			UK_CONSOLE_FLAG_STDOUT | UK_CONSOLE_FLAG_STDIN);
	uk_console_register(&port->console);
}

#endif /* __SOC_SERIAL_H__ */
