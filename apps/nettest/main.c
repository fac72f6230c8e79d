/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Brings the network up, says so, and offers echo (port 7, TCP and UDP),
 * discard (9, TCP and UDP) and a source of bytes (19, TCP). Lines on the
 * console: status | ping HOST COUNT SIZE | dns NAME |
 * renew | release | soak HOST PORT SECONDS | quit
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "FreeRTOS.h"
#include "task.h"

#include "board_devices.h"
#include "console_line.h"
#include "net.h"
#include "network.h"
#include "nettest.h"

#define LINE_MAX	80
#define WORDS_MAX	4

static unsigned long heap_at_start;

static void tell_device(const char *device, int error)
{
	if (error)
		printf("network: %s: %s\n", device, net_error_text(error));
}

static void print_status(void)
{
	struct network_status status;

	network_status(&status);
	printf("status: link %s, losses %u, leases %u, requests %u\n",
	       status.link ? "up" : "down", (unsigned int)status.link_losses,
	       (unsigned int)status.leases, (unsigned int)status.requests);
	printf("status: rx %u dropped %u errors %u, tx %u dropped %u "
	       "errors %u, bad %u\n", (unsigned int)status.rx_frames,
	       (unsigned int)status.rx_dropped,
	       (unsigned int)status.rx_errors, (unsigned int)status.tx_frames,
	       (unsigned int)status.tx_dropped,
	       (unsigned int)status.tx_errors,
	       (unsigned int)status.bad_packets);
	printf("status: lwIP memory %u, most %u of %u, ran out %u; heap used "
	       "%lu, most %lu\n", (unsigned int)status.memory_used,
	       (unsigned int)status.memory_most,
	       (unsigned int)status.memory_size,
	       (unsigned int)status.out_of_memory,
	       heap_at_start - xPortGetFreeHeapSize(),
	       heap_at_start - xPortGetMinimumEverFreeHeapSize());
}

static void obey(char *line)
{
	const char *word[WORDS_MAX] = { "", "", "", "" };
	unsigned int count = 0;
	char *at = line;

	while (*at && count < WORDS_MAX) {
		word[count++] = at;
		while (*at && *at != ' ')
			at++;
		while (*at == ' ')
			*at++ = '\0';
	}
	if (!strcmp(word[0], "status"))
		print_status();
	else if (!strcmp(word[0], "ping"))
		client_ping(word[1], (unsigned int)strtoul(word[2], NULL, 10),
			    (unsigned int)strtoul(word[3], NULL, 10));
	else if (!strcmp(word[0], "dns"))
		client_dns(word[1]);
	else if (!strcmp(word[0], "renew") || !strcmp(word[0], "release"))
		printf("%s: %s\n", word[0],
		       dhcp_ask(word[0][2] == 'l') ? "an address" : "no answer");
	else if (!strcmp(word[0], "soak"))
		soak_run(word[1], (unsigned int)strtoul(word[2], NULL, 10),
			 (unsigned int)strtoul(word[3], NULL, 10));
	else if (!strcmp(word[0], "quit"))
		exit(0);
	else if (word[0][0])
		printf("nettest: status, ping HOST COUNT SIZE, dns NAME, "
		       "renew, release, soak HOST PORT SECONDS or quit is "
		       "expected\n");
}

static void listen(void)
{
	static char line[LINE_MAX];

	for (;;) {
		console_line(line, sizeof(line));
		obey(line);
	}
}

static void nettest(void *arg)
{
	(void)arg;
	network_start(network_print);
	if (board_network_start(tell_device))
		exit(1);
	if (!tcp_services_start() || !udp_services_start()) {
		printf("nettest: no memory for its tasks\n");
		exit(1);
	}
	listen();
}

int main(void)
{
	heap_at_start = xPortGetFreeHeapSize();
	if (xTaskCreate(nettest, "nettest", NETTEST_STACK, NULL,
			NETTEST_PRIO, NULL) != pdPASS)
		return 1;
	vTaskStartScheduler();
	return 1;
}
