/* SPDX-License-Identifier: BSD-3-Clause */
/* The board as a client: names, and whether somebody is there. */
#include <stdlib.h>
#include <string.h>

#include <lwip/inet_chksum.h>
#include <lwip/netdb.h>
#include <lwip/prot/icmp.h>
#include <lwip/prot/ip4.h>
#include <lwip/sockets.h>

#include "FreeRTOS.h"
#include "task.h"

#include "nettest.h"

#define PING_ID		0x756b
#define PING_MAX	1472U
#define PING_TIMEOUT_S	2

/* Of what is sent, and of what comes back behind its IP header */
struct echo {
	struct icmp_echo_hdr header;
	uint8_t payload[PING_MAX];
};

static struct echo request;
static uint8_t answer[60 + sizeof(struct echo)];

bool address_of(const char *host, struct sockaddr_in *address)
{
	struct addrinfo hints = { .ai_family = AF_INET };
	struct addrinfo *found;

	if (lwip_getaddrinfo(host, NULL, &hints, &found))
		return false;
	memcpy(address, found->ai_addr, sizeof(*address));
	lwip_freeaddrinfo(found);
	return true;
}

void client_dns(const char *name)
{
	struct sockaddr_in address;

	if (address_of(name, &address))
		printf("dns: %s is %s\n", name,
		       inet_ntoa(address.sin_addr));
	else
		printf("dns: %s is not known\n", name);
}

static bool send_request(int fd, const struct sockaddr_in *to,
			 unsigned int number, unsigned int size)
{
	size_t len = sizeof(request.header) + size;
	unsigned int i;

	ICMPH_TYPE_SET(&request.header, ICMP_ECHO);
	ICMPH_CODE_SET(&request.header, 0);
	request.header.id = PP_HTONS(PING_ID);
	request.header.seqno = lwip_htons((u16_t)number);
	for (i = 0; i < size; i++)
		request.payload[i] = (uint8_t)(number + i);
	request.header.chksum = 0;
	request.header.chksum = inet_chksum(&request, (u16_t)len);
	return lwip_sendto(fd, &request, len, 0, (const struct sockaddr *)to,
			   sizeof(*to)) == (ssize_t)len;
}

/* Whether what came is the answer to what was sent, byte by byte. */
static bool is_answer(ssize_t len, unsigned int size)
{
	const struct ip_hdr *ip = (const struct ip_hdr *)answer;
	const struct echo *echo;

	if (len < (ssize_t)sizeof(*ip)
	    || len != (ssize_t)(IPH_HL_BYTES(ip) + sizeof(echo->header) + size))
		return false;
	echo = (const struct echo *)(answer + IPH_HL_BYTES(ip));
	return ICMPH_TYPE(&echo->header) == ICMP_ER
	       && echo->header.id == request.header.id
	       && echo->header.seqno == request.header.seqno
	       && !memcmp(echo->payload, request.payload, size);
}

bool ping_once(int fd, const struct sockaddr_in *to, unsigned int number,
	       unsigned int size)
{
	ssize_t len;

	if (!send_request(fd, to, number, size))
		return false;
	while ((len = lwip_recv(fd, answer, sizeof(answer), 0)) > 0)
		if (is_answer(len, size))
			return true;
	return false;
}

static void ping(int fd, const struct sockaddr_in *to, const char *host,
		 unsigned int count, unsigned int size)
{
	unsigned int answered = 0, i;
	unsigned long most = 0, all = 0;

	for (i = 0; i < count; i++) {
		uint64_t begin = now_us();
		unsigned long took;

		if (!ping_once(fd, to, i, size))
			continue;
		took = (unsigned long)(now_us() - begin);
		answered++;
		all += took;
		most = took > most ? took : most;
	}
	printf("ping: %s %u of %u answered, %u bytes, %lu us, at most %lu us\n",
	       host, answered, count, size, answered ? all / answered : 0,
	       most);
}

int ping_socket(unsigned int timeout_s)
{
	struct timeval timeout = { .tv_sec = timeout_s };
	int fd = lwip_socket(AF_INET, SOCK_RAW, IPPROTO_ICMP);

	if (fd >= 0)
		lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
				sizeof(timeout));
	return fd;
}

void client_ping(const char *host, unsigned int count, unsigned int size)
{
	struct sockaddr_in to;
	int fd;

	if (size > PING_MAX || !address_of(host, &to)) {
		printf("ping: %s: no such host, or more than %u bytes\n", host,
		       PING_MAX);
		return;
	}
	fd = ping_socket(PING_TIMEOUT_S);
	if (fd < 0) {
		printf("ping: no socket\n");
		return;
	}
	ping(fd, &to, host, count, size);
	lwip_close(fd);
}
