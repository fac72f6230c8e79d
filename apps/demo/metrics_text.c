/* SPDX-License-Identifier: BSD-3-Clause */
/* The text format of Prometheus, version 0.0.4: numbers, then sensors. */
#include "site.h"

#include <stddef.h>

#define COUNT_OF(a)	(sizeof(a) / sizeof((a)[0]))

#define STATION(field)	(offsetof(struct site, station.field))
#define COUNTER(field)	(offsetof(struct site, counters.field))

/* A number of the site: a uint64_t at `offset`. */
static const struct number {
	const char *name, *type, *help;
	size_t offset;
	bool milli;
} numbers[] = {
	{ "uptime_seconds", "gauge", "Time since power-on.",
	  STATION(uptime_ms), true },
	{ "ram_used_bytes", "gauge", "Image, stacks, heap and pools in use.",
	  STATION(ram_used_bytes), false },
	{ "heap_free_bytes", "gauge", "What may still be allocated.",
	  STATION(heap_free_bytes), false },
	{ "tasks", "gauge", "FreeRTOS tasks there are.",
	  STATION(tasks), false },
	{ "sensor_rounds_lost_total", "counter",
	  "Rounds of readings that were not taken in time.",
	  STATION(rounds_lost), false },
	{ "network_receive_frames_total", "counter", "Frames received.",
	  STATION(rx_frames), false },
	{ "network_transmit_frames_total", "counter", "Frames sent.",
	  STATION(tx_frames), false },
	{ "network_receive_lost_total", "counter",
	  "Frames that were bad, or found no buffer.",
	  STATION(rx_lost), false },
	{ "network_transmit_lost_total", "counter",
	  "Frames that could not be sent.", STATION(tx_lost), false },
	{ "http_requests_total", "counter", "Requests answered, errors too.",
	  COUNTER(requests), false },
	{ "http_client_errors_total", "counter", "Answers of status 4xx.",
	  COUNTER(client_errors), false },
	{ "http_server_errors_total", "counter", "Answers of status 5xx.",
	  COUNTER(server_errors), false },
	{ "http_sent_bytes_total", "counter", "Bytes of answers.",
	  COUNTER(sent_bytes), false },
	{ "http_connections_total", "counter", "Connections accepted.",
	  COUNTER(connections), false },
	{ "http_connections", "gauge", "Connections open now.",
	  COUNTER(open), false },
	{ "http_timeouts_total", "counter",
	  "Connections closed because nothing came or went.",
	  COUNTER(timeouts), false },
	{ "http_evicted_total", "counter",
	  "Connections closed to make room for others.",
	  COUNTER(evicted), false },
	{ "http_broken_total", "counter",
	  "Connections that the other side broke.", COUNTER(broken), false },
};

static void add_sensor_value(const struct reply *r, struct text *t,
			     unsigned int i);
static void add_sensor_up(const struct reply *r, struct text *t,
			  unsigned int i);
static void add_sensor_age(const struct reply *r, struct text *t,
			   unsigned int i);
static void add_sensor_errors(const struct reply *r, struct text *t,
			      unsigned int i);

/* A number of each sensor. */
static const struct family {
	const char *name, *type, *help;
	void (*add)(const struct reply *r, struct text *t, unsigned int i);
} families[] = {
	{ "sensor_value", "gauge", "The last reading.", add_sensor_value },
	{ "sensor_up", "gauge", "Whether the last reading is good and new.",
	  add_sensor_up },
	{ "sensor_age_seconds", "gauge", "Age of the last reading.",
	  add_sensor_age },
	{ "sensor_errors_total", "counter", "Readings that failed.",
	  add_sensor_errors },
};

static void add_type(struct text *t, const char *name, const char *type,
		     const char *help)
{
	text_add(t, "# HELP ukboard_%s %s\n# TYPE ukboard_%s %s\n", name, help,
		 name, type);
}

static void add_info(const struct reply *r, struct text *t)
{
	add_type(t, "info", "gauge", "Which board this is.");
	text_add(t, "ukboard_info{board=");
	text_add_quoted(t, r->site->station.board);
	text_add(t, ",title=");
	text_add_quoted(t, r->site->station.title);
	text_add(t, "} 1\n");
}

static void add_number(const struct reply *r, struct text *t,
		       const struct number *number)
{
	const char *place = (const char *)r->site + number->offset;
	uint64_t value = *(const uint64_t *)place;

	add_type(t, number->name, number->type, number->help);
	text_add(t, "ukboard_%s ", number->name);
	if (number->milli)
		text_add_milli(t, (int64_t)value);
	else
		text_add(t, "%llu", (unsigned long long)value);
	text_add(t, "\n");
}

static void add_sensor(const struct reply *r, struct text *t,
		       const struct family *family, unsigned int i)
{
	const struct sensor_label *label = &r->site->history.labels[i];

	text_add(t, "ukboard_%s{sensor=", family->name);
	text_add_quoted(t, label->name);
	text_add(t, ",part=");
	text_add_quoted(t, label->part);
	text_add(t, ",quantity=");
	text_add_quoted(t, label->quantity);
	text_add(t, ",unit=");
	text_add_quoted(t, label->unit);
	text_add(t, "} ");
	family->add(r, t, i);
	text_add(t, "\n");
}

static void add_sensor_value(const struct reply *r, struct text *t,
			     unsigned int i)
{
	const struct last_reading *state = &r->site->history.state[i];

	if (state->known)
		text_add_milli(t, state->milli);
	else
		text_add(t, "NaN");
}

static void add_sensor_up(const struct reply *r, struct text *t,
			  unsigned int i)
{
	const struct history *h = &r->site->history;
	uint64_t now_ms = r->site->station.uptime_ms;

	text_add(t, "%d", history_state(h, i, now_ms)[0] == 'o');
}

static void add_sensor_age(const struct reply *r, struct text *t,
			   unsigned int i)
{
	const struct history *h = &r->site->history;
	uint64_t now_ms = r->site->station.uptime_ms;

	if (h->state[i].known)
		text_add_milli(t, (int64_t)history_age_ms(h, i, now_ms));
	else
		text_add(t, "NaN");
}

static void add_sensor_errors(const struct reply *r, struct text *t,
			      unsigned int i)
{
	const struct history *h = &r->site->history;

	text_add(t, "%llu", (unsigned long long)h->state[i].errors);
}

bool metrics_text(struct reply *r, struct text *t)
{
	unsigned int part = r->cursor.part, item = r->cursor.item;
	const struct family *family;

	if (part == 0) {
		add_info(r, t);
	} else if (part <= COUNT_OF(numbers)) {
		add_number(r, t, &numbers[part - 1]);
	} else if (part <= COUNT_OF(numbers) + COUNT_OF(families)) {
		family = &families[part - 1 - COUNT_OF(numbers)];
		if (item == 0)
			add_type(t, family->name, family->type, family->help);
		else
			add_sensor(r, t, family, item - 1);
		if (item < r->site->history.sensors) {
			r->cursor.item++;
			return true;
		}
	} else {
		return false;
	}
	r->cursor.item = 0;
	r->cursor.part++;
	return true;
}
