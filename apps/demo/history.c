/* SPDX-License-Identifier: BSD-3-Clause */
/* What the sensors said: the last reading of each, and the last minutes. */
#include "history.h"

#include <stddef.h>

void history_add(struct history *h, const struct round *round)
{
	int32_t *past = h->milli[h->rounds % HISTORY_ROUNDS];
	unsigned int i;

	for (i = 0; i < h->sensors; i++) {
		const struct reading *reading = &round->of[i];
		struct last_reading *state = &h->state[i];

		state->error = reading->error;
		past[i] = HISTORY_NONE;
		if (reading->error) {
			state->errors++;
			continue;
		}
		past[i] = state->milli = reading->milli;
		state->read_ms = round->at_ms;
		state->known = true;
	}
	h->round_ms = round->at_ms;
	h->rounds++;
}

uint32_t history_oldest(const struct history *h)
{
	return h->rounds > HISTORY_ROUNDS ? h->rounds - HISTORY_ROUNDS : 0;
}

int32_t history_value(const struct history *h, unsigned int sensor,
		      uint32_t round)
{
	if (round < history_oldest(h) || round >= h->rounds)
		return HISTORY_NONE;
	return h->milli[round % HISTORY_ROUNDS][sensor];
}

/* A reply that takes long tells of its begin, and of what came since. */
static uint64_t since(uint64_t then_ms, uint64_t now_ms)
{
	return now_ms > then_ms ? now_ms - then_ms : 0;
}

uint64_t history_age_ms(const struct history *h, unsigned int sensor,
			uint64_t now_ms)
{
	return since(h->state[sensor].read_ms, now_ms);
}

bool history_is_stale(const struct history *h, uint64_t now_ms)
{
	return since(h->round_ms, now_ms) > STALE_MS;
}

const char *history_state(const struct history *h, unsigned int sensor,
			  uint64_t now_ms)
{
	const struct last_reading *state = &h->state[sensor];

	if (state->error)
		return "error";
	if (!state->known)
		return "starting";
	return history_age_ms(h, sensor, now_ms) > STALE_MS ? "stale" : "ok";
}
