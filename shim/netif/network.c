/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The network's life: devices as they appear, links as they come and go,
 * addresses from DHCP. All of it in lwIP's thread, of which a timer and the
 * interfaces' events make use; no thread of its own.
 */
#include <string.h>

#include <FreeRTOS.h>
#include <semphr.h>
#include <task.h>

#include <lwip/dhcp.h>
#include <lwip/dns.h>
#include <lwip/netif.h>
#include <lwip/prot/dhcp.h>
#include <lwip/stats.h>
#include <lwip/tcpip.h>
#include <lwip/timeouts.h>
#include <lwip_port.h>
#include <uk/config.h>
#include <uk/plat/time.h>

#include "interface.h"
#include "network.h"

/* Ours: how soon a device that appears is noticed; and when all is well */
#define LOOK_MS		20U
#define LOOK_IDLE_MS	200U
/* Ours: requests in vain, seconds apart, until it is said that none answers */
#define TRIES_TOLD	3U

static struct interface interfaces[CONFIG_NETIF_DEVICES];
static unsigned int interface_count;
static network_watch_t watch;
static SemaphoreHandle_t up;

/* ---- What became of it ---- */

static uint32_t bad_packets(void)
{
	const struct stats_proto *protocols[] = {
		&lwip_stats.link, &lwip_stats.etharp, &lwip_stats.ip,
		&lwip_stats.icmp, &lwip_stats.udp, &lwip_stats.tcp,
#if LWIP_IPV6
		&lwip_stats.ip6, &lwip_stats.icmp6, &lwip_stats.nd6,
#endif
	};
	uint32_t bad = 0;
	size_t i;

	for (i = 0; i < LWIP_ARRAYSIZE(protocols); i++) {
		const struct stats_proto *protocol = protocols[i];

		bad += protocol->chkerr + protocol->lenerr + protocol->proterr
		       + protocol->opterr + protocol->err;
	}
	/* Not what we do not speak: on most networks there is IPv6, too. */
	return bad - lwip_stats.etharp.proterr;
}

static void fill_memory(struct network_status *status)
{
	size_t i;

	status->memory_used = lwip_stats.mem.used;
	status->memory_most = lwip_stats.mem.max;
	status->memory_size = MEM_SIZE;
	status->out_of_memory = lwip_stats.mem.err;
	for (i = 0; i < MEMP_MAX; i++)
		status->out_of_memory += lwip_stats.memp[i]->err;
}

static void fill_counters(struct network_status *status,
			  const struct interface *interface)
{
	const struct net_device *device = interface->device;

	status->link_losses = interface->link_losses;
	status->leases = interface->leases;
	status->requests = interface->requests;
	status->rx_dropped = interface->rx_dropped;
	status->tx_dropped = interface->tx_dropped;
	status->tx_errors = interface->tx_errors;
	status->rx_buffers_free = interface->rx.free_count;
	status->tx_buffers_free = interface->tx.free_count;
	status->bad_packets = bad_packets();
	fill_memory(status);
	if (!device)
		return;
	status->rx_frames = device->counters.rx_frames;
	status->tx_frames = device->counters.tx_frames;
	status->rx_dropped += device->counters.rx_dropped;
	status->rx_errors = device->counters.rx_errors;
	status->tx_errors += device->counters.tx_errors;
}

static void fill(struct network_status *status,
		 const struct interface *interface)
{
	const struct netif *netif = &interface->netif;

	memset(status, 0, sizeof(*status));
	if (!interface->dev)
		return;
	status->device = interface->device ? interface->device->name
					   : "uk_netdev";
	memcpy(status->hardware, netif->hwaddr, sizeof(status->hardware));
	status->link = interface->link;
	status->address = ip4_addr_get_u32(netif_ip4_addr(netif));
	status->mask = ip4_addr_get_u32(netif_ip4_netmask(netif));
	status->gateway = ip4_addr_get_u32(netif_ip4_gw(netif));
	status->dns = ip4_addr_get_u32(ip_2_ip4(dns_getserver(0)));
	status->up_ms = interface->up_ms;
	status->error = interface->error;
	fill_counters(status, interface);
}

static void tell(struct interface *interface, enum network_event event)
{
	struct network_status status;

	if (!watch)
		return;
	fill(&status, interface);
	watch(event, &status);
}

/* ---- Addresses ---- */

static void bound(struct interface *interface)
{
	interface->leases++;
	interface->requests = 0;
	interface->told_no_server = false;
	if (!interface->up_ms)
		interface->up_ms = ukplat_monotonic_clock() / 1000000;
	tell(interface, NETWORK_UP);
	xSemaphoreGive(up);
}

/* Requests go on by themselves; this is to know of those in vain. */
static void look_at_requests(struct interface *interface, uint8_t tries)
{
	if (tries > interface->dhcp_tries)
		interface->requests += tries - interface->dhcp_tries;
	interface->dhcp_tries = tries;
	if (interface->requests < TRIES_TOLD || interface->told_no_server)
		return;
	interface->told_no_server = true;
	tell(interface, NETWORK_NO_SERVER);
}

static void look_at_dhcp(struct interface *interface)
{
	const struct dhcp *dhcp = netif_dhcp_data(&interface->netif);
	bool was_bound = interface->bound;

	if (!dhcp || !interface->link)
		return;
	interface->bound = dhcp_supplied_address(&interface->netif);
	if (interface->bound && !was_bound)
		bound(interface);
	else if (!interface->bound && was_bound)
		tell(interface, NETWORK_DOWN);
	if (!interface->bound)
		look_at_requests(interface, dhcp->tries);
}

/* lwIP's, at once when the address changes; a timer sees the rest. */
static void netif_changed(struct netif *netif)
{
	look_at_dhcp(netif->state);
}

/* The first with a link leads out. */
static void choose_default(void)
{
	unsigned int i;

	for (i = 0; i < interface_count; i++)
		if (interfaces[i].link) {
			netif_set_default(&interfaces[i].netif);
			return;
		}
}

void interface_link_changed(struct interface *interface, bool link)
{
	struct netif *netif = &interface->netif;

	if (!link) {
		interface->link_losses++;
		/* It keeps its address, and has to ask whether it may. */
		interface->bound = false;
		netif_set_link_down(netif);
		tell(interface, NETWORK_LINK_DOWN);
		choose_default();
		return;
	}
	interface->requests = 0;
	interface->dhcp_tries = 0;
	interface->told_no_server = false;
	tell(interface, NETWORK_LINK_UP);
	/* lwIP then asks whether the address still holds, if it has one. */
	netif_set_link_up(netif);
	choose_default();
	if (!netif_dhcp_data(netif))
		dhcp_start(netif);
}

/* ---- Devices ---- */

static void take_device(struct uk_netdev *dev)
{
	struct interface *interface = &interfaces[interface_count];

	interface->error = interface_start(interface, dev);
	if (interface->error) {
		tell(interface, NETWORK_BROKEN);
		return;
	}
	interface_count++;
	netif_set_status_callback(&interface->netif, netif_changed);
	lwip_port_stir(interface->netif.hwaddr, NET_ADDRESS_LEN);
#if LWIP_IPV6
	netif_create_ip6_linklocal_address(&interface->netif, 1);
	netif_set_ip6_autoconfig_enabled(&interface->netif, 1);
#endif
	tell(interface, NETWORK_DEVICE);
	interface_service(interface);
}

static void look(void *arg)
{
	static unsigned int seen;
	bool idle = interface_count;
	unsigned int i;

	(void)arg;
	while (seen < uk_netdev_count()
	       && interface_count < CONFIG_NETIF_DEVICES)
		take_device(uk_netdev_get(seen++));
	for (i = 0; i < interface_count; i++) {
		if (interfaces[i].missed)
			interface_service(&interfaces[i]);
		look_at_dhcp(&interfaces[i]);
		idle = idle && interfaces[i].bound;
	}
	sys_timeout(idle ? LOOK_IDLE_MS : LOOK_MS, look, NULL);
}

/* ---- For applications ---- */

static void flush(void)
{
	unsigned int i;

	for (i = 0; i < interface_count; i++)
		interface_flush(&interfaces[i]);
}

void network_start(network_watch_t observer)
{
	watch = observer;
	up = xSemaphoreCreateBinary();
	configASSERT(up);
	lwip_port_before_unlock = flush;
	tcpip_init(look, NULL);
}

static bool has_address(void)
{
	bool has = false;
	unsigned int i;

	LOCK_TCPIP_CORE();
	for (i = 0; i < interface_count; i++)
		has = has || interfaces[i].bound;
	UNLOCK_TCPIP_CORE();
	return has;
}

bool network_wait(uint32_t timeout_ms)
{
	TickType_t left = pdMS_TO_TICKS(timeout_ms);
	TimeOut_t since;

	vTaskSetTimeOutState(&since);
	while (!has_address()) {
		if (xTaskCheckForTimeOut(&since, &left))
			return false;
		xSemaphoreTake(up, left);
	}
	/* For whoever waits beside us */
	xSemaphoreGive(up);
	return true;
}

void network_status(struct network_status *status)
{
	const struct interface *chosen = &interfaces[0];
	unsigned int i;

	LOCK_TCPIP_CORE();
	for (i = 0; i < interface_count; i++)
		if (&interfaces[i].netif == netif_default)
			chosen = &interfaces[i];
	fill(status, chosen);
	UNLOCK_TCPIP_CORE();
}
