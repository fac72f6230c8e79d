/* SPDX-License-Identifier: BSD-3-Clause */
/* Real-time clocks: the time as they keep it. */
#ifndef DRIVERS_RTC_H
#define DRIVERS_RTC_H

#include <stdbool.h>
#include <stdint.h>

/* Two digits of a year are what clocks here have. */
#define RTC_YEAR_MIN		2000U
#define RTC_YEAR_MAX		2099U

/* A time of day and date; which zone it is of is the application's. */
struct rtc_time {
	uint16_t year;		/* RTC_YEAR_MIN to RTC_YEAR_MAX */
	uint8_t month;		/* 1 to 12 */
	uint8_t day;		/* 1 to 31 */
	uint8_t hour;		/* 0 to 23 */
	uint8_t minute;
	uint8_t second;
};

/* Between 2000 and 2099 every fourth year is a leap year. */
static inline uint8_t rtc_days_in(uint16_t year, uint8_t month)
{
	if (month == 2)
		return year % 4 ? 28 : 29;
	return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

static inline bool rtc_time_is_valid(const struct rtc_time *time)
{
	return time->year >= RTC_YEAR_MIN && time->year <= RTC_YEAR_MAX
	       && time->month >= 1 && time->month <= 12
	       && time->day >= 1
	       && time->day <= rtc_days_in(time->year, time->month)
	       && time->hour < 24 && time->minute < 60 && time->second < 60;
}

/* Seconds since 2000-01-01 00:00:00 of a valid time. */
static inline uint32_t rtc_seconds(const struct rtc_time *time)
{
	uint32_t years = time->year - RTC_YEAR_MIN;
	uint32_t days = years * 365 + (years + 3) / 4 + time->day - 1;

	for (uint8_t month = 1; month < time->month; month++)
		days += rtc_days_in(time->year, month);
	return ((days * 24 + time->hour) * 60 + time->minute) * 60
	       + time->second;
}

/* 1 for Monday to 7 for Sunday of a valid time. */
static inline uint8_t rtc_weekday(const struct rtc_time *time)
{
	/* 2000-01-01 was a Saturday. */
	return (uint8_t)((rtc_seconds(time) / 86400 + 5) % 7 + 1);
}

#endif /* DRIVERS_RTC_H */
