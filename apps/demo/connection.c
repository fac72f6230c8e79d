/* SPDX-License-Identifier: BSD-3-Clause */
/* One connection: bytes in, requests, replies, bytes out, a clean end. */
#include <string.h>

#include "server.h"
#include "sockets.h"

/* "5b4\r\n" before a chunk; its end and the last, empty chunk behind it */
#define CHUNK_HEAD	5U
#define CHUNK_TAIL	7U
/* A status in words, and why */
#define WORDS_SIZE	96U

void web_close(struct web_server *server, struct web_connection *c)
{
	socket_close(c->socket);
	c->stage = WEB_FREE;
	server->site->counters.open--;
}

static void web_break(struct web_server *server, struct web_connection *c)
{
	server->site->counters.broken++;
	web_close(server, c);
}

static void enter(struct web_connection *c, enum web_stage stage,
		  uint64_t now_ms)
{
	c->stage = stage;
	c->since_ms = now_ms;
	c->wanted = stage == WEB_SENDING ? POLLOUT : POLLIN;
}

void web_begin(struct web_connection *c, int socket, uint64_t now_ms)
{
	c->socket = socket;
	c->requests = 0;
	c->rx_at = c->rx_len = 0;
	http_parser_reset(&c->parser);
	enter(c, WEB_READING, now_ms);
}

static bool again(void)
{
	return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
}

/* ------------------------------------------------------------- replies */

static void add_length(const struct web_connection *c, struct text *t,
		       size_t length)
{
	if (c->chunked)
		text_add(t, "Transfer-Encoding: chunked\r\n");
	else if (!c->reply.more)
		text_add(t, "Content-Length: %lu\r\n", (unsigned long)length);
}

/* "404 Not Found\n" */
static void add_words(const struct reply *r, struct text *t)
{
	text_add(t, "%u %s%s%s\n", r->status, http_reason(r->status),
		 r->why ? ": " : "", r->why ? r->why : "");
}

static void add_head(struct web_connection *c, struct text *t,
		     const struct text *words)
{
	const struct reply *r = &c->reply;

	text_add(t, "HTTP/1.1 %u %s\r\n", r->status, http_reason(r->status));
	if (r->status != HTTP_NOT_MODIFIED) {
		text_add(t, "Content-Type: %s\r\n",
			 r->type ? r->type : "text/plain");
		add_length(c, t, r->type ? r->length : words->len);
	}
	if (r->etag)
		text_add(t, "ETag: %s\r\n", r->etag);
	if (c->close)
		text_add(t, "Connection: close\r\n");
	else if (!c->parser.request.minor)
		text_add(t, "Connection: keep-alive\r\n");
	text_add(t, "%s\r\n", r->headers);
	if (!r->type && !c->head_only)
		text_add(t, "%s", words->data);
}

static bool is_full(const struct web_server *server)
{
	return server->site->counters.open >= WEB_CONNECTIONS;
}

/* Begin to send `c->reply`. */
static void begin_reply(struct web_server *server, struct web_connection *c,
			uint64_t now_ms)
{
	const struct http_request *request = &c->parser.request;
	struct web_counters *counters = &server->site->counters;
	struct text head = text_in(c->tx, sizeof(c->tx));
	char line[WORDS_SIZE];
	struct text words = text_in(line, sizeof(line));

	c->head_only = request->method == HTTP_HEAD;
	c->chunked = c->reply.more && request->minor;
	/* Text without chunks ends where the connection does. */
	c->close = request->close || c->parser.status != HTTP_OK
		   || (c->reply.more && !c->chunked) || is_full(server);
	c->text_done = !c->reply.more || c->head_only;
	c->body_at = c->head_only ? c->reply.length : 0;
	add_words(&c->reply, &words);
	add_head(c, &head, &words);
	c->tx_at = 0;
	c->tx_len = head.len;
	c->requests++;
	counters->requests++;
	counters->client_errors += c->reply.status / 100U == 4;
	counters->server_errors += c->reply.status / 100U == 5;
	enter(c, WEB_SENDING, now_ms);
}

/* Put the next piece of a text into the buffer; false: it has none. */
static bool make_piece(struct web_connection *c)
{
	struct text t = text_in(c->tx + CHUNK_HEAD,
				sizeof(c->tx) - CHUNK_HEAD - CHUNK_TAIL);
	char head[CHUNK_HEAD + 1];
	struct text h = text_in(head, sizeof(head));

	c->text_done = !reply_fill(&c->reply, &t);
	if (!t.len && !c->text_done)
		return false;
	c->tx_at = CHUNK_HEAD;
	if (c->chunked && t.len) {
		text_add(&h, "%03x\r\n", (unsigned int)t.len);
		memcpy(c->tx, head, CHUNK_HEAD);
		c->tx_at = 0;
	}
	t.size += CHUNK_TAIL;
	t.full = false;
	if (c->chunked)
		text_add(&t, "%s%s", t.len ? "\r\n" : "",
			 c->text_done ? "0\r\n\r\n" : "");
	c->tx_len = CHUNK_HEAD + t.len;
	return true;
}

/* Send from `data`; false: not all of it goes out now, or never. */
static bool send_bytes(struct web_server *server, struct web_connection *c,
		       const void *data, size_t len, size_t *at)
{
	const char *from = data;
	ssize_t sent;

	while (*at < len) {
		sent = send(c->socket, from + *at, len - *at,
			    MSG_DONTWAIT | MSG_NOSIGNAL);
		if (sent <= 0) {
			if (sent == 0 || !again())
				web_break(server, c);
			return false;
		}
		*at += (size_t)sent;
		server->site->counters.sent_bytes += (uint64_t)sent;
	}
	return true;
}

static void end_reply(struct web_server *server, struct web_connection *c,
		      uint64_t now_ms)
{
	if (!c->close) {
		http_parser_reset(&c->parser);
		enter(c, WEB_READING, now_ms);
	} else if (shutdown(c->socket, SHUT_WR)) {
		web_break(server, c);
	} else {
		/*
		 * Closing with bytes unread resets the connection, and takes
		 * from the other side what it has not read yet of the reply.
		 */
		enter(c, WEB_LINGERING, now_ms);
	}
}

/* Send what goes out now; true: the reply is out. */
static bool send_reply(struct web_server *server, struct web_connection *c,
		       uint64_t now_ms)
{
	for (;;) {
		if (!send_bytes(server, c, c->tx, c->tx_len, &c->tx_at)
		    || !send_bytes(server, c, c->reply.body, c->reply.length,
				   &c->body_at))
			return false;
		if (c->text_done)
			break;
		if (!make_piece(c)) {
			web_break(server, c);
			return false;
		}
	}
	end_reply(server, c, now_ms);
	return true;
}

/* ------------------------------------------------------------ requests */

/* Receive once; false: there is nothing, or no connection any more. */
static bool receive(struct web_server *server, struct web_connection *c)
{
	ssize_t len = recv(c->socket, c->rx, sizeof(c->rx), MSG_DONTWAIT);

	if (len < 0 && again())
		return false;
	if (len == 0 && http_parser_is_idle(&c->parser)) {
		web_close(server, c);
		return false;
	}
	if (len <= 0) {
		web_break(server, c);
		return false;
	}
	c->rx_at = 0;
	c->rx_len = (size_t)len;
	return true;
}

/* Take a request from what was received; false: it is not whole yet. */
static bool take_request(struct web_server *server, struct web_connection *c,
			 uint64_t now_ms)
{
	if (http_parser_is_idle(&c->parser))
		c->since_ms = now_ms;
	c->rx_at += http_parse(&c->parser, c->rx + c->rx_at,
			       c->rx_len - c->rx_at);
	if (!c->parser.status)
		return false;
	if (c->parser.status == HTTP_OK)
		site_answer(server->site, &c->parser.request, &c->reply);
	else
		site_refuse(&c->reply, c->parser.status);
	begin_reply(server, c, now_ms);
	return true;
}

/* Throw away what comes after our last byte, until the other side is done. */
static void linger(struct web_server *server, struct web_connection *c)
{
	ssize_t len = recv(c->socket, c->rx, sizeof(c->rx), MSG_DONTWAIT);

	if (len == 0 || (len < 0 && !again()))
		web_close(server, c);
}

void web_go_on(struct web_server *server, struct web_connection *c,
	       uint64_t now_ms)
{
	if (c->stage == WEB_LINGERING) {
		linger(server, c);
		return;
	}
	if (c->stage == WEB_READING && !receive(server, c))
		return;
	/* What was received at once may be several requests. */
	do {
		if (c->stage == WEB_READING
		    && !take_request(server, c, now_ms))
			return;
	} while (send_reply(server, c, now_ms) && c->stage == WEB_READING
		 && c->rx_at < c->rx_len);
}

void web_check_time(struct web_server *server, struct web_connection *c,
		    uint64_t now_ms)
{
	bool idle = http_parser_is_idle(&c->parser);
	uint64_t age_ms = now_ms - c->since_ms;

	if (c->stage == WEB_READING && !idle && age_ms > WEB_REQUEST_MS) {
		server->site->counters.timeouts++;
		site_refuse(&c->reply, HTTP_REQUEST_TIMEOUT);
		c->parser.status = HTTP_REQUEST_TIMEOUT;
		begin_reply(server, c, now_ms);
		send_reply(server, c, now_ms);
	} else if (c->stage == WEB_SENDING && age_ms > WEB_REPLY_MS) {
		server->site->counters.timeouts++;
		web_close(server, c);
	} else if ((c->stage == WEB_READING && age_ms > WEB_IDLE_MS)
		   || (c->stage == WEB_LINGERING && age_ms > WEB_LINGER_MS)) {
		web_close(server, c);
	}
}
