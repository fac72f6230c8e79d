/* SPDX-License-Identifier: BSD-3-Clause */
/* TCP: echo, discard, and a source of bytes; a task for each connection. */
#include <stdlib.h>
#include <string.h>

#include <lwip/sockets.h>

#include "FreeRTOS.h"
#include "task.h"

#include "nettest.h"

#define BUFFER_SIZE	16384

struct service {
	uint16_t port;
	serve_t serve;
};

struct connection {
	int fd;
	serve_t serve;
};

static bool send_all(int fd, const uint8_t *data, size_t len)
{
	while (len) {
		ssize_t sent = lwip_send(fd, data, len, 0);

		if (sent <= 0)
			return false;
		data += sent;
		len -= (size_t)sent;
	}
	return true;
}

static void echo(int fd)
{
	uint8_t *buffer = malloc(BUFFER_SIZE);
	ssize_t len;

	while (buffer && (len = lwip_recv(fd, buffer, BUFFER_SIZE, 0)) > 0)
		if (!send_all(fd, buffer, (size_t)len))
			break;
	free(buffer);
}

static void discard(int fd)
{
	uint8_t *buffer = malloc(BUFFER_SIZE);

	while (buffer && lwip_recv(fd, buffer, BUFFER_SIZE, 0) > 0)
		;
	free(buffer);
}

/* The bytes 0 to 255 again and again, until nobody wants any more */
static void source(int fd)
{
	uint8_t *buffer = malloc(BUFFER_SIZE);
	size_t i;

	for (i = 0; buffer && i < BUFFER_SIZE; i++)
		buffer[i] = (uint8_t)i;
	while (buffer && send_all(fd, buffer, BUFFER_SIZE))
		;
	free(buffer);
}

static void connection_task(void *arg)
{
	struct connection connection = *(struct connection *)arg;

	free(arg);
	connection.serve(connection.fd);
	lwip_close(connection.fd);
	vTaskDelete(NULL);
}

static void serve(int fd, serve_t how)
{
	struct connection *connection = malloc(sizeof(*connection));

	if (connection) {
		*connection = (struct connection){ fd, how };
		if (xTaskCreate(connection_task, "connection", NETTEST_STACK,
				connection, STREAM_PRIO, NULL) == pdPASS)
			return;
		free(connection);
	}
	lwip_close(fd);
}

static void accept_task(void *arg)
{
	const struct service *service = arg;
	struct sockaddr_in here = {
		.sin_family = AF_INET,
		.sin_port = lwip_htons(service->port),
	};
	int fd = lwip_socket(AF_INET, SOCK_STREAM, 0);

	if (fd < 0 || lwip_bind(fd, (struct sockaddr *)&here, sizeof(here))
	    || lwip_listen(fd, 4)) {
		printf("nettest: TCP port %u cannot be used\n", service->port);
		vTaskDelete(NULL);
	}
	for (;;) {
		int connection = lwip_accept(fd, NULL, NULL);

		if (connection >= 0)
			serve(connection, service->serve);
		else
			vTaskDelay(pdMS_TO_TICKS(100));
	}
}

bool tcp_services_start(void)
{
	static const struct service services[] = {
		{ PORT_ECHO, echo },
		{ PORT_DISCARD, discard },
		{ PORT_SOURCE, source },
	};
	size_t i;

	for (i = 0; i < sizeof(services) / sizeof(services[0]); i++)
		if (xTaskCreate(accept_task, "accept", NETTEST_STACK,
				(void *)&services[i], NETTEST_PRIO, NULL)
		    != pdPASS)
			return false;
	return true;
}
