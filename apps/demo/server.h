/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * HTTP/1.1 over BSD sockets: all connections in one task, none of which can
 * make it wait. Memory is the structure; what does not fit waits in the
 * network stack, or with the other side.
 */
#ifndef SERVER_H
#define SERVER_H

#include "site.h"

#define WEB_CONNECTIONS		6U
/*
 * Together fewer than lwIP has control blocks (28): when it runs out of them,
 * its messages about that fill the queue of the listener, and who waits there
 * is reset. Who is not let in at all tries again.
 */
#define WEB_BACKLOG		16
#define WEB_RX_SIZE		512U
#define WEB_TX_SIZE		1460U	/* one segment on Ethernet */

/* How long a connection may be at something. */
#define WEB_IDLE_MS		15000U	/* between requests */
#define WEB_REQUEST_MS		10000U	/* first byte of one to its last */
#define WEB_REPLY_MS		30000U	/* to take a reply */
#define WEB_LINGER_MS		2000U	/* to close after our last byte */
/* Within that, one that has not sent a request yet keeps its place. */
#define WEB_GRACE_MS		3000U

enum web_stage {
	WEB_FREE,
	WEB_READING,
	WEB_SENDING,
	WEB_LINGERING,
};

struct web_connection {
	enum web_stage stage;
	int socket;
	short wanted;		/* poll()'s events */
	bool close;		/* after this reply */
	bool head_only;
	bool chunked;
	bool text_done;
	uint64_t since_ms;	/* begin of the stage, or of the request */
	unsigned int requests;
	struct http_parser parser;
	struct reply reply;
	size_t rx_at, rx_len;
	size_t tx_at, tx_len;
	size_t body_at;
	char rx[WEB_RX_SIZE];
	char tx[WEB_TX_SIZE];
};

struct web_server {
	int listener;
	uint64_t deaf_until_ms;	/* accept() failed: not before then */
	struct site *site;
	struct web_connection connections[WEB_CONNECTIONS];
};

/*
 * Listen on a TCP port; 0, or errno. `port` 0: any; web_port() tells.
 * `server` and `site` have to be zero but for what the caller set.
 */
int web_open(struct web_server *server, struct site *site, uint16_t port);

uint16_t web_port(const struct web_server *server);

/* Wait up to `wait_ms` for something to do, and do it; false: cannot wait. */
bool web_turn(struct web_server *server, int wait_ms);

/* connection.c: what server.c does with a connection. */
void web_begin(struct web_connection *c, int socket, uint64_t now_ms);
void web_go_on(struct web_server *server, struct web_connection *c,
	       uint64_t now_ms);
void web_check_time(struct web_server *server, struct web_connection *c,
		    uint64_t now_ms);
void web_close(struct web_server *server, struct web_connection *c);

#endif /* SERVER_H */
