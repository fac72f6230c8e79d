/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of the BSC with a TMP105 on its bus, behind the
 * recorded register accesses. Two behaviours: the data sheet's, where bytes
 * pass through a FIFO and take time, and QEMU's, where they do neither.
 * Compiled with MMIO_RECORDED, as the driver beside it.
 */
#include <string.h>
#include <uk_host.h>

#include "bcm2835_bsc.h"
#include "bcm2835_bsc_regs.h"
#include "tmp105.h"

#define FIFO_BYTES	16
#define TRACE_MAX	16384
#define MODEL_IRQ	53

struct access {
	uint32_t offset;
	uint32_t value;
	uint32_t is_write;
};

static struct {
	uint32_t qemu;		/* QEMU's behaviour, not the data sheet's */
	uint32_t irq_connected;
	uint32_t nack_after;	/* bytes the device accepts; ~0: all */
	uint32_t holds_clock;	/* the device stretches for ever */
	uint32_t stuck;		/* the controller never gets on */

	uint32_t c, status, dlen, left, a, div, clkt;
	uint8_t fifo[FIFO_BYTES];
	uint32_t fifo_count;

	uint32_t trace_length;
	struct access trace[TRACE_MAX];
} m;

/* A TMP105 at 0x48 */
static struct {
	uint8_t pointer, config, first;
	uint32_t position;
	int32_t milli_celsius;
} sensor;

static struct bcm2835_bsc_regs registers;
struct bcm2835_bsc model_bsc;
struct tmp105 model_tmp105;

/* ---- The sensor ---- */

static void part_start(void)
{
	sensor.first = 1;
	sensor.position = 0;
}

static void part_write(uint8_t byte)
{
	if (sensor.first)
		sensor.pointer = byte;
	else if (sensor.pointer == 1)
		sensor.config = byte;
	sensor.first = 0;
}

static uint8_t part_read(void)
{
	/* Resolution R1:R0: 9 to 12 bits, the rest reads 0 */
	uint32_t bits = 9 + ((sensor.config >> 5) & 3);
	int32_t steps = sensor.milli_celsius * 16 / 1000;
	uint16_t word = (uint16_t)(((uint32_t)steps << 4)
				   & (0xffffU << (16 - bits)));

	if (sensor.pointer == 1)
		return sensor.config;
	return sensor.position++ ? (uint8_t)word : (uint8_t)(word >> 8);
}

/* ---- The controller ---- */

static uint32_t reading(void)
{
	return m.c & BSC_C_READ;
}

static uint32_t status_now(void)
{
	uint32_t s = m.status;
	uint32_t active = s & BSC_S_TA;

	if (m.qemu) {
		s |= BSC_S_TXD;
		if (active && reading())
			s |= BSC_S_RXD | BSC_S_RXR;
		if (active && !reading())
			s |= BSC_S_TXW;
		return s;
	}
	if (m.fifo_count < FIFO_BYTES)
		s |= BSC_S_TXD;
	if (reading() && m.fifo_count)
		s |= BSC_S_RXD;
	if (active && reading() && m.fifo_count >= FIFO_BYTES * 3 / 4)
		s |= BSC_S_RXR;
	if (active && !reading() && m.fifo_count < FIFO_BYTES / 4
	    && m.fifo_count < m.left)
		s |= BSC_S_TXW;
	return s;
}

static uint32_t line(void)
{
	uint32_t s = status_now();

	return ((m.c & BSC_C_INTD) && (s & BSC_S_DONE))
	       || ((m.c & BSC_C_INTT) && (s & BSC_S_TXW))
	       || ((m.c & BSC_C_INTR) && (s & BSC_S_RXR));
}

static void refuse(void)
{
	m.status |= BSC_S_ERR;
	/* QEMU: ERR alone, and still active */
	if (!m.qemu)
		m.status = (m.status & ~BSC_S_TA) | BSC_S_DONE;
	m.left = m.qemu ? m.left : 0;
}

static void one_byte_done(void)
{
	if (--m.left == 0)
		m.status = (m.status & ~BSC_S_TA) | BSC_S_DONE;
}

static void start(void)
{
	m.left = m.dlen;
	m.status |= BSC_S_TA;
	if (m.a != 0x48) {
		refuse();
		return;
	}
	part_start();
}

/* A byte's time on the wire; the data sheet's behaviour only. */
static void wire(void)
{
	if (m.qemu || !(m.status & BSC_S_TA) || m.stuck)
		return;
	if (m.holds_clock) {
		m.status |= BSC_S_CLKT;
		return;
	}
	if (reading()) {
		if (m.fifo_count == FIFO_BYTES)
			return;
		m.fifo[m.fifo_count++] = part_read();
		one_byte_done();
	} else if (m.fifo_count) {
		if (m.dlen - m.left >= m.nack_after) {
			refuse();
			return;
		}
		part_write(m.fifo[0]);
		memmove(m.fifo, m.fifo + 1, --m.fifo_count);
		one_byte_done();
	}
}

static void fifo_write(uint8_t byte)
{
	if (m.qemu) {
		/* Before a start: dropped */
		if ((m.status & BSC_S_TA) && m.left && !m.stuck) {
			part_write(byte);
			one_byte_done();
		}
	} else if (m.fifo_count < FIFO_BYTES) {
		m.fifo[m.fifo_count++] = byte;
	}
}

static uint8_t fifo_read(void)
{
	uint8_t byte;

	if (m.qemu) {
		byte = (m.status & BSC_S_TA) ? part_read() : 0;
		if (m.status & BSC_S_TA)
			one_byte_done();
		return byte;
	}
	if (!m.fifo_count)
		return 0;
	byte = m.fifo[0];
	memmove(m.fifo, m.fifo + 1, --m.fifo_count);
	return byte;
}

static void control_write(uint32_t value)
{
	m.c = value;
	if (value & BSC_C_CLEAR)
		m.fifo_count = 0;
	if (!(value & BSC_C_I2CEN)) {
		/* The controller lets go of the bus; QEMU's does not. */
		if (!m.qemu)
			m.status &= ~BSC_S_TA;
		return;
	}
	/* QEMU: any write with I2CEN starts */
	if (m.qemu || (value & BSC_C_ST))
		start();
}

static void signal(void)
{
	if (m.irq_connected && line())
		host_raise(MODEL_IRQ);
}

/* ---- The recorded accesses ---- */

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

	switch (offset) {
	case 0x04:
		wire();
		value = status_now();
		break;
	case 0x10:
		value = fifo_read();
		break;
	}
	record(offset, value, 0);
	return value;
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	uint32_t offset = (uint32_t)((uintptr_t)reg - (uintptr_t)&registers);

	record(offset, value, 1);
	switch (offset) {
	case 0x00:
		control_write(value);
		break;
	case 0x04:
		m.status &= ~(value
			      & (BSC_S_DONE | BSC_S_ERR | BSC_S_CLKT));
		break;
	case 0x08:
		m.dlen = value;
		break;
	case 0x0c:
		m.a = value;
		break;
	case 0x10:
		fifo_write((uint8_t)value);
		break;
	case 0x14:
		m.div = value;
		break;
	case 0x1c:
		m.clkt = value;
		break;
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
	memset(&sensor, 0, sizeof(sensor));
	m.qemu = qemu;
	m.irq_connected = connected;
	m.nack_after = ~0U;
	sensor.milli_celsius = 21500;
	memset(&model_bsc, 0, sizeof(model_bsc));
	model_bsc.base = (uintptr_t)&registers;
	model_bsc.irq = interrupt ? MODEL_IRQ : DRIVER_IRQ_NONE;
	model_bsc.clock_hz = 250000000;
}

void model_faults(uint32_t nack_after, uint32_t holds_clock, uint32_t stuck)
{
	m.nack_after = nack_after;
	m.holds_clock = holds_clock;
	m.stuck = stuck;
}

void model_temperature(int32_t milli_celsius)
{
	sensor.milli_celsius = milli_celsius;
}

void model_clock(uint32_t hz)
{
	model_bsc.clock_hz = hz;
}

/* Take the accesses since the last call. */
uint32_t model_trace(struct access *trace)
{
	uint32_t length = m.trace_length;

	memcpy(trace, m.trace, length * sizeof(*trace));
	m.trace_length = 0;
	return length;
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

int model_init(void)
{
	return bcm2835_bsc_init(&model_bsc);
}

int model_transfer(uint8_t address, const uint8_t *tx, size_t tx_len,
		   uint8_t *rx, size_t rx_len)
{
	return i2c_transfer(&model_bsc.bus, address, tx, tx_len, rx, rx_len);
}

int model_configure(uint32_t hz, uint32_t stretch_ms)
{
	return i2c_configure(&model_bsc.bus, hz, stretch_ms);
}

void model_cancel(void)
{
	model_bsc.bus.ops->cancel(&model_bsc.bus);
}

int model_tmp105_init(uint8_t address)
{
	return tmp105_init(&model_tmp105, &model_bsc.bus, address);
}

int model_tmp105_read(int32_t *milli_celsius)
{
	return tmp105_read(&model_tmp105, milli_celsius);
}
