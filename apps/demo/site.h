/* SPDX-License-Identifier: BSD-3-Clause */
/* What there is to be had: request -> reply. No input or output here. */
#ifndef SITE_H
#define SITE_H

#include "history.h"
#include "http_parser.h"
#include "station.h"
#include "text.h"

/* What the server counts. */
struct web_counters {
	uint64_t requests;	/* that were answered, errors too */
	uint64_t client_errors;	/* answered by 4xx */
	uint64_t server_errors;	/* answered by 5xx */
	uint64_t connections;	/* accepted so far */
	uint64_t open;		/* now */
	uint64_t timeouts;	/* closed because nothing came or went */
	uint64_t evicted;	/* closed to make room */
	uint64_t broken;	/* ended by the other side in the middle */
	uint64_t sent_bytes;
};

struct site {
	struct history history;
	struct web_counters counters;
	struct station station;	/* as of the last reply that shows it */
};

/* How far the text of a reply is. */
struct cursor {
	unsigned int part;
	unsigned int item;
	uint32_t round;
};

/*
 * The answer to a request. Its body is constant bytes, or text that is made
 * piece by piece as it is sent, or nothing but the status in words.
 */
struct reply {
	uint16_t status;
	const char *type;	/* NULL: the status in words is the body */
	const char *why;	/* more words, or NULL */
	const char *headers;	/* further lines, each with its end */
	const char *etag;	/* NULL: none */
	const uint8_t *body;
	size_t length;
	/* Add the next bit of text; false: there was no more. */
	bool (*more)(struct reply *reply, struct text *t);
	const struct site *site;
	struct cursor cursor;
	uint32_t since;		/* rounds from here on, ... */
	uint32_t until;		/* ... and up to here */
	bool with_history;
};

void site_answer(struct site *site, struct http_request *request,
		 struct reply *reply);

/* A reply that says only its status, and why. */
void site_refuse(struct reply *reply, unsigned int status);

/* Add bits of text while they fit; false: that was the end. */
bool reply_fill(struct reply *reply, struct text *t);

/* The texts: for people, JSON of the sensors, metrics as Prometheus reads. */
bool plain_text(struct reply *reply, struct text *t);
bool sensors_json(struct reply *reply, struct text *t);
bool metrics_text(struct reply *reply, struct text *t);

#endif /* SITE_H */
