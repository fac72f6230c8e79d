/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: a bus with one part on it that has registers or memory
 * behind a pointer, as nearly all parts on I2C have, and the drivers of such
 * parts. What a register does beyond holding a value, the test does.
 */
#include <string.h>
#include <uk_host.h>

#include "FreeRTOS.h"
#include "task.h"

#include "at24c.h"
#include "dps310.h"
#include "ds1338.h"
#include "emc1413.h"
#include "lsm303dlhc_mag.h"
#include "pca9548.h"
#include "sensor.h"
#include "tmp105.h"

#define MEMORY	65536U

static struct {
	struct i2c_bus bus;
	uint8_t address;
	uint32_t address_bytes;	/* of the pointer */
	uint32_t stride;	/* bytes behind each value of the pointer */
	uint32_t size;
	uint32_t page;		/* a write stays in it; 0: there are none */
	uint32_t write_ticks;	/* a write takes so long, unanswered */
	uint32_t read_only;	/* bits that a write of register 1 leaves */
	int error;		/* what every transfer says */
	uint32_t fails_from;	/* the transfer that says it first, from 1 */
	uint32_t transfers;
	TickType_t busy_until;
	_Bool busy;
	uint32_t pointer;
	uint8_t memory[MEMORY];
} m;

/* Bits of the I2C address that are part of the memory's address */
static uint32_t banks(void)
{
	return m.address_bytes == 1 && m.size > 256 && m.stride == 1
	       ? (m.size - 1) >> 8 : 0;
}

static int answers(uint8_t address)
{
	m.transfers++;
	if (m.error && m.transfers >= m.fails_from)
		return m.error;
	if ((address & ~banks()) != m.address)
		return I2C_ERR_NACK;
	if (m.busy && (int32_t)(xTaskGetTickCount() - m.busy_until) < 0)
		return I2C_ERR_NACK;
	m.busy = 0;
	return I2C_OK;
}

static void write_bytes(const uint8_t *tx, size_t length)
{
	uint32_t page = m.page ? m.page : MEMORY;

	if (!length)
		return;
	m.busy = m.write_ticks > 0;
	m.busy_until = xTaskGetTickCount() + m.write_ticks;
	for (size_t i = 0; i < length; i++) {
		uint32_t at = m.pointer - m.pointer % page
			      + (m.pointer + (uint32_t)i) % page;
		uint8_t keep = at == 1 ? (uint8_t)m.read_only : 0;

		m.memory[at] = (uint8_t)((tx[i] & ~keep)
					 | (m.memory[at] & keep));
	}
}

static int transfer(struct i2c_bus *bus, uint8_t address, const uint8_t *tx,
		    size_t tx_len, uint8_t *rx, size_t rx_len)
{
	int rc = answers(address);

	(void)bus;
	if (rc)
		return rc;
	if (tx_len) {
		if (m.address_bytes == 1)
			m.pointer = (address & banks()) << 8 | tx[0];
		else if (m.address_bytes == 2)
			m.pointer = (uint32_t)tx[0] << 8 | tx[1];
		m.pointer *= m.stride;
		write_bytes(tx + m.address_bytes, tx_len - m.address_bytes);
	}
	for (size_t i = 0; i < rx_len; i++)
		rx[i] = m.memory[(m.pointer + i) % m.size];
	return I2C_OK;
}

/* ---- For the tests ---- */

void part_reset(uint32_t address, uint32_t address_bytes, uint32_t stride,
		uint32_t size)
{
	static const struct i2c_bus_ops ops = { .transfer = transfer };

	memset(&m, 0, sizeof(m));
	m.address = (uint8_t)address;
	m.address_bytes = address_bytes;
	m.stride = stride;
	m.size = size;
	i2c_bus_init(&m.bus, &ops);
}

uint8_t *part_memory(void)
{
	return m.memory;
}

void part_pages(uint32_t page, uint32_t write_ticks)
{
	m.page = page;
	m.write_ticks = write_ticks;
}

void part_read_only(uint32_t bits)
{
	m.read_only = bits;
}

/* From the transfer @p from on, counted from now, all end so. */
void part_fails(int error, uint32_t from)
{
	m.error = error;
	m.fails_from = from;
	m.transfers = 0;
}

uint32_t part_transfers(void)
{
	return m.transfers;
}

/* ---- Sensors ---- */

static struct tmp105 tmp105;
static struct lsm303dlhc_mag mag;
static struct dps310 dps310;
static struct emc1413 emc1413;
static struct sensor *sensor;

void sensor_choose(char kind, uint32_t oversampling)
{
	switch (kind) {
	case 't':
		sensor = tmp105_sensor(&tmp105, "t", &m.bus, m.address);
		break;
	case 'm':
		sensor = lsm303dlhc_mag_sensor(&mag, "m", &m.bus, m.address);
		break;
	case 'p':
		dps310.oversampling = (uint8_t)oversampling;
		sensor = dps310_sensor(&dps310, "p", &m.bus, m.address);
		break;
	case 'e':
		sensor = emc1413_sensor(&emc1413, "e", &m.bus, m.address);
		break;
	}
}

int chosen_read(int32_t *milli)
{
	return sensor_read(sensor, milli);
}

const char *chosen_error(void)
{
	return sensor_error_text(sensor);
}

const char *chosen_state(void)
{
	return sensor_state_text(sensor);
}

/* readings, errors, losses, starts */
void chosen_counts(uint32_t *counts)
{
	counts[0] = sensor->readings;
	counts[1] = sensor->errors;
	counts[2] = sensor->losses;
	counts[3] = sensor->starts;
}

int limits_set(int32_t low, int32_t high)
{
	return tmp105_set_limits(&tmp105, low, high);
}

int limits_get(int32_t *low, int32_t *high)
{
	return tmp105_limits(&tmp105, low, high);
}

/* c0, c1, c00, c10, c01, c11, c20, c21, c30 */
void compensate(const int32_t *c, uint32_t oversampling, int32_t pressure,
		int32_t temperature, int32_t *result)
{
	const struct dps310_coefficients coefficients = {
		c[0], c[1], c[2], c[3], c[4], c[5], c[6], c[7], c[8],
	};
	struct dps310_result got;

	dps310_compensate(&coefficients, (uint8_t)oversampling, pressure,
			  temperature, &got);
	result[0] = got.milli_pascal;
	result[1] = got.milli_celsius;
}

/* ---- Clock ---- */

static struct ds1338 clock_part;

int clock_set(const uint16_t *f)
{
	const struct rtc_time time = {
		f[0], (uint8_t)f[1], (uint8_t)f[2],
		(uint8_t)f[3], (uint8_t)f[4], (uint8_t)f[5],
	};

	ds1338_init(&clock_part, &m.bus, m.address);
	return ds1338_set(&clock_part, &time);
}

int clock_get(uint16_t *f)
{
	struct rtc_time time;
	int rc;

	ds1338_init(&clock_part, &m.bus, m.address);
	rc = ds1338_get(&clock_part, &time);
	if (!rc) {
		f[0] = time.year;
		f[1] = time.month;
		f[2] = time.day;
		f[3] = time.hour;
		f[4] = time.minute;
		f[5] = time.second;
	}
	return rc;
}

int clock_load(uint32_t offset, uint8_t *data, size_t length)
{
	return ds1338_load(&clock_part, (uint8_t)offset, data, length);
}

int clock_store(uint32_t offset, const uint8_t *data, size_t length)
{
	return ds1338_store(&clock_part, (uint8_t)offset, data, length);
}

/* ---- EEPROM ---- */

static struct at24c eeprom;

int eeprom_init(uint32_t address, uint32_t size, uint32_t page,
		uint32_t address_bytes)
{
	const struct at24c_kind kind = {
		size, (uint16_t)page, (uint8_t)address_bytes,
	};

	return at24c_init(&eeprom, &m.bus, (uint8_t)address, kind);
}

int eeprom_read(uint32_t offset, uint8_t *data, size_t length)
{
	return at24c_read(&eeprom, offset, data, length);
}

int eeprom_write(uint32_t offset, const uint8_t *data, size_t length)
{
	return at24c_write(&eeprom, offset, data, length);
}

/* ---- Switch ---- */

int switch_select(uint32_t channels)
{
	struct pca9548 part;

	pca9548_init(&part, &m.bus, m.address);
	return pca9548_select(&part, (uint8_t)channels);
}
