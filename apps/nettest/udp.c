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

static void echo_task(void *arg)
{
	static uint8_t buffer[DATAGRAM_MAX];
	int fd = bound_socket(PORT_ECHO);

	(void)arg;
	for (;;) {
		struct sockaddr_in from;
		socklen_t from_len = sizeof(from);
		ssize_t len = lwip_recvfrom(fd, buffer, sizeof(buffer), 0,
					    (struct sockaddr *)&from,
					    &from_len);

		if (len >= 0)
			lwip_sendto(fd, buffer, (size_t)len, 0,
				    (struct sockaddr *)&from, from_len);
	}
}

/* "?" is answered with "datagrams bytes microseconds", and they begin anew. */
static void discard_task(void *arg)
{
	static uint8_t buffer[DATAGRAM_MAX];
	unsigned long count = 0, bytes = 0;
	uint64_t first = 0, last = 0;
	int fd = bound_socket(PORT_DISCARD);

	(void)arg;
	for (;;) {
		struct sockaddr_in from;
		socklen_t from_len = sizeof(from);
		ssize_t len = lwip_recvfrom(fd, buffer, sizeof(buffer), 0,
					    (struct sockaddr *)&from,
					    &from_len);

		if (len != 1 || buffer[0] != '?') {
			last = now_us();
			first = count++ ? first : last;
			bytes += len > 0 ? (unsigned long)len : 0;
			continue;
		}
		len = snprintf((char *)buffer, sizeof(buffer), "%lu %lu %lu",
			       count, bytes, (unsigned long)(last - first));
		lwip_sendto(fd, buffer, (size_t)len, 0,
			    (struct sockaddr *)&from, from_len);
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
