/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A soak: a round of everything each second, then whether all is as before.
 * A host with an echo for datagrams and streams is needed. Where only
 * instructions take time, an idle board would be hours ahead of a host that
 * it waits for: a task keeps it awake, but only while something is awaited.
 */
#include <string.h>

#include <lwip/dhcp.h>
#include <lwip/netdb.h>
#include <lwip/prot/dhcp.h>
#include <lwip/sockets.h>
#include <lwip/stats.h>
#include <lwip/tcpip.h>

#include "FreeRTOS.h"
#include "task.h"

#include "nettest.h"
#include "network.h"

#define AWAKE_PRIO	1
/* Connections at once: the next may come before the last one's task is gone. */
#define CONNECTIONS	4U
#define ANSWER_S	20
/* Twice the longest life of a segment, and some: no connection is left */
#define SETTLE_MS	(2 * CONFIG_LWIP_TCP_MSL_MS + 10000)
#define STREAM_MAX	4096U
#define DATAGRAM_MAX	1472U
/* Rounds between what is not of every round */
#define RENEW_EVERY	60U
#define NAME_EVERY	100U
#define RELEASE_EVERY	600U

enum kind { PINGS, DATAGRAMS, STREAMS, RENEWALS, RELEASES, KINDS };

struct soak {
	struct sockaddr_in gateway, host;
	unsigned int rounds, tried[KINDS], good[KINDS];
	uint64_t bytes;
};

/* What must be the same before and after. */
struct levels {
	size_t heap_free;
	size_t memory_used, pool_used[MEMP_MAX];
	size_t rx_free, tx_free;
};

static uint8_t out[STREAM_MAX], in[STREAM_MAX];
static TaskHandle_t awake;
static volatile bool awaited;

/* ---- Time ---- */

static void stay_awake(void *arg)
{
	(void)arg;
	for (;;) {
		ulTaskNotifyTake(pdTRUE, portMAX_DELAY);
		while (awaited)
			;
	}
}

static void await(bool yes)
{
	awaited = yes;
	if (yes)
		xTaskNotifyGive(awake);
}

/* ---- One of each ---- */

static void fill(size_t len, unsigned int seed)
{
	size_t i;

	for (i = 0; i < len; i++)
		out[i] = (uint8_t)(seed + i + (i >> 8));
}

static int connected(int type, const struct sockaddr_in *to)
{
	struct timeval timeout = { .tv_sec = ANSWER_S };
	int fd = lwip_socket(AF_INET, type, 0);

	if (fd < 0)
		return -1;
	lwip_setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout,
			sizeof(timeout));
	if (!lwip_connect(fd, (const struct sockaddr *)to, sizeof(*to)))
		return fd;
	lwip_close(fd);
	return -1;
}

static bool datagram(struct soak *soak, size_t len)
{
	int fd = connected(SOCK_DGRAM, &soak->host);
	bool good;

	if (fd < 0)
		return false;
	fill(len, soak->rounds);
	good = lwip_send(fd, out, len, 0) == (ssize_t)len
	       && lwip_recv(fd, in, sizeof(in), 0) == (ssize_t)len
	       && !memcmp(in, out, len);
	lwip_close(fd);
	return good;
}

static bool stream(struct soak *soak, size_t len)
{
	int fd = connected(SOCK_STREAM, &soak->host);
	size_t have = 0;
	ssize_t got = -1;

	if (fd < 0)
		return false;
	fill(len, soak->rounds);
	if (lwip_send(fd, out, len, 0) == (ssize_t)len
	    && !lwip_shutdown(fd, SHUT_WR))
		while ((got = lwip_recv(fd, in + have, sizeof(in) - have,
					0)) > 0)
			have += (size_t)got;
	lwip_close(fd);
	return !got && have == len && !memcmp(in, out, len);
}

static bool is_bound(void)
{
	const struct dhcp *dhcp;
	bool bound;

	LOCK_TCPIP_CORE();
	dhcp = netif_dhcp_data(netif_default);
	bound = dhcp && dhcp->state == DHCP_STATE_BOUND;
	UNLOCK_TCPIP_CORE();
	return bound;
}

bool dhcp_ask(bool release)
{
	unsigned int i;

	LOCK_TCPIP_CORE();
	if (release) {
		dhcp_release_and_stop(netif_default);
		dhcp_start(netif_default);
	} else {
		dhcp_renew(netif_default);
	}
	UNLOCK_TCPIP_CORE();
	for (i = 0; !is_bound(); i++) {
		if (i == ANSWER_S * 100)
			return false;
		vTaskDelay(pdMS_TO_TICKS(10));
	}
	return true;
}

/* Whether it is known is up to the host's network. */
static void ask_name(unsigned int number)
{
	struct addrinfo *found;
	char name[32];

	snprintf(name, sizeof(name), "soak-%u.invalid", number);
	if (!lwip_getaddrinfo(name, NULL, NULL, &found))
		lwip_freeaddrinfo(found);
}

/* ---- A round ---- */

static void count(struct soak *soak, enum kind kind, bool good, size_t len)
{
	soak->tried[kind]++;
	if (good) {
		soak->good[kind]++;
		soak->bytes += 2 * len;
	}
}

static void ping(struct soak *soak, size_t len)
{
	int fd = ping_socket(ANSWER_S);

	count(soak, PINGS,
	      fd >= 0 && ping_once(fd, &soak->gateway, soak->rounds,
				   (unsigned int)len), len);
	if (fd >= 0)
		lwip_close(fd);
}

static void one_round(struct soak *soak)
{
	size_t len = 1 + soak->rounds * 37 % DATAGRAM_MAX;
	size_t more = 1 + soak->rounds * 613 % STREAM_MAX;

	await(true);
	ping(soak, 56);
	ping(soak, len);
	count(soak, DATAGRAMS, datagram(soak, len), len);
	count(soak, DATAGRAMS, datagram(soak, DATAGRAM_MAX), DATAGRAM_MAX);
	count(soak, STREAMS, stream(soak, more), more);
	soak->rounds++;
	if (!(soak->rounds % RENEW_EVERY))
		count(soak, RENEWALS, dhcp_ask(false), 0);
	if (!(soak->rounds % RELEASE_EVERY))
		count(soak, RELEASES, dhcp_ask(true), 0);
	await(false);
	if (!(soak->rounds % NAME_EVERY))
		ask_name(soak->rounds);
}

/* ---- Before and after ---- */

static void settle(struct soak *soak, struct levels *levels)
{
	struct network_status status;
	size_t i;

	vTaskDelay(pdMS_TO_TICKS(SETTLE_MS));
	/* With another frame, those that were sent before are taken back. */
	await(true);
	ping(soak, 56);
	await(false);
	network_status(&status);
	levels->heap_free = xPortGetFreeHeapSize();
	levels->rx_free = status.rx_buffers_free;
	levels->tx_free = status.tx_buffers_free;
	levels->memory_used = lwip_stats.mem.used;
	for (i = 0; i < MEMP_MAX; i++)
		levels->pool_used[i] = lwip_stats.memp[i]->used;
}

static void tell_levels(const char *when, const struct levels *levels)
{
	size_t pools = 0, i;

	for (i = 0; i < MEMP_MAX; i++)
		pools += levels->pool_used[i];
	printf("soak: %s: heap free %lu, lwIP memory %lu, of pools %lu, "
	       "free buffers rx %lu tx %lu\n", when,
	       (unsigned long)levels->heap_free,
	       (unsigned long)levels->memory_used, (unsigned long)pools,
	       (unsigned long)levels->rx_free, (unsigned long)levels->tx_free);
}

static bool tell_counts(const struct soak *soak)
{
	static const char *const names[KINDS] = {
		"pings", "datagrams", "streams", "renewals", "releases",
	};
	bool good = true;
	unsigned int i;

	printf("soak: %u rounds, %lu bytes", soak->rounds,
	       (unsigned long)soak->bytes);
	for (i = 0; i < KINDS; i++) {
		printf(", %s %u of %u", names[i], soak->good[i],
		       soak->tried[i]);
		good = good && soak->good[i] == soak->tried[i];
	}
	printf("\n");
	return good;
}

/* The last frame sent may lie in the device until there is another. */
static bool are_same(struct levels before, const struct levels *after)
{
	if (before.tx_free > after->tx_free + 1)
		return false;
	before.tx_free = after->tx_free;
	return !memcmp(&before, after, sizeof(before));
}

static void rest(void *arg)
{
	(void)arg;
	vTaskSuspend(NULL);
}

/* Stacks of tasks that ended are kept for others, as many as there ever were. */
static void make_stacks(void)
{
	TaskHandle_t task[CONNECTIONS];
	unsigned int made = 0;

	while (made < CONNECTIONS
	       && xTaskCreate(rest, "rest", NETTEST_STACK, NULL, AWAKE_PRIO,
			      &task[made]) == pdPASS)
		made++;
	while (made)
		vTaskDelete(task[--made]);
}

static void run(struct soak *soak, unsigned int seconds)
{
	struct levels before = { 0 }, after = { 0 };
	TickType_t wake;
	uint64_t end;
	bool good;

	/* What is made at the first use, and kept */
	make_stacks();
	one_round(soak);
	settle(soak, &before);
	tell_levels("before", &before);
	wake = xTaskGetTickCount();
	for (end = now_us() + seconds * 1000000ULL; now_us() < end;) {
		one_round(soak);
		vTaskDelayUntil(&wake, pdMS_TO_TICKS(1000));
	}
	settle(soak, &after);
	good = tell_counts(soak);
	tell_levels("after", &after);
	good = good && are_same(before, &after);
	printf("soak: %s after %u s\n", good ? "PASS" : "FAIL", seconds);
}

void soak_run(const char *host, unsigned int port, unsigned int seconds)
{
	static struct soak soak;

	memset(&soak, 0, sizeof(soak));
	if (!address_of(host, &soak.host) || !port || port > 65535 || !seconds
	    || !netif_default) {
		printf("soak: HOST PORT SECONDS and a network are expected\n");
		return;
	}
	soak.host.sin_port = lwip_htons((uint16_t)port);
	soak.gateway.sin_family = AF_INET;
	soak.gateway.sin_addr.s_addr =
		ip4_addr_get_u32(netif_ip4_gw(netif_default));
	if (!awake && xTaskCreate(stay_awake, "awake", NETTEST_STACK, NULL,
				  AWAKE_PRIO, &awake) != pdPASS) {
		printf("soak: no memory for its task\n");
		return;
	}
	run(&soak, seconds);
}
