/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a model of an SDHCI controller behind the recorded register
 * accesses, with the card of sdcard_test.c. At once as QEMU's, or with time:
 * then what a command leads to comes when the test lets the wire move, or
 * when somebody looks. Compiled with MMIO_RECORDED, as the driver beside it.
 */
#include <string.h>
#include <uk_host.h>

#include "sdcard_model.h"
#include "sdhci.h"
#include "sdhci_regs.h"

#define TRACE_MAX	4096
#define MODEL_IRQ	62
#define CLOCK_HZ	1000000U	/* of mmio_clock() */

struct access {
	uint32_t offset;
	uint32_t value;
	uint32_t is_write;
};

/* What goes wrong with the controller; set by the test */
struct sdhci_model {
	uint32_t slow;
	uint32_t irq_connected;
	uint32_t version;	/* as in its register */
	uint32_t base_hz;
	uint32_t loses_writes;	/* within two clocks of the card */
	uint32_t stuck_reset, stuck_clock, stuck_data;
	uint32_t lost_writes;	/* how many it lost */
	uint32_t firmware_hz;	/* what the firmware says; 0: refuses */
};

static struct sdhci_model options;

static struct {
	uint32_t blksizecnt, arg1, control0, control1, status, interrupt;
	uint32_t irpt_mask, irpt_en, resp[4];
	uint32_t pending;	/* interrupts on their way */
	/* The transfer of data */
	bool reading, writing;
	uint32_t blocks;
	uint8_t buffer[512];
	uint32_t position;
	bool block_there;
	/* Time */
	uint64_t now, written;

	uint32_t trace_length;
	struct access trace[TRACE_MAX];
} m;

static struct sdhci_regs registers;
struct sdhci model_sdhci;
static struct block_device *attached;

int block_attach(struct block_device *block)
{
	attached = block;
	return BLOCK_OK;
}

/* ---- Clock, width ---- */

static uint32_t card_hz(void)
{
	const uint32_t on = SDHCI_CONTROL1_INTERNAL_CLOCK
			    | SDHCI_CONTROL1_CARD_CLOCK;
	uint32_t n = m.control1 >> 8 & 0xff;

	if ((m.control1 & on) != on)
		return 0;
	if (options.version >= SDHCI_VERSION_3)
		n |= (m.control1 >> 6 & 3) << 8;
	return n ? options.base_hz / (2 * n) : options.base_hz;
}

static uint32_t bits(void)
{
	return m.control0 & SDHCI_CONTROL0_4_BITS ? 4 : 1;
}

/* ---- Events ---- */

static void deliver(uint32_t events)
{
	m.interrupt |= events & m.irpt_mask;
	if (options.irq_connected && (m.interrupt & m.irpt_en))
		host_raise(MODEL_IRQ);
}

static void happen(uint32_t events)
{
	if (options.slow)
		m.pending |= events;
	else
		deliver(events);
}

static void wire(void)
{
	uint32_t events = m.pending;

	m.pending = 0;
	deliver(events);
}

/* ---- Data ---- */

static void end_data(uint32_t events)
{
	m.reading = m.writing = false;
	m.block_there = false;
	m.status &= ~SDHCI_STATUS_DAT_INHIBIT;
	happen(events);
}

static uint32_t block_size(void)
{
	return m.blksizecnt & 0xfff;
}

static void judge_block(enum sdcard_block what, uint32_t ready)
{
	if (what == SDCARD_BLOCK_BAD)
		end_data(SDHCI_INTERRUPT_DATA_CRC);
	else if (what == SDCARD_BLOCK_NONE)
		end_data(options.stuck_data ? 0
			 : SDHCI_INTERRUPT_DATA_TIMEOUT);
	else if (ready)
		happen(ready);
}

static void fetch_block(void)
{
	enum sdcard_block what = sdcard_model_read(m.buffer, block_size(),
						   bits(), card_hz());

	m.position = 0;
	m.block_there = what == SDCARD_BLOCK_GOOD;
	judge_block(what, SDHCI_INTERRUPT_READ_READY);
}

static void block_done(void)
{
	m.block_there = false;
	m.position = 0;
	if (m.writing) {
		enum sdcard_block what =
			sdcard_model_write(m.buffer, block_size(), bits(),
					   card_hz());

		if (what != SDCARD_BLOCK_GOOD) {
			judge_block(what, 0);
			return;
		}
	}
	if (--m.blocks == 0)
		end_data(SDHCI_INTERRUPT_DATA_DONE);
	else if (m.reading)
		fetch_block();
	else
		happen(SDHCI_INTERRUPT_WRITE_READY);
}

static uint32_t data_read(void)
{
	uint32_t word;

	if (!m.reading || !m.block_there)
		return 0xdeadbeef;
	memcpy(&word, m.buffer + m.position, sizeof(word));
	m.position += sizeof(word);
	if (m.position == block_size())
		block_done();
	return word;
}

static void data_write(uint32_t word)
{
	if (!m.writing)
		return;
	memcpy(m.buffer + m.position, &word, sizeof(word));
	m.position += sizeof(word);
	if (m.position == block_size())
		block_done();
}

/* ---- Commands ---- */

static void begin_data(uint32_t cmdtm)
{
	m.blocks = cmdtm & SDHCI_CMDTM_MULTI ? m.blksizecnt >> 16 : 1;
	m.status |= SDHCI_STATUS_DAT_INHIBIT;
	m.position = 0;
	if (cmdtm & SDHCI_CMDTM_READ) {
		m.reading = true;
		fetch_block();
	} else {
		m.writing = true;
		happen(SDHCI_INTERRUPT_WRITE_READY);
	}
}

static void command(uint32_t cmdtm)
{
	uint32_t kind = cmdtm & SDHCI_CMDTM_RESPONSE_48_BUSY;
	uint32_t wanted = kind == 0 ? 0
			  : kind == SDHCI_CMDTM_RESPONSE_136 ? 136 : 48;
	bool garbled;
	uint32_t got = sdcard_model_command(cmdtm >> 24 & 0x3f, m.arg1,
					    card_hz(), m.resp, &garbled);

	if (!card_hz() || !(m.control0 & SDHCI_CONTROL0_POWER))
		return;
	if (got != wanted) {
		happen(SDHCI_INTERRUPT_COMMAND_TIMEOUT);
		return;
	}
	if (garbled && (cmdtm & SDHCI_CMDTM_CHECK_CRC)) {
		happen(SDHCI_INTERRUPT_COMMAND_CRC);
		return;
	}
	if (cmdtm & SDHCI_CMDTM_ABORT)
		m.reading = m.writing = false;
	happen(SDHCI_INTERRUPT_COMMAND_DONE);
	if (cmdtm & SDHCI_CMDTM_DATA)
		begin_data(cmdtm);
	else if (kind == SDHCI_CMDTM_RESPONSE_48_BUSY)
		happen(SDHCI_INTERRUPT_DATA_DONE);
}

static void control1_write(uint32_t value)
{
	const uint32_t resets = SDHCI_CONTROL1_RESET_ALL
				| SDHCI_CONTROL1_RESET_CMD
				| SDHCI_CONTROL1_RESET_DAT;

	if (value & SDHCI_CONTROL1_RESET_ALL) {
		m.control0 = m.irpt_mask = m.irpt_en = m.interrupt = 0;
		value = SDHCI_CONTROL1_RESET_ALL;
	}
	if (value & (SDHCI_CONTROL1_RESET_ALL | SDHCI_CONTROL1_RESET_DAT)) {
		m.reading = m.writing = false;
		m.status &= ~SDHCI_STATUS_DAT_INHIBIT;
		m.pending = 0;
	}
	if (!options.stuck_reset)
		value &= ~resets;
	value &= ~SDHCI_CONTROL1_STABLE;
	if ((value & SDHCI_CONTROL1_INTERNAL_CLOCK) && !options.stuck_clock)
		value |= SDHCI_CONTROL1_STABLE;
	m.control1 = value;
}

/* ---- The recorded accesses ---- */

static void record(uint32_t offset, uint32_t value, uint32_t is_write)
{
	if (m.trace_length < TRACE_MAX)
		m.trace[m.trace_length++] =
			(struct access){ offset, value, is_write };
}

static uint32_t value_of(uint32_t offset)
{
	switch (offset) {
	case 0x10:
	case 0x14:
	case 0x18:
	case 0x1c:
		return m.resp[(offset - 0x10) / 4];
	case 0x20:
		return data_read();
	case 0x24:
		return m.status;
	case 0x28:
		return m.control0;
	case 0x2c:
		return m.control1;
	case 0x30:
		wire();
		return m.interrupt;
	case 0xfc:
		return options.version << 16;
	default:
		return 0;
	}
}

uint32_t mmio_read32(const volatile uint32_t *reg)
{
	uint32_t offset = (uint32_t)((uintptr_t)reg - (uintptr_t)&registers);
	uint32_t value = value_of(offset);

	m.now++;
	record(offset, value, 0);
	return value;
}

/* The Arasan core of the Raspberry Pi: too soon after the write before. */
static bool is_lost(uint32_t offset)
{
	uint32_t hz = card_hz() ? card_hz() : 400000;
	bool lost = options.loses_writes && offset != 0x20 && m.written
		    && m.now - m.written < 2 * CLOCK_HZ / hz;

	m.written = m.now;
	options.lost_writes += lost;
	return lost;
}

void mmio_write32(volatile uint32_t *reg, uint32_t value)
{
	uint32_t offset = (uint32_t)((uintptr_t)reg - (uintptr_t)&registers);

	m.now++;
	record(offset, value, 1);
	if (is_lost(offset))
		return;
	switch (offset) {
	case 0x04:
		m.blksizecnt = value;
		break;
	case 0x08:
		m.arg1 = value;
		break;
	case 0x0c:
		command(value);
		break;
	case 0x20:
		data_write(value);
		break;
	case 0x28:
		m.control0 = value;
		break;
	case 0x2c:
		control1_write(value);
		break;
	case 0x30:
		m.interrupt &= ~value;
		break;
	case 0x34:
		m.irpt_mask = value;
		break;
	case 0x38:
		m.irpt_en = value;
		break;
	}
}

void mmio_barrier(void)
{
}

uint64_t mmio_clock(void)
{
	return m.now++;
}

uint32_t mmio_clock_hz(void)
{
	return CLOCK_HZ;
}

/* ---- For the test ---- */

struct sdhci_model *sdhci_model(void)
{
	return &options;
}

static int firmware(uint32_t tag, void *value, size_t size)
{
	uint32_t *words = value;

	if (tag != FIRMWARE_CLOCK_RATE || size != 8 || words[0] != 12)
		return -1;
	words[1] = options.firmware_hz;
	return options.firmware_hz ? 8 : -1;
}

/* A fresh controller; 200 MHz, a good card of 256 sectors, version 2. */
void model_reset(uint32_t interrupt)
{
	memset(&m, 0, sizeof(m));
	options = (struct sdhci_model){
		.irq_connected = 1, .version = SDHCI_VERSION_3,
		.base_hz = 200000000,
	};
	*sdcard_model() = (struct sdcard_model){
		.present = 1, .version = 2, .serial = 0x12345678,
		.sectors_said = SDCARD_MODEL_SECTORS,
		.sectors_real = SDCARD_MODEL_SECTORS,
	};
	sdcard_model_reset();
	memset(sdcard_model_memory(), 0, SDCARD_MODEL_SECTORS * 512);
	attached = NULL;
	memset(&model_sdhci, 0, sizeof(model_sdhci));
	model_sdhci.base = (uintptr_t)&registers;
	model_sdhci.irq = interrupt ? MODEL_IRQ : DRIVER_IRQ_NONE;
	model_sdhci.clock_hz = options.base_hz;
	model_sdhci.firmware = firmware;
	model_sdhci.firmware_clock = 12;
}

void model_clock(uint32_t hz)
{
	model_sdhci.clock_hz = hz;
	options.base_hz = hz ? hz : options.firmware_hz;
}

/* Take the accesses since the last call. */
uint32_t model_trace(struct access *trace)
{
	uint32_t length = m.trace_length;

	memcpy(trace, m.trace, length * sizeof(*trace));
	m.trace_length = 0;
	return length;
}

/* Let the wire move while all tasks wait. */
void model_time(uint32_t steps)
{
	while (steps--) {
		wire();
		host_run();
	}
}

int model_init(void)
{
	return sdhci_init(&model_sdhci);
}

uint64_t model_sectors(void)
{
	return attached ? attached->sectors : 0;
}

struct block_counters *model_counters(void)
{
	return &model_sdhci.card.block.counters;
}

uint32_t model_card_hz(void)
{
	return card_hz();
}

uint32_t model_bits(void)
{
	return bits();
}

int model_read(uint64_t sector, uint32_t count, uint8_t *data)
{
	return block_read(&model_sdhci.card.block, sector, count, data);
}

int model_write(uint64_t sector, uint32_t count, const uint8_t *data)
{
	return block_write(&model_sdhci.card.block, sector, count, data);
}
