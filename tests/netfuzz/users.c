/* SPDX-License-Identifier: BSD-3-Clause */
/* Who uses the stack: echoes, a client, names; and one who never reads. */
#include <assert.h>
#include <stdio.h>

#include <lwip/dns.h>
#include <lwip/pbuf.h>
#include <lwip/priv/tcp_priv.h>
#include <lwip/tcp.h>
#include <lwip/udp.h>

#include "world.h"

#define ECHO_PORT	7
#define KEEP_PORT	9
#define HTTP_PORT	80
#define KEPT_MAX	46

static struct pbuf *kept[KEPT_MAX];
static unsigned int kept_count;

static void echo_datagram(void *arg, struct udp_pcb *pcb, struct pbuf *p,
			  const ip_addr_t *from, u16_t port)
{
	(void)arg;
	udp_sendto(pcb, p, from, port);
	pbuf_free(p);
}

static void keep_datagram(void *arg, struct udp_pcb *pcb, struct pbuf *p,
			  const ip_addr_t *from, u16_t port)
{
	(void)arg;
	(void)pcb;
	(void)from;
	(void)port;
	if (kept_count < KEPT_MAX)
		kept[kept_count++] = p;
	else
		pbuf_free(p);
}

static err_t echo_stream(void *arg, struct tcp_pcb *pcb, struct pbuf *p,
			 err_t err)
{
	struct pbuf *part;

	(void)arg;
	(void)err;
	if (!p) {
		if (tcp_close(pcb) == ERR_OK)
			return ERR_OK;
		tcp_abort(pcb);
		return ERR_ABRT;
	}
	for (part = p; part; part = part->next)
		tcp_write(pcb, part->payload, part->len, TCP_WRITE_FLAG_COPY);
	tcp_recved(pcb, p->tot_len);
	pbuf_free(p);
	return ERR_OK;
}

static err_t take_stream(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	if (err != ERR_OK || !pcb)
		return ERR_VAL;
	tcp_recv(pcb, echo_stream);
	return ERR_OK;
}

static err_t greet(void *arg, struct tcp_pcb *pcb, err_t err)
{
	(void)arg;
	(void)err;
	tcp_write(pcb, "GET / HTTP/1.0\r\n\r\n", 18, TCP_WRITE_FLAG_COPY);
	return ERR_OK;
}

static void datagrams(uint16_t port, udp_recv_fn receive)
{
	struct udp_pcb *pcb = udp_new();

	assert(pcb && udp_bind(pcb, IP_ADDR_ANY, port) == ERR_OK);
	udp_recv(pcb, receive, NULL);
}

void users_start(void)
{
	struct tcp_pcb *pcb = tcp_new();

	datagrams(ECHO_PORT, echo_datagram);
	datagrams(KEEP_PORT, keep_datagram);
	assert(pcb && tcp_bind(pcb, IP_ADDR_ANY, ECHO_PORT) == ERR_OK);
	pcb = tcp_listen(pcb);
	assert(pcb);
	tcp_accept(pcb, take_stream);
}

void users_connect(void)
{
	struct tcp_pcb *pcb = tcp_new();
	ip_addr_t to;

	if (!pcb)
		return;
	tcp_recv(pcb, echo_stream);
	IP_ADDR4(&to, 10, 0, 2, 2);
	if (tcp_connect(pcb, &to, HTTP_PORT, greet) != ERR_OK)
		tcp_abort(pcb);
}

static void answered(const char *name, const ip_addr_t *address, void *arg)
{
	(void)name;
	(void)address;
	(void)arg;
}

void users_ask(unsigned int number)
{
	ip_addr_t address;
	char name[32];

	snprintf(name, sizeof(name), "host-%u.example", number);
	dns_gethostbyname(name, &address, answered, NULL);
}

void users_stop(void)
{
	while (kept_count)
		pbuf_free(kept[--kept_count]);
	while (tcp_active_pcbs)
		tcp_abort(tcp_active_pcbs);
	while (tcp_tw_pcbs)
		tcp_abort(tcp_tw_pcbs);
}
