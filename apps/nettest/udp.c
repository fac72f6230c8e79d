/* SPDX-License-Identifier: BSD-3-Clause */
/* UDP: echo; and discard, which tells on demand what it got. */
#include <stdlib.h>
#include <string.h>

#include <lwip/sockets.h>

#include "FreeRTOS.h"
#include "task.h"

#include "nettest.h"

#define DATAGRAM_MAX	2048

static int bound_socket(uint16_t port)
{
	struct sockaddr_in here = {
		.sin_family = AF_INET,
		.sin_port = lwip_htons(port),
	};
	int fd = lwip_socket(AF_INET, SOCK_DGRAM, 0);

	if (fd < 0 || lwip_bind(fd, (struct sockaddr *)&here, sizeof(here))) {
		printf("nettest: UDP port %u cannot be used\n", port);
		vTaskDelete(NULL);
	}
	return fd;
}

struct datagram {
	struct sockaddr_in from;
	ssize_t len;
	uint8_t data[DATAGRAM_MAX];
};

static void receive(int fd, struct datagram *datagram)
{
	socklen_t from_len = sizeof(datagram->from);

	datagram->len = lwip_recvfrom(fd, datagram->data,
				      sizeof(datagram->data), 0,
				      (struct sockaddr *)&datagram->from,
				      &from_len);
}

static void answer(int fd, const struct datagram *datagram)
{
	lwip_sendto(fd, datagram->data, (size_t)datagram->len, 0,
		    (const struct sockaddr *)&datagram->from,
		    sizeof(datagram->from));
}

static void echo_task(void *arg)
{
	static struct datagram datagram;
	int fd = bound_socket(PORT_ECHO);

	(void)arg;
	for (;;) {
		receive(fd, &datagram);
		if (datagram.len >= 0)
			answer(fd, &datagram);
	}
}

/* "?" is answered with "datagrams bytes microseconds", and they begin anew. */
static void discard_task(void *arg)
{
	static struct datagram datagram;
	unsigned long count = 0, bytes = 0;
	uint64_t first = 0, last = 0;
	int fd = bound_socket(PORT_DISCARD);

	(void)arg;
	for (;;) {
		receive(fd, &datagram);
		if (datagram.len != 1 || datagram.data[0] != '?') {
			last = now_us();
			first = count++ ? first : last;
			bytes += datagram.len > 0 ? (unsigned long)datagram.len
						  : 0;
			continue;
		}
		datagram.len = snprintf((char *)datagram.data, DATAGRAM_MAX,
					"%lu %lu %lu", count, bytes,
					(unsigned long)(last - first));
		answer(fd, &datagram);
		count = 0;
		bytes = 0;
	}
}

bool udp_services_start(void)
{
	return xTaskCreate(echo_task, "udp echo", NETTEST_STACK, NULL,
			   NETTEST_PRIO, NULL) == pdPASS
	       && xTaskCreate(discard_task, "udp discard", NETTEST_STACK, NULL,
			      NETTEST_PRIO, NULL) == pdPASS;
}
