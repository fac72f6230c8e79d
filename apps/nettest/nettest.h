/* SPDX-License-Identifier: BSD-3-Clause */
/* The parts of the network test. */
#ifndef NETTEST_H
#define NETTEST_H

#include <stdbool.h>
#include <stdint.h>
#include <uk/plat/time.h>

struct sockaddr_in;

/* Words of 8 bytes */
#define NETTEST_STACK	768
#define NETTEST_PRIO	5
/* Below lwIP's thread: a stream is read and written many frames at a time. */
#define STREAM_PRIO	3

/* RFC 862, 863, 864 */
#define PORT_ECHO	7
#define PORT_DISCARD	9
#define PORT_SOURCE	19

/* What a service does with a connection; it closes it. */
typedef void (*serve_t)(int connection);

/* Start the services; false without memory. */
bool tcp_services_start(void);
bool udp_services_start(void);

/* As a client: print what came of it. @p host: a name or an address */
void client_ping(const char *host, unsigned int count, unsigned int size);
void client_dns(const char *name);
/*
 * Have the DHCP server give the address again, or give it back and ask anew;
 * false if there is no answer.
 */
bool dhcp_ask(bool release);
/* SECONDS of traffic with HOST, whose PORT echoes: what is left of it. */
void soak_run(const char *host, unsigned int port, unsigned int seconds);

bool address_of(const char *host, struct sockaddr_in *address);
/* A socket for ping_once(), which tells whether the answer came. */
int ping_socket(unsigned int timeout_s);
bool ping_once(int fd, const struct sockaddr_in *to, unsigned int number,
	       unsigned int size);

/* Microseconds since boot */
static inline uint64_t now_us(void)
{
	return ukplat_monotonic_clock() / 1000;
}

#endif /* NETTEST_H */
