/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwIP over a network device of Unikraft. Received packets are handed to
 * lwIP as they lie; what is sent is copied once, for lwIP keeps its own until
 * it is acknowledged, in pieces.
 */
#include <string.h>

#include <FreeRTOS.h>
#include <task.h>

#include <lwip/ethip6.h>
#include <lwip/etharp.h>
#include <lwip/snmp.h>
#include <lwip/stats.h>
#include <netif/ethernet.h>
#include <uk/alloc.h>
#include <uk/config.h>

#include "interface.h"

#define RX_ROOM		NET_BUFFER_SIZE
/* A full frame, and room for what some devices want behind it */
#define TX_ROOM		ALIGN_UP(NET_FRAME_MAX, 64)

/* Ours: packets until a device is told of the answers; and lets others in */
#define BATCH		16U
#define BATCHES		4U

/* ---- Events ---- */

/* From any context. */
static void on_event(struct uk_netdev *dev, uint16_t queue, void *arg)
{
	struct interface *interface = arg;
	err_t rc;

	(void)dev;
	(void)queue;
	if (xPortIsInsideInterrupt())
		rc = tcpip_callbackmsg_trycallback_fromisr(interface->service);
	else
		rc = tcpip_callbackmsg_trycallback(interface->service);
	if (rc == ERR_NEED_SCHED)
		portYIELD_FROM_ISR(pdTRUE);
	else if (rc != ERR_OK)
		interface->missed = true;
}

/* ---- Receiving ---- */

static uint16_t alloc_rx(void *arg, struct uk_netbuf *pkts[], uint16_t count)
{
	struct interface *interface = arg;
	uint16_t n;

	for (n = 0; n < count; n++) {
		pkts[n] = packets_take(&interface->rx);
		if (!pkts[n])
			break;
	}
	return n;
}

/*
 * A packet may stay in a socket for long. While buffers are scarce, it stays
 * there as a copy of its size, so that whoever does not read stops himself.
 */
static struct pbuf *pbuf_of(struct interface *interface,
			    struct uk_netbuf *netbuf)
{
	struct pbuf *pbuf;

	if (interface->rx.free_count >= CONFIG_NETIF_RX_BUFFERS / 6)
		return packet_pbuf(netbuf);
	pbuf = pbuf_alloc(PBUF_RAW, netbuf->len, PBUF_RAM);
	if (pbuf)
		pbuf_take(pbuf, netbuf->data, netbuf->len);
	uk_netbuf_free_single(netbuf);
	return pbuf;
}

/*
 * On a wire no frame is shorter, but emulators and tunnels give what they
 * have; lwIP reads all of an ARP packet without a look at the length.
 */
static void pad(struct uk_netbuf *netbuf)
{
	if (netbuf->len >= NET_FRAME_MIN)
		return;
	memset((uint8_t *)netbuf->data + netbuf->len, 0,
	       NET_FRAME_MIN - netbuf->len);
	netbuf->len = NET_FRAME_MIN;
}

static void input(struct interface *interface, struct uk_netbuf *netbuf)
{
	struct netif *netif = &interface->netif;
	struct pbuf *pbuf;

	pad(netbuf);
	pbuf = pbuf_of(interface, netbuf);

	if (!pbuf) {
		interface->rx_dropped++;
		return;
	}
	if (netif->input(pbuf, netif) != ERR_OK)
		pbuf_free(pbuf);
}

static void look_at_link(struct interface *interface)
{
	bool up = !interface->device || interface->device->link_up;

	if (up == interface->link)
		return;
	interface->link = up;
	interface_link_changed(interface, up);
}

/* Timers and other threads have their turn: what else there is comes later. */
static bool comes_later(struct interface *interface)
{
	return tcpip_callbackmsg_trycallback(interface->service) == ERR_OK;
}

void interface_service(struct interface *interface)
{
	struct uk_netbuf *netbuf;
	unsigned int n = 0;
	int status;

	interface->missed = false;
	do {
		status = uk_netdev_rx_one(interface->dev, 0, &netbuf);
		if (uk_netdev_status_successful(status))
			input(interface, netbuf);
		if (++n % BATCH == 0)
			interface_flush(interface);
	} while (uk_netdev_status_more(status)
		 && (n < BATCHES * BATCH || !comes_later(interface)));
	look_at_link(interface);
}

static void service(void *arg)
{
	interface_service(arg);
}

/* ---- Sending ---- */

static err_t output(struct netif *netif, struct pbuf *pbuf)
{
	struct interface *interface = netif->state;
	struct uk_netbuf *netbuf;
	int status;

	if (pbuf->tot_len > NET_FRAME_MAX)
		return ERR_BUF;
	netbuf = packets_take(&interface->tx);
	if (!netbuf) {
		interface->tx_dropped++;
		return ERR_MEM;
	}
	netbuf->len = pbuf_copy_partial(pbuf, netbuf->data, pbuf->tot_len, 0);
	status = uk_netdev_tx_one(interface->dev, 0, netbuf);
	if (uk_netdev_status_successful(status)) {
		interface->unflushed = true;
		return ERR_OK;
	}
	uk_netbuf_free_single(netbuf);
	if (status >= 0) {
		interface->tx_dropped++;
		return ERR_MEM;
	}
	interface->tx_errors++;
	return ERR_IF;
}

void interface_flush(struct interface *interface)
{
	if (!interface->unflushed)
		return;
	interface->unflushed = false;
	netdev_flush(interface->dev);
}

/* ---- Set-up ---- */

static err_t netif_setup(struct netif *netif)
{
	struct interface *interface = netif->state;
	const struct uk_hwaddr *address = uk_netdev_hwaddr_get(interface->dev);

	netif->name[0] = 'e';
	netif->name[1] = 'n';
	netif->hostname = CONFIG_NETIF_HOSTNAME;
	netif->output = etharp_output;
	netif->linkoutput = output;
	netif->mtu = uk_netdev_mtu_get(interface->dev);
	netif->hwaddr_len = NET_ADDRESS_LEN;
	if (address)
		memcpy(netif->hwaddr, address, NET_ADDRESS_LEN);
	netif->flags = NETIF_FLAG_BROADCAST | NETIF_FLAG_ETHARP
		       | NETIF_FLAG_ETHERNET;
#if LWIP_IPV6
	netif->output_ip6 = ethip6_output;
	netif->flags |= NETIF_FLAG_MLD6;
#endif
	return ERR_OK;
}

static int configure(struct interface *interface)
{
	struct uk_netdev_rxqueue_conf rx = {
		.callback = on_event,
		.callback_cookie = interface,
		.a = uk_alloc_get_default(),
		.alloc_rxpkts = alloc_rx,
		.alloc_rxpkts_argp = interface,
	};
	struct uk_netdev_txqueue_conf tx = { .a = uk_alloc_get_default() };
	struct uk_netdev_conf conf = { .nb_rx_queues = 1, .nb_tx_queues = 1 };
	struct uk_netdev *dev = interface->dev;
	int rc;

	rc = uk_netdev_configure(dev, &conf);
	/* The other half is for what is on its way through lwIP. */
	if (rc >= 0)
		rc = uk_netdev_rxq_configure(dev, 0,
					     CONFIG_NETIF_RX_BUFFERS / 2, &rx);
	if (rc >= 0)
		rc = uk_netdev_txq_configure(dev, 0, CONFIG_NETIF_TX_BUFFERS,
					     &tx);
	if (rc >= 0)
		rc = uk_netdev_start(dev);
	if (rc >= 0)
		netdev_gather(dev);
	return rc;
}

static int make_packets(struct interface *interface)
{
	struct uk_netdev_info info;

	uk_netdev_info_get(interface->dev, &info);
	if (!packets_init(&interface->rx, CONFIG_NETIF_RX_BUFFERS, RX_ROOM,
			  info.nb_encap_rx, info.ioalign)
	    || !packets_init(&interface->tx, CONFIG_NETIF_TX_BUFFERS, TX_ROOM,
			     info.nb_encap_tx, info.ioalign))
		return -ENOMEM;
	interface->service = tcpip_callbackmsg_new(service, interface);
	return interface->service ? 0 : -ENOMEM;
}

int interface_start(struct interface *interface, struct uk_netdev *dev)
{
	int rc;

	interface->dev = dev;
	interface->device = netdev_device(dev);
	rc = uk_netdev_probe(dev);
	if (rc >= 0)
		rc = make_packets(interface);
	if (rc >= 0)
		rc = configure(interface);
	if (rc < 0)
		return rc;
	netif_add_noaddr(&interface->netif, interface, netif_setup,
			 ethernet_input);
	netif_set_up(&interface->netif);
	if (uk_netdev_rxq_intr_enable(dev, 0) > 0)
		tcpip_callbackmsg_trycallback(interface->service);
	return 0;
}
