/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the rows share. Rows of the FreeRTOS API are measured as native
 * FreeRTOS was: by a task of priority BENCH_PRIORITY, with a partner where
 * there must be one, ROUNDS times; limits.toml says what each row means.
 */
#ifndef __BENCH_H__
#define __BENCH_H__

#include "FreeRTOS.h"
#include "task.h"

#include "series.h"

#define ROUNDS		(SERIES_SAMPLES + SERIES_WARM_UP)
#define BENCH_PRIORITY	5
#define PARTNER_WORDS	256	/* 2 KiB of stack */

/* The measuring task, and the partner that runs beside it. */
extern TaskHandle_t bench_task;
extern TaskHandle_t bench_partner;

/* Where samples go; each report empties its series. */
extern struct series *bench_series, *bench_series2, *bench_series3;

/* Start a partner. It runs at once if its priority is higher. */
TaskHandle_t bench_start(TaskFunction_t code, UBaseType_t priority);

/* Delete the partner. */
void bench_stop(void);

/* Report @p row, measured with a pair of series_now() around each sample. */
static inline void bench_report(const char *row, struct series *s)
{
	series_report(row, s, 1, true);
}

/* Run what follows ROUNDS times and keep how long it took each time. */
#define BENCH_MEASURE(series, ...) do {					\
	for (uint32_t round_ = 0; round_ < ROUNDS; round_++) {		\
		uint64_t from_ = series_now(), to_;			\
									\
		__VA_ARGS__;						\
		to_ = series_now();					\
		series_add((series), round_, to_ - from_);		\
	}								\
} while (0)

/* The same for two things that follow each other. */
#define BENCH_MEASURE_BOTH(first, second) do {				\
	for (uint32_t round_ = 0; round_ < ROUNDS; round_++) {		\
		uint64_t from_ = series_now(), to_;			\
									\
		first;							\
		to_ = series_now();					\
		series_add(bench_series, round_, to_ - from_);		\
		from_ = series_now();					\
		second;							\
		to_ = series_now();					\
		series_add(bench_series2, round_, to_ - from_);		\
	}								\
} while (0)

/*
 * The same where the partner takes a sample too: from @p begin, which it
 * sees, to its own first statement.
 */
#define BENCH_MEASURE_SHARED(begin, series, ...) do {			\
	for (uint32_t round_ = 0; round_ < ROUNDS; round_++) {		\
		uint64_t to_;						\
									\
		(begin) = series_now();					\
		__VA_ARGS__;						\
		to_ = series_now();					\
		series_add((series), round_, to_ - (begin));		\
	}								\
} while (0)

/* One function a file of rows; the core's own run in main(). */
void bench_core(void);
void bench_switch(void);
void bench_notify(void);
void bench_semaphore(void);
void bench_queue(void);
void bench_mutex(void);
void bench_event_group(void);
void bench_stream_buffer(void);
void bench_timer(void);
void bench_heap(void);
void bench_interrupt(void);
void bench_tick(void);
void bench_create(void);
void bench_memory(void);

#endif /* __BENCH_H__ */
