/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What the sensors said: the last reading of each, and the last minutes.
 * One task owns it; readings come to that task by rounds, one of every sensor.
 */
#ifndef HISTORY_H
#define HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#define SENSORS_MAX		6U
#define HISTORY_ROUNDS		480U	/* two minutes */
#define ROUND_PERIOD_MS		250U
/* After so many rounds without a reading, the last one is old. */
#define STALE_MS		(4U * ROUND_PERIOD_MS)
/* In a round of the past: no reading. */
#define HISTORY_NONE		INT32_MIN

/*
 * What a sensor is called. A part that measures several quantities is several
 * sensors here; `name` and `quantity` together are of one only.
 */
struct sensor_label {
	const char *name;	/* "t0" */
	const char *part;	/* "tmp105" */
	const char *quantity;	/* "temperature" */
	const char *unit;	/* "C"; ASCII */
};

struct reading {
	const char *error;	/* what went wrong; NULL: nothing */
	int32_t milli;		/* thousandths of the unit */
};

/* A reading of each sensor, taken one after the other. */
struct round {
	uint64_t at_ms;
	struct reading of[SENSORS_MAX];
};

struct last_reading {
	bool known;		/* there has been a reading */
	const char *error;	/* of the last round; NULL: none */
	int32_t milli;
	uint64_t read_ms;	/* when `milli` was read */
	uint64_t errors;
};

struct history {
	const struct sensor_label *labels;
	unsigned int sensors;
	uint32_t rounds;	/* so far: the number of the next one */
	uint64_t round_ms;	/* when the last one was */
	struct last_reading state[SENSORS_MAX];
	int32_t milli[HISTORY_ROUNDS][SENSORS_MAX];
};

void history_add(struct history *h, const struct round *round);

/* The oldest round that is still there. */
uint32_t history_oldest(const struct history *h);

/* A value of the past, or HISTORY_NONE. */
int32_t history_value(const struct history *h, unsigned int sensor,
		      uint32_t round);

/* Since the last good reading; 0 also when that is later than `now_ms`. */
uint64_t history_age_ms(const struct history *h, unsigned int sensor,
			uint64_t now_ms);

/* Whether there has been no round for long, with readings or without. */
bool history_is_stale(const struct history *h, uint64_t now_ms);

/* "ok", "stale", "error", or "starting" before the first reading. */
const char *history_state(const struct history *h, unsigned int sensor,
			  uint64_t now_ms);

#endif /* HISTORY_H */
