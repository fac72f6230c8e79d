/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The sensors as JSON: the station, and of each sensor its last reading and,
 * if asked for, its past in thousandths.
 */
#include "site.h"

enum part {
	HEAD,
	SENSOR,
	PAST,
	SENSOR_END,
	TAIL,
	END,
};

static void add_head(const struct reply *r, struct text *t)
{
	const struct station *station = &r->site->station;
	const struct web_counters *counters = &r->site->counters;

	text_add(t, "{\"board\":");
	text_add_quoted(t, station->board);
	text_add(t, ",\"title\":");
	text_add_quoted(t, station->title);
	text_add(t, ",\"uptime_ms\":%llu,\"heap_free_bytes\":%llu",
		 (unsigned long long)station->uptime_ms,
		 (unsigned long long)station->heap_free_bytes);
	text_add(t, ",\"ram_used_bytes\":%llu,\"tasks\":%llu",
		 (unsigned long long)station->ram_used_bytes,
		 (unsigned long long)station->tasks);
	text_add(t, ",\"requests\":%llu,\"errors\":%llu",
		 (unsigned long long)counters->requests,
		 (unsigned long long)(counters->client_errors
				      + counters->server_errors));
	text_add(t, ",\"period_ms\":%u,\"rounds\":%u", ROUND_PERIOD_MS,
		 r->until);
	if (r->with_history)
		text_add(t, ",\"history_from\":%u", r->since);
	text_add(t, ",\"sensors\":[");
}

static void add_sensor(const struct reply *r, struct text *t,
		       unsigned int number)
{
	const struct history *h = &r->site->history;
	const struct sensor_label *label = &h->labels[number];
	const struct last_reading *state = &h->state[number];
	uint64_t now_ms = r->site->station.uptime_ms;

	text_add(t, "%s\n{\"name\":", number ? "," : "");
	text_add_quoted(t, label->name);
	text_add(t, ",\"part\":");
	text_add_quoted(t, label->part);
	text_add(t, ",\"quantity\":");
	text_add_quoted(t, label->quantity);
	text_add(t, ",\"unit\":");
	text_add_quoted(t, label->unit);
	text_add(t, ",\"state\":\"%s\"", history_state(h, number, now_ms));
	if (state->error) {
		text_add(t, ",\"error\":");
		text_add_quoted(t, state->error);
	}
	if (!state->known) {
		text_add(t, ",\"value\":null,\"age_ms\":null");
		return;
	}
	text_add(t, ",\"value\":");
	text_add_milli(t, state->milli);
	text_add(t, ",\"age_ms\":%llu",
		 (unsigned long long)history_age_ms(h, number, now_ms));
}

static void add_past(const struct reply *r, struct text *t, uint32_t round)
{
	int32_t milli = history_value(&r->site->history, r->cursor.item, round);

	text_add(t, "%s", round == r->since ? ",\"history_milli\":[" : ",");
	if (milli == HISTORY_NONE)
		text_add(t, "null");
	else
		text_add(t, "%ld", (long)milli);
	if (round + 1U == r->until)
		text_add(t, "]");
}

static void next_sensor(struct reply *r, unsigned int number)
{
	r->cursor.item = number;
	r->cursor.round = r->since;
	r->cursor.part = number < r->site->history.sensors ? SENSOR : TAIL;
}

bool sensors_json(struct reply *r, struct text *t)
{
	struct cursor *cursor = &r->cursor;

	switch (cursor->part) {
	case HEAD:
		add_head(r, t);
		next_sensor(r, 0);
		return true;
	case SENSOR:
		add_sensor(r, t, cursor->item);
		cursor->part = r->with_history && r->since < r->until
			       ? PAST : SENSOR_END;
		return true;
	case PAST:
		add_past(r, t, cursor->round);
		if (++cursor->round == r->until)
			cursor->part = SENSOR_END;
		return true;
	case SENSOR_END:
		text_add(t, "}");
		next_sensor(r, cursor->item + 1U);
		return true;
	case TAIL:
		text_add(t, "]}\n");
		cursor->part = END;
		return true;
	default:
		return false;
	}
}
