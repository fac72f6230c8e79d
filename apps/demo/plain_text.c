/* SPDX-License-Identifier: BSD-3-Clause */
/* The sensors for who asks without being a browser: a line each, to read. */
#include "site.h"

enum part {
	HEAD,
	SENSOR,
	TAIL,
	END,
};

static void add_sensor(const struct reply *r, struct text *t,
		       unsigned int number)
{
	const struct history *h = &r->site->history;
	const struct sensor_label *label = &h->labels[number];
	const struct last_reading *state = &h->state[number];

	text_add(t, "%s %s: ", label->name, label->quantity);
	if (state->known) {
		text_add_milli(t, state->milli);
		text_add(t, " %s, ", label->unit);
	}
	text_add(t, "%s%s%s\n",
		 history_state(h, number, r->site->station.uptime_ms),
		 state->error ? ": " : "", state->error ? state->error : "");
}

bool plain_text(struct reply *r, struct text *t)
{
	const struct station *station = &r->site->station;
	struct cursor *cursor = &r->cursor;

	switch (cursor->part) {
	case HEAD:
		text_add(t, "%s (%s), up ", station->title, station->board);
		text_add_milli(t, (int64_t)station->uptime_ms);
		text_add(t, " s\n");
		cursor->part = SENSOR;
		return true;
	case SENSOR:
		if (cursor->item < r->site->history.sensors)
			add_sensor(r, t, cursor->item++);
		else
			cursor->part = TAIL;
		return true;
	case TAIL:
		text_add(t, "Live charts are for browsers, or curl "
			 "--compressed; data: /api/v1/sensors, /metrics\n");
		cursor->part = END;
		return true;
	default:
		return false;
	}
}
