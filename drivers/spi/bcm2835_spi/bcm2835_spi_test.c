/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of SPI0 behind the recorded register accesses, with
 * a device that answers each byte with its complement. Two behaviours: the
 * data sheet's, where a byte takes its time on the wire, and QEMU's, where a
 * byte is through as soon as it is written.
 */
#include <string.h>
#include <uk_host.h>

#include "bcm2835_spi.h"
#include "bcm2835_spi_regs.h"

/* BCM2835 ARM Peripherals, 10.6.2: 16 words of 4 bytes each way */
#define FIFO_BYTES	64
#define WIRE_MAX	1024
#define TRACE_MAX	16384
#define MODEL_IRQ	54

struct access {
	uint32_t offset, value, is_write;
};

struct fifo {
	uint8_t bytes[FIFO_BYTES];
	uint32_t count;
};

static struct {
	uint32_t qemu, connected, stuck;
	uint32_t cs, clk;
	struct fifo tx, rx;
	uint32_t wired;
	uint8_t wire[WIRE_MAX];
	uint32_t trace_length;
	struct access trace[TRACE_MAX];
} m;

static struct bcm2835_spi_regs registers;
struct bcm2835_spi model_spi;

static void push(struct fifo *fifo, uint8_t byte)
{
	if (fifo->count < FIFO_BYTES)
		fifo->bytes[fifo->count++] = byte;
}

static uint8_t pop(struct fifo *fifo)
{
	uint8_t byte = fifo->bytes[0];

	if (fifo->count)
		memmove(fifo->bytes, fifo->bytes + 1, --fifo->count);
	return byte;
}

/* A byte's time on the wire */
static void wire(void)
{
	uint8_t byte;

	if (!(m.cs & BCM2835_SPI_CS_TA) || !m.tx.count || m.stuck
	    || m.rx.count == FIFO_BYTES)
		return;
	byte = pop(&m.tx);
	if (m.wired < WIRE_MAX)
		m.wire[m.wired++] = byte;
	push(&m.rx, (uint8_t)~byte);
}

static uint32_t status(void)
{
	uint32_t cs = m.cs;

	if ((m.cs & BCM2835_SPI_CS_TA) && !m.tx.count)
		cs |= BCM2835_SPI_CS_DONE;
	if (m.tx.count < FIFO_BYTES)
		cs |= BCM2835_SPI_CS_TXD;
	if (m.rx.count)
		cs |= BCM2835_SPI_CS_RXD;
	if ((m.cs & BCM2835_SPI_CS_TA) && m.rx.count >= FIFO_BYTES * 3 / 4)
		cs |= BCM2835_SPI_CS_RXR;
	return cs;
}

static void signal(void)
{
	uint32_t cs = status();

	if (m.connected
	    && (((cs & BCM2835_SPI_CS_INTD) && (cs & BCM2835_SPI_CS_DONE))
		|| ((cs & BCM2835_SPI_CS_INTR) && (cs & BCM2835_SPI_CS_RXR))))
		host_raise(MODEL_IRQ);
}

static void record(uint32_t offset, uint32_t value, uint32_t is_write)
{
	if (m.trace_length < TRACE_MAX)
		m.trace[m.trace_length++] =
			(struct access){ offset, value, is_write };
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	uint32_t offset = (uint32_t)((uintptr_t)reg - (uintptr_t)&registers);
	uint32_t value = 0;

	if (offset == 0x00) {
		value = status();
	} else if (offset == 0x04) {
		/* QEMU moves on what it could not, when room may have come */
		while (m.qemu && m.tx.count && m.rx.count < FIFO_BYTES)
			wire();
		value = m.rx.count ? pop(&m.rx) : 0;
	}
	record(offset, value, 0);
	return value;
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	uint32_t offset = (uint32_t)((uintptr_t)reg - (uintptr_t)&registers);

	record(offset, value, 1);
	if (offset == 0x00) {
		m.cs = value & ~BCM2835_SPI_CS_CLEAR;
		if (value & BCM2835_SPI_CS_CLEAR)
			m.tx.count = m.rx.count = 0;
	} else if (offset == 0x04 && (m.cs & BCM2835_SPI_CS_TA)) {
		push(&m.tx, (uint8_t)value);
		if (m.qemu)
			wire();
	} else if (offset == 0x08) {
		m.clk = value;
	}
	signal();
}

void mmio_barrier(void)
{
}

/* ---- For the test ---- */

void model_reset(uint32_t qemu, uint32_t interrupt, uint32_t connected)
{
	memset(&m, 0, sizeof(m));
	m.qemu = qemu;
	m.connected = connected;
	memset(&model_spi, 0, sizeof(model_spi));
	model_spi.base = (uintptr_t)&registers;
	model_spi.irq = interrupt ? MODEL_IRQ : DRIVER_IRQ_NONE;
	model_spi.clock_hz = 250000000;
}

void model_stuck(uint32_t stuck)
{
	m.stuck = stuck;
}

void model_clock(uint32_t hz)
{
	model_spi.clock_hz = hz;
}

/* Let bytes pass on the wire while all tasks wait. */
void model_time(uint32_t bytes)
{
	while (bytes--) {
		wire();
		signal();
		host_run();
	}
}

uint32_t model_wire(uint8_t *bytes)
{
	uint32_t count = m.wired;

	memcpy(bytes, m.wire, count);
	m.wired = 0;
	return count;
}

uint32_t model_trace(struct access *trace)
{
	uint32_t length = m.trace_length;

	memcpy(trace, m.trace, length * sizeof(*trace));
	m.trace_length = 0;
	return length;
}

int model_init(void)
{
	return bcm2835_spi_init(&model_spi);
}

int model_transfer(uint32_t hz, uint32_t select, uint32_t mode,
		   uint32_t lsb_first, const uint8_t *tx, uint8_t *rx,
		   size_t length)
{
	const struct spi_setting setting = {
		hz, (uint8_t)select, (uint8_t)mode, 0xa5, lsb_first,
	};

	return spi_transfer(&model_spi.bus, &setting, tx, rx, length);
}

void model_cancel(void)
{
	model_spi.bus.ops->cancel(&model_spi.bus);
}
