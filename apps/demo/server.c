/* SPDX-License-Identifier: BSD-3-Clause */
/* The listener, and who may go on. */
#include "server.h"

#include <string.h>

#include "sockets.h"

/* After accept() has failed: what it lacks may be there again then. */
#define DEAF_MS		200U

/* When all places are taken, a newcomer gets that of who has been so long */
#define SPARE_KEPT_MS		500U	/* between requests, or at its end */
#define SPARE_SENDING_MS	10000U	/* at taking a reply */

static int give_up(struct web_server *server)
{
	int error = errno ? errno : EIO;

	if (server->listener >= 0)
		socket_close(server->listener);
	server->listener = -1;
	return error;
}

int web_open(struct web_server *server, struct site *site, uint16_t port)
{
	struct sockaddr_in here;
	int flags, on = 1;

	memset(&here, 0, sizeof(here));
	here.sin_family = AF_INET;
	here.sin_port = htons(port);
	here.sin_addr.s_addr = htonl(INADDR_ANY);
	server->site = site;
	server->listener = socket(AF_INET, SOCK_STREAM, 0);
	if (server->listener < 0)
		return give_up(server);
	/* Not to have it is no reason not to serve. */
	setsockopt(server->listener, SOL_SOCKET, SO_REUSEADDR, &on,
		   sizeof(on));
	flags = socket_fcntl(server->listener, F_GETFL, 0);
	if (bind(server->listener, (struct sockaddr *)&here, sizeof(here))
	    || listen(server->listener, WEB_BACKLOG)
	    || flags < 0
	    || socket_fcntl(server->listener, F_SETFL, flags | O_NONBLOCK))
		return give_up(server);
	return 0;
}

uint16_t web_port(const struct web_server *server)
{
	struct sockaddr_in here;
	socklen_t len = sizeof(here);

	if (getsockname(server->listener, (struct sockaddr *)&here, &len))
		return 0;
	return ntohs(here.sin_port);
}

/* How long a connection may keep its place when others want it. */
static uint64_t spare_after_ms(const struct web_connection *c)
{
	switch (c->stage) {
	case WEB_FREE:
		return 0;
	case WEB_SENDING:
		return SPARE_SENDING_MS;
	case WEB_READING:
		if (!c->requests || !http_parser_is_idle(&c->parser))
			return WEB_GRACE_MS;
		return SPARE_KEPT_MS;
	default:
		return SPARE_KEPT_MS;
	}
}

/* A place for a newcomer: free, or of whom we can best spare; or NULL. */
static struct web_connection *find_place(struct web_server *server,
					 uint64_t now_ms)
{
	struct web_connection *c, *best = NULL;
	uint64_t over_ms, most_ms = 0;
	unsigned int i;

	for (i = 0; i < WEB_CONNECTIONS; i++) {
		c = &server->connections[i];
		if (c->stage == WEB_FREE)
			return c;
		over_ms = now_ms - c->since_ms;
		if (over_ms <= spare_after_ms(c))
			continue;
		over_ms -= spare_after_ms(c);
		if (over_ms > most_ms) {
			most_ms = over_ms;
			best = c;
		}
	}
	return best;
}

static void accept_one(struct web_server *server, uint64_t now_ms)
{
	struct web_connection *c = find_place(server, now_ms);
	int newcomer, on = 1;

	if (!c)
		return;
	newcomer = accept(server->listener, NULL, NULL);
	if (newcomer < 0) {
		if (errno != EAGAIN && errno != EWOULDBLOCK
		    && errno != ECONNABORTED && errno != EINTR)
			server->deaf_until_ms = now_ms + DEAF_MS;
		return;
	}
	if (c->stage != WEB_FREE) {
		server->site->counters.evicted++;
		web_close(server, c);
	}
	/* Replies are sent in whole pieces; waiting to join them costs time. */
	setsockopt(newcomer, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
	server->site->counters.connections++;
	server->site->counters.open++;
	web_begin(c, newcomer, now_ms);
}

/* What to wait for: in the order of the connections, the listener last. */
static unsigned int prepare(struct web_server *server, struct pollfd *fds,
			    struct web_connection **who, uint64_t now_ms)
{
	unsigned int i, count = 0;

	for (i = 0; i < WEB_CONNECTIONS; i++) {
		struct web_connection *c = &server->connections[i];

		if (c->stage == WEB_FREE)
			continue;
		who[count] = c;
		fds[count].fd = c->socket;
		fds[count].revents = 0;
		fds[count++].events = c->wanted;
	}
	who[count] = NULL;
	if (now_ms >= server->deaf_until_ms && find_place(server, now_ms)) {
		fds[count].fd = server->listener;
		fds[count].revents = 0;
		fds[count++].events = POLLIN;
	}
	return count;
}

bool web_turn(struct web_server *server, int wait_ms)
{
	struct web_connection *who[WEB_CONNECTIONS + 1];
	struct pollfd fds[WEB_CONNECTIONS + 1];
	unsigned int i, count;
	uint64_t now_ms;

	count = prepare(server, fds, who, station_uptime_ms());
	if (poll(fds, count, wait_ms) < 0)
		return errno == EINTR;
	now_ms = station_uptime_ms();
	for (i = 0; i < count; i++) {
		if (!who[i]) {
			if (fds[i].revents)
				accept_one(server, now_ms);
			continue;
		}
		if (fds[i].revents)
			web_go_on(server, who[i], now_ms);
		web_check_time(server, who[i], now_ms);
	}
	return true;
}
