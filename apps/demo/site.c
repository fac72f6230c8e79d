/* SPDX-License-Identifier: BSD-3-Clause */
/* What there is to be had, by path. */
#include "site.h"

#include <string.h>

#include "embedded.h"

#define COMMON	"X-Content-Type-Options: nosniff\r\n"
#define FRESH	"Cache-Control: no-store\r\n" COMMON
#define VARIES	"Vary: Accept-Encoding\r\n"
/* The page is one file: nothing else may run or be loaded. */
#define PAGE								\
	"Content-Encoding: gzip\r\n"					\
	VARIES								\
	"Cache-Control: no-cache\r\n"					\
	"Content-Security-Policy: default-src 'none';"			\
	" style-src 'unsafe-inline'; script-src 'unsafe-inline';"	\
	" connect-src 'self'; img-src data:; base-uri 'none';"		\
	" form-action 'none'; frame-ancestors 'none'\r\n" COMMON

void site_refuse(struct reply *reply, unsigned int status)
{
	memset(reply, 0, sizeof(*reply));
	reply->status = (uint16_t)status;
	reply->headers = status == HTTP_METHOD_NOT_ALLOWED
			 ? "Allow: GET, HEAD\r\n" FRESH : FRESH;
}

/* Text that is made as it is sent. */
static void answer_text(struct site *site, struct reply *reply,
			const char *type,
			bool (*more)(struct reply *reply, struct text *t))
{
	station_look(&site->station);
	reply->type = type;
	reply->site = site;
	reply->more = more;
}

static void answer_page(struct site *site,
			const struct http_request *request,
			const char *query, struct reply *reply)
{
	const struct embedded_file *page = &embedded_page_html;

	(void)query;
	/* It is stored compressed; who does not ask for that has no scripts. */
	if (!request->takes_gzip) {
		answer_text(site, reply, "text/plain; charset=utf-8",
			    plain_text);
		reply->headers = VARIES FRESH;
		return;
	}
	reply->type = page->type;
	reply->headers = PAGE;
	reply->etag = page->etag;
	if (http_etag_matches(request->if_none_match, page->etag)) {
		reply->status = HTTP_NOT_MODIFIED;
		return;
	}
	reply->body = page->data;
	reply->length = page->size;
}

static void answer_sensors(struct site *site,
			   const struct http_request *request,
			   const char *query, struct reply *reply)
{
	const struct history *h = &site->history;
	uint32_t oldest = history_oldest(h);

	(void)request;
	(void)query;
	answer_text(site, reply, "application/json", sensors_json);
	reply->since = http_query_number(query, "since", UINT32_MAX);
	reply->with_history = reply->since != UINT32_MAX;
	reply->until = h->rounds;
	/* Who knows rounds of the future knew us before we were reset. */
	if (reply->since < oldest || reply->since > h->rounds)
		reply->since = oldest;
}

static void answer_metrics(struct site *site,
			   const struct http_request *request,
			   const char *query, struct reply *reply)
{
	(void)request;
	(void)query;
	answer_text(site, reply, "text/plain; version=0.0.4; charset=utf-8",
		    metrics_text);
}

/* Well is who answers, and whose sensors are asked. */
static void answer_health(struct site *site,
			  const struct http_request *request,
			  const char *query, struct reply *reply)
{
	(void)request;
	(void)query;
	if (history_is_stale(&site->history, station_uptime_ms()))
		site_refuse(reply, HTTP_SERVICE_UNAVAILABLE);
}

static const struct {
	const char *path;
	void (*answer)(struct site *site,
		       const struct http_request *request,
		       const char *query, struct reply *reply);
} routes[] = {
	{ "/", answer_page },
	{ "/api/v1/sensors", answer_sensors },
	{ "/metrics", answer_metrics },
	{ "/healthz", answer_health },
};

void site_answer(struct site *site, struct http_request *request,
		 struct reply *reply)
{
	const char *query;
	unsigned int i;

	site_refuse(reply, HTTP_OK);
	if (request->method == HTTP_OTHER_METHOD) {
		site_refuse(reply, HTTP_METHOD_NOT_ALLOWED);
		return;
	}
	query = http_split_target(request->target);
	if (!query) {
		site_refuse(reply, HTTP_BAD_REQUEST);
		return;
	}
	for (i = 0; i < sizeof(routes) / sizeof(routes[0]); i++) {
		if (!strcmp(request->target, routes[i].path)) {
			routes[i].answer(site, request, query, reply);
			return;
		}
	}
	site_refuse(reply, HTTP_NOT_FOUND);
}

bool reply_fill(struct reply *reply, struct text *t)
{
	struct cursor cursor;
	size_t len;

	for (;;) {
		cursor = reply->cursor;
		len = t->len;
		if (!reply->more(reply, t))
			return false;
		if (t->full) {
			/* It comes again, into the next piece. */
			reply->cursor = cursor;
			t->len = len;
			return true;
		}
	}
}
