/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Brings up the network with a driver written for FreeRTOS+TCP, started the
 * way its applications do that; echo on port 7 of TCP and UDP. A datagram
 * "?" is answered with how many buffers are free, and how few ever were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lwip/sockets.h>

#include "FreeRTOS.h"
#include "task.h"
#include "FreeRTOS_IP.h"
#include "FreeRTOS_Routing.h"
#include "NetworkBufferManagement.h"

#include "board_devices.h"
#include "network.h"
#include "virtio_tcp.h"

#define ECHO_PORT	7
#define BUFFER_BYTES	2048

static const uint8_t none[4];

static BaseType_t start_driver(const struct virtio_net *where)
{
	uint8_t address[ipMAC_ADDRESS_LENGTH_BYTES];

	virtio_tcp_places(where->base, where->irq, where->count);
	if (!virtio_tcp_address(address))
		return pdFAIL;
#if ipconfigIS_ENABLED(ipconfigOLDER_INTERFACE)
	return FreeRTOS_IPInit(none, none, none, none, address);
#else
	static NetworkInterface_t interface;
	static NetworkEndPoint_t end_point;

	pxVirtio_FillInterfaceDescriptor(0, &interface);
	FreeRTOS_FillEndPoint(&interface, &end_point, none, none, none, none,
			      address);
	return FreeRTOS_IPInit_Multi();
#endif
}

static int bound_socket(int type)
{
	struct sockaddr_in here = {
		.sin_family = AF_INET,
		.sin_port = lwip_htons(ECHO_PORT),
	};
	int fd = lwip_socket(AF_INET, type, 0);

	configASSERT(fd >= 0);
	configASSERT(!lwip_bind(fd, (struct sockaddr *)&here, sizeof(here)));
	return fd;
}

static void udp_task(void *arg)
{
	static char buffer[BUFFER_BYTES];
	int fd = bound_socket(SOCK_DGRAM);

	(void)arg;
	for (;;) {
		struct sockaddr_in from;
		socklen_t from_len = sizeof(from);
		ssize_t len = lwip_recvfrom(fd, buffer, sizeof(buffer), 0,
					    (struct sockaddr *)&from,
					    &from_len);

		if (len == 1 && buffer[0] == '?')
			len = snprintf(buffer, sizeof(buffer), "%u %u",
				(unsigned int)uxGetNumberOfFreeNetworkBuffers(),
				(unsigned int)uxGetMinimumFreeNetworkBuffers());
		if (len >= 0)
			lwip_sendto(fd, buffer, (size_t)len, 0,
				    (struct sockaddr *)&from, from_len);
	}
}

static void tcp_echo(int fd)
{
	static char buffer[BUFFER_BYTES];
	ssize_t len, sent;

	while ((len = lwip_recv(fd, buffer, sizeof(buffer), 0)) > 0)
		for (char *at = buffer; len > 0; at += sent, len -= sent) {
			sent = lwip_send(fd, at, (size_t)len, 0);
			if (sent <= 0)
				return;
		}
}

static void tcp_task(void *arg)
{
	int fd = bound_socket(SOCK_STREAM);

	(void)arg;
	lwip_listen(fd, 1);
	for (;;) {
		int one = lwip_accept(fd, NULL, NULL);

		if (one < 0)
			continue;
		tcp_echo(one);
		lwip_close(one);
	}
}

static void start(void *arg)
{
	(void)arg;
	network_start(network_print);
	if (start_driver(&board_virtio0) != pdPASS) {
		printf("tcpnet: no device\n");
		exit(1);
	}
	network_wait(30000);
	xTaskCreate(udp_task, "udp", 4 * configMINIMAL_STACK_SIZE, NULL, 2,
		    NULL);
	xTaskCreate(tcp_task, "tcp", 4 * configMINIMAL_STACK_SIZE, NULL, 2,
		    NULL);
	printf("tcpnet: ready\n");
	vTaskDelete(NULL);
}

int main(void)
{
	xTaskCreate(start, "start", 4 * configMINIMAL_STACK_SIZE, NULL, 2,
		    NULL);
	vTaskStartScheduler();
	return 1;
}
