/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IPv6 as a client: a link-local address, one by a router's prefix, neighbour
 * discovery, ping, and echo of datagrams and a stream on the gateway's port
 * net6.port, which is a boot argument.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lwip/ethip6.h>
#include <lwip/netif.h>
#include <lwip/prot/icmp6.h>
#include <lwip/sockets.h>
#include <lwip/tcpip.h>

#include "FreeRTOS.h"
#include "task.h"

#include "board_devices.h"
#include "network.h"

#define STACK_WORDS	1024
#define PRIORITY	3
#define PORT		"net6.port="
#define WAIT_S		30
#define PING_BYTES	64U
#define IP6_HEADER	40U
#define STREAM_BYTES	40000U
/* QEMU's documentation of -netdev user: the host in its default IPv6 net */
#define GATEWAY		"fec0::2"
#define GATEWAY_LOCAL	"fe80::2"

static unsigned int port;
static uint8_t out[STREAM_BYTES], in[STREAM_BYTES];

static void tell(const char *what, bool good)
{
	printf("net6: %s %s\n", what, good ? "good" : "FAILED");
	if (!good)
		exit(1);
}

static struct sockaddr_in6 address_of(const char *text)
{
	struct sockaddr_in6 to = {
		.sin6_family = AF_INET6,
		.sin6_port = lwip_htons((uint16_t)port),
	};

	if (lwip_inet_pton(AF_INET6, text, &to.sin6_addr) != 1)
		tell(text, false);
	if (!strncmp(text, "fe80", 4))
		to.sin6_scope_id = netif_get_index(netif_default);
	return to;
}

static int connected(int type, int protocol, const char *text)
{
	struct sockaddr_in6 to = address_of(text);
	struct timeval timeout = { .tv_sec = WAIT_S };
	int fd = lwip_socket(AF_INET6, type, protocol);

	if (fd < 0)
		return -1;
	lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
			sizeof(timeout));
	if (!lwip_connect(fd, (const struct sockaddr *)&to, sizeof(to)))
		return fd;
	lwip_close(fd);
	return -1;
}

/* ---- Addresses: RFC 4862 ---- */

static bool is_valid(int8_t number)
{
	bool valid;

	LOCK_TCPIP_CORE();
	valid = ip6_addr_isvalid(netif_ip6_addr_state(netif_default, number));
	UNLOCK_TCPIP_CORE();
	return valid;
}

static void wait_for_address(int8_t number, const char *what)
{
	unsigned int i;

	for (i = 0; i < WAIT_S * 10 && !is_valid(number); i++)
		vTaskDelay(pdMS_TO_TICKS(100));
	tell(what, is_valid(number));
	printf("net6: address %s\n",
	       ip6addr_ntoa(netif_ip6_addr(netif_default, number)));
}

/* ---- Traffic ---- */

/* RFC 4443, 4.1; lwIP makes the checksum, and gives what comes with its header. */
static bool ping(const char *text)
{
	struct icmp6_echo_hdr *request = (struct icmp6_echo_hdr *)out;
	int fd = connected(SOCK_RAW, IPPROTO_ICMPV6, text);
	ssize_t len;
	bool good = false;

	if (fd < 0)
		return false;
	*request = (struct icmp6_echo_hdr){ .type = ICMP6_TYPE_EREQ, .id = 7 };
	lwip_send(fd, out, PING_BYTES, 0);
	while (!good && (len = lwip_recv(fd, in, sizeof(in), 0)) > 0)
		good = len == IP6_HEADER + PING_BYTES
		       && in[IP6_HEADER] == ICMP6_TYPE_EREP
		       && !memcmp(in + IP6_HEADER + 4, out + 4, PING_BYTES - 4);
	lwip_close(fd);
	return good;
}

static bool datagram(size_t size)
{
	int fd = connected(SOCK_DGRAM, 0, GATEWAY);
	bool good = fd >= 0 && lwip_send(fd, out, size, 0) == (ssize_t)size
		    && lwip_recv(fd, in, sizeof(in), 0) == (ssize_t)size
		    && !memcmp(in, out, size);

	if (fd >= 0)
		lwip_close(fd);
	return good;
}

static bool stream(void)
{
	int fd = connected(SOCK_STREAM, 0, GATEWAY);
	size_t have = 0;
	ssize_t got = 0;
	bool good;

	if (fd < 0)
		return false;
	good = lwip_send(fd, out, sizeof(out), 0) == (ssize_t)sizeof(out)
	       && !lwip_shutdown(fd, SHUT_WR);
	while (good && have < sizeof(in)
	       && (got = lwip_recv(fd, in + have, sizeof(in) - have, 0)) > 0)
		have += (size_t)got;
	lwip_close(fd);
	return good && have == sizeof(out) && !memcmp(in, out, sizeof(out));
}

static void run(void *arg)
{
	(void)arg;
	network_start(network_print);
	if (board_network_start(NULL) || !network_wait(WAIT_S * 1000))
		tell("network", false);
	for (size_t i = 0; i < sizeof(out); i++)
		out[i] = (uint8_t)(i + (i >> 8));
	wait_for_address(0, "link-local");
	wait_for_address(1, "autoconfigured");
	tell("ping " GATEWAY_LOCAL, ping(GATEWAY_LOCAL));
	tell("ping " GATEWAY, ping(GATEWAY));
	tell("small datagram", datagram(1));
	/* RFC 8200, 5: less the headers of IPv6 and UDP */
	tell("whole datagram", datagram(1500 - IP6_HEADER - 8));
	tell("stream", stream());
	exit(0);
}

int main(int argc, char *argv[])
{
	for (int i = 1; i < argc; i++)
		if (!strncmp(argv[i], PORT, sizeof(PORT) - 1))
			port = strtoul(argv[i] + sizeof(PORT) - 1, NULL, 10);
	if (xTaskCreate(run, "net6", STACK_WORDS, NULL, PRIORITY, NULL)
	    != pdPASS)
		return 1;
	vTaskStartScheduler();
	return 1;
}
