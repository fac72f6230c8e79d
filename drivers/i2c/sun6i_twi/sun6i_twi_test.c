/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of the TWI behind the recorded register accesses,
 * with a device of 16 registers at 0x48. A step ends when time passes; what
 * is on the bus is written down as text.
 */
#include <string.h>
#include <uk_host.h>

#include "sun6i_twi.h"
#include "sun6i_twi_regs.h"

#define MODEL_IRQ	39
#define BUS_MAX		512

/* What the next step does when its time has passed */
enum next { NOTHING, START, ADDRESS, SEND, RECEIVE };

static struct {
	uint32_t connected, stuck, nack_after, lost;
	uint32_t cntr, stat, ccr, data, resets;
	enum next next;
	_Bool first, reading;
	uint32_t pointer, sent;
	uint8_t device[16];
	char bus[BUS_MAX];
} m;

static struct sun6i_twi_regs registers;
struct sun6i_twi model_twi;

static void note(const char *text)
{
	size_t used = strlen(m.bus);

	if (used + strlen(text) < BUS_MAX)
		memcpy(m.bus + used, text, strlen(text) + 1);
}

static void note_byte(uint32_t byte, const char *after)
{
	char text[3] = { "0123456789abcdef"[byte >> 4 & 15],
			 "0123456789abcdef"[byte & 15], '\0' };

	note(text);
	note(after);
}

static void signal(void)
{
	if (m.connected && (m.cntr & SUN6I_TWI_CNTR_INT_FLAG)
	    && (m.cntr & SUN6I_TWI_CNTR_INT_EN))
		host_raise(MODEL_IRQ);
}

static void step_ends(uint32_t stat)
{
	m.stat = stat;
	m.next = NOTHING;
	m.cntr |= SUN6I_TWI_CNTR_INT_FLAG;
}

static void step_address(void)
{
	_Bool ack = m.data >> 1 == 0x48;

	m.reading = m.data & 1;
	m.first = 1;
	m.sent = 0;
	note_byte(m.data, ack ? "A " : "N ");
	if (m.reading)
		step_ends(ack ? SUN6I_TWI_STAT_READ_ACK
			      : SUN6I_TWI_STAT_READ_NACK);
	else
		step_ends(ack ? SUN6I_TWI_STAT_WRITE_ACK
			      : SUN6I_TWI_STAT_WRITE_NACK);
}

static void step_send(void)
{
	_Bool ack = m.sent++ < m.nack_after;

	note_byte(m.data, ack ? "A " : "N ");
	if (m.first)
		m.pointer = m.data;
	else
		m.device[m.pointer++ % 16] = (uint8_t)m.data;
	m.first = 0;
	step_ends(ack ? SUN6I_TWI_STAT_SENT_ACK : SUN6I_TWI_STAT_SENT_NACK);
}

static void step_receive(void)
{
	_Bool ack = m.cntr & SUN6I_TWI_CNTR_A_ACK;

	m.data = m.device[m.pointer++ % 16];
	note_byte(m.data, ack ? "a " : "n ");
	step_ends(ack ? SUN6I_TWI_STAT_GOT_ACK : SUN6I_TWI_STAT_GOT_NACK);
}

/* A step's time */
static void pass(void)
{
	if (m.stuck)
		return;
	if (m.lost && m.next == SEND) {
		step_ends(SUN6I_TWI_STAT_LOST);
		return;
	}
	switch (m.next) {
	case START:
		note(m.stat == SUN6I_TWI_STAT_IDLE ? "S " : "Sr ");
		step_ends(m.stat == SUN6I_TWI_STAT_IDLE
			  ? SUN6I_TWI_STAT_START
			  : SUN6I_TWI_STAT_REPEATED_START);
		break;
	case ADDRESS:
		step_address();
		break;
	case SEND:
		step_send();
		break;
	case RECEIVE:
		step_receive();
		break;
	case NOTHING:
		break;
	}
}

static void control(uint32_t value)
{
	_Bool go = value & SUN6I_TWI_CNTR_INT_FLAG;

	m.cntr = value & ~(SUN6I_TWI_CNTR_INT_FLAG | SUN6I_TWI_CNTR_M_STA
			   | SUN6I_TWI_CNTR_M_STP);
	if (value & SUN6I_TWI_CNTR_M_STP) {
		note("P ");
		m.stat = SUN6I_TWI_STAT_IDLE;
		m.next = NOTHING;
	} else if (value & SUN6I_TWI_CNTR_M_STA) {
		m.next = START;
	} else if (go && (m.stat == SUN6I_TWI_STAT_START
			  || m.stat == SUN6I_TWI_STAT_REPEATED_START)) {
		m.next = ADDRESS;
	} else if (go && (m.stat == SUN6I_TWI_STAT_WRITE_ACK
			  || m.stat == SUN6I_TWI_STAT_SENT_ACK)) {
		m.next = SEND;
	} else if (go && (m.stat == SUN6I_TWI_STAT_READ_ACK
			  || m.stat == SUN6I_TWI_STAT_GOT_ACK)) {
		m.next = RECEIVE;
	}
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	switch ((uintptr_t)reg - (uintptr_t)&registers) {
	case 0x08:
		return m.data;
	case 0x0c:
		if (!m.connected)
			pass();
		return m.cntr;
	case 0x10:
		return m.stat;
	default:
		return 0;
	}
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	switch ((uintptr_t)reg - (uintptr_t)&registers) {
	case 0x08:
		m.data = value;
		break;
	case 0x0c:
		control(value);
		break;
	case 0x14:
		m.ccr = value;
		break;
	case 0x18:
		m.resets++;
		m.cntr = m.ccr = 0;
		m.stat = SUN6I_TWI_STAT_IDLE;
		m.next = NOTHING;
		break;
	}
	signal();
}

void mmio_barrier(void)
{
}

/* ---- For the test ---- */

void model_reset(uint32_t interrupt, uint32_t connected, uint32_t clock_hz)
{
	memset(&m, 0, sizeof(m));
	m.connected = interrupt && connected;
	m.nack_after = ~0U;
	m.stat = SUN6I_TWI_STAT_IDLE;
	for (uint8_t i = 0; i < 16; i++)
		m.device[i] = (uint8_t)(0xa0 + i);
	memset(&model_twi, 0, sizeof(model_twi));
	model_twi.base = (uintptr_t)&registers;
	model_twi.irq = interrupt ? MODEL_IRQ : DRIVER_IRQ_NONE;
	model_twi.clock_hz = clock_hz;
}

void model_faults(uint32_t nack_after, uint32_t stuck, uint32_t lost)
{
	m.nack_after = nack_after;
	m.stuck = stuck;
	m.lost = lost;
}

void model_time(uint32_t steps)
{
	while (steps--) {
		pass();
		signal();
		host_run();
	}
}

const char *model_bus(void)
{
	static char said[BUS_MAX];

	memcpy(said, m.bus, sizeof(said));
	m.bus[0] = '\0';
	return said;
}

uint32_t model_ccr(void)
{
	return m.ccr;
}

uint32_t model_resets(void)
{
	return m.resets;
}

int model_init(void)
{
	return sun6i_twi_init(&model_twi);
}

int model_transfer(uint8_t address, const uint8_t *tx, size_t tx_len,
		   uint8_t *rx, size_t rx_len)
{
	return i2c_transfer(&model_twi.bus, address, tx, tx_len, rx, rx_len);
}

int model_configure(uint32_t hz)
{
	return i2c_configure(&model_twi.bus, hz, 35);
}

void model_cancel(void)
{
	model_twi.bus.ops->cancel(&model_twi.bus);
}
