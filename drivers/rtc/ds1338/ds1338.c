/* SPDX-License-Identifier: BSD-3-Clause */
/* DS1338 real-time clock: Maxim 19-5154. */
#include <string.h>

#include "FreeRTOS.h"

#include "ds1338.h"
#include "ds1338_regs.h"

_Static_assert(DS1338_MEMORY_BYTES == DS1338_RAM_BYTES, "size of the memory");

#define BCD_INVALID	0xff

static uint8_t to_bcd(uint32_t value)
{
	return (uint8_t)(value / 10 << 4 | value % 10);
}

static uint8_t from_bcd(uint8_t bcd)
{
	if ((bcd & 15) > 9 || bcd >> 4 > 9)
		return BCD_INVALID;
	return (uint8_t)((bcd >> 4) * 10 + (bcd & 15));
}

static uint8_t ds1338_hour(uint8_t reg)
{
	uint8_t hour;

	if (!(reg & DS1338_HOURS_12))
		return from_bcd(reg & 0x3f);
	hour = from_bcd(reg & 0x1f);
	if (hour < 1 || hour > 12)
		return BCD_INVALID;
	/* 12 is the hour before 1. */
	return (uint8_t)(hour % 12 + (reg & DS1338_HOURS_PM ? 12 : 0));
}

int ds1338_get(struct ds1338 *dev, struct rtc_time *time)
{
	uint8_t regs[DS1338_TIME_BYTES + 1], year;
	struct rtc_time got;
	int rc;

	/* One message: the clock holds still what it reads out. */
	rc = i2c_read_from(dev->bus, dev->address, DS1338_SECONDS,
			   regs, sizeof(regs));
	if (rc)
		return rc;
	if ((regs[DS1338_SECONDS] & DS1338_SECONDS_CH)
	    || (regs[DS1338_CONTROL] & DS1338_CONTROL_OSF))
		return DS1338_ERR_NOT_SET;
	year = from_bcd(regs[DS1338_YEAR]);
	got = (struct rtc_time){
		.year = (uint16_t)(RTC_YEAR_MIN + year),
		.month = from_bcd(regs[DS1338_MONTH]),
		.day = from_bcd(regs[DS1338_DATE]),
		.hour = ds1338_hour(regs[DS1338_HOURS]),
		.minute = from_bcd(regs[DS1338_MINUTES]),
		.second = from_bcd(regs[DS1338_SECONDS]),
	};
	if (year == BCD_INVALID || !rtc_time_is_valid(&got))
		return DS1338_ERR_NO_TIME;
	*time = got;
	return I2C_OK;
}

int ds1338_set(struct ds1338 *dev, const struct rtc_time *time)
{
	uint8_t control;
	int rc;

	if (!rtc_time_is_valid(time))
		return DS1338_ERR_NO_TIME;
	const uint8_t message[] = {
		DS1338_SECONDS,
		to_bcd(time->second), to_bcd(time->minute), to_bcd(time->hour),
		rtc_weekday(time), to_bcd(time->day), to_bcd(time->month),
		to_bcd(time->year - RTC_YEAR_MIN),
	};
	rc = i2c_transfer(dev->bus, dev->address, message, sizeof(message),
			  NULL, 0);
	if (rc)
		return rc;
	rc = i2c_read_from(dev->bus, dev->address, DS1338_CONTROL,
			   &control, 1);
	if (rc || !(control & DS1338_CONTROL_OSF))
		return rc;
	return i2c_write_to(dev->bus, dev->address, DS1338_CONTROL,
			    control & (uint8_t)~DS1338_CONTROL_OSF);
}

static _Bool ds1338_in_memory(uint8_t offset, size_t length)
{
	return length > 0 && offset < DS1338_RAM_BYTES
	       && length <= DS1338_RAM_BYTES - offset;
}

int ds1338_load(struct ds1338 *dev, uint8_t offset, uint8_t *data,
		size_t length)
{
	if (!ds1338_in_memory(offset, length))
		return DS1338_ERR_RANGE;
	return i2c_read_from(dev->bus, dev->address,
			     (uint8_t)(DS1338_RAM + offset), data, length);
}

int ds1338_store(struct ds1338 *dev, uint8_t offset, const uint8_t *data,
		 size_t length)
{
	uint8_t message[1 + DS1338_RAM_BYTES];

	if (!ds1338_in_memory(offset, length))
		return DS1338_ERR_RANGE;
	message[0] = (uint8_t)(DS1338_RAM + offset);
	memcpy(message + 1, data, length);
	return i2c_transfer(dev->bus, dev->address, message, 1 + length,
			    NULL, 0);
}
