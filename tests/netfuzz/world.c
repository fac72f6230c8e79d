/* SPDX-License-Identifier: BSD-3-Clause */
/* A device on the host, and lwIP's surroundings in one thread. */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <lwip/init.h>
#include <lwip/netif.h>
#include <lwip/sys.h>
#include <lwip/tcpip.h>
#include <lwip/timeouts.h>
#include <sanitizer/asan_interface.h>
#include <uk/netdev.h>
#include <uk/netdev_driver.h>

#include "interface.h"
#include "network.h"
#include "world.h"

struct seen seen;
const uint8_t own_mac[6] = { 0x52, 0x54, 0, 0x12, 0x34, 0x56 };

/*
 * lwIP 2.2.1 reads the length of a TCP option whose kind is a segment's last
 * byte. The buffers of the boards have room for a byte more than a frame.
 */
#define READ_BEHIND	1U

static uint32_t now_ms;
static struct net_device below;
static struct uk_netdev_rxqueue_conf receiver;
static const uint8_t *waiting;
static size_t waiting_len, stale_len;
static struct interface *above;

/* ---- Time and threads of lwIP ---- */

sys_mutex_t lock_tcpip_core;

u32_t sys_now(void)
{
	return now_ms;
}

sys_prot_t sys_arch_protect(void)
{
	return 0;
}

void sys_arch_unprotect(sys_prot_t level)
{
	(void)level;
}

err_t sys_mutex_new(sys_mutex_t *mutex)
{
	*mutex = 0;
	return ERR_OK;
}

void sys_mutex_lock(sys_mutex_t *mutex)
{
	(void)mutex;
}

void sys_mutex_unlock(sys_mutex_t *mutex)
{
	(void)mutex;
}

void sys_init(void)
{
}

void tcpip_init(tcpip_init_done_fn done, void *arg)
{
	lwip_init();
	done(arg);
}

/* The interface's only event */
struct tcpip_callback_msg *tcpip_callbackmsg_new(tcpip_callback_fn function,
						 void *arg)
{
	(void)function;
	above = arg;
	return (struct tcpip_callback_msg *)&above;
}

err_t tcpip_callbackmsg_trycallback(struct tcpip_callback_msg *message)
{
	(void)message;
	return ERR_OK;
}

err_t tcpip_callbackmsg_trycallback_fromisr(struct tcpip_callback_msg *message)
{
	(void)message;
	return ERR_OK;
}

err_t tcpip_try_callback(tcpip_callback_fn function, void *arg)
{
	function(arg);
	return ERR_OK;
}

/* ---- The device ---- */

void netdev_gather(struct uk_netdev *dev)
{
	(void)dev;
}

void netdev_flush(struct uk_netdev *dev)
{
	(void)dev;
}

const struct net_device *netdev_device(const struct uk_netdev *dev)
{
	(void)dev;
	return &below;
}

static uint32_t get32(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16
	       | (uint32_t)p[2] << 8 | p[3];
}

static void see_udp(const uint8_t *udp, size_t len)
{
	const uint8_t *at = udp + 8;

	if (udp[3] == 67 && len >= 16) {
		memcpy(seen.dhcp_xid, at + 4, 4);
	} else if (udp[3] == 53 && len > 8 + 12) {
		memcpy(seen.dns_port, udp, 2);
		memcpy(seen.dns_id, at, 2);
		seen.dns_name_len = LWIP_MIN(len - 20, sizeof(seen.dns_name));
		memcpy(seen.dns_name, at + 12, seen.dns_name_len);
	}
}

static void see_tcp(const uint8_t *tcp, size_t len)
{
	size_t data = len - LWIP_MIN(len, (size_t)(tcp[12] >> 4) * 4);

	/* A reset is no connection's, or its end. */
	if (tcp[13] & 4) {
		seen.resets++;
		return;
	}
	memcpy(seen.tcp_ours, tcp, 2);
	memcpy(seen.tcp_theirs, tcp + 2, 2);
	/* SYN and FIN count as a byte. */
	seen.tcp_next = get32(tcp + 4) + (uint32_t)data + (tcp[13] & 1)
			+ (tcp[13] >> 1 & 1);
	seen.tcp_expects = get32(tcp + 8);
	seen.data += data > 0;
}

static void see(const struct uk_netbuf *pkt)
{
	const uint8_t *ip = seen.frame + 14;

	seen.sent++;
	seen.len = pkt->len;
	memcpy(seen.frame, pkt->data, pkt->len);
	if (pkt->len < 14 + 28 || seen.frame[12] != 8 || seen.frame[13])
		return;
	if (ip[9] == 17)
		see_udp(ip + 20, pkt->len - 34U);
	else if (ip[9] == 6 && pkt->len >= 14 + 40)
		see_tcp(ip + 20, pkt->len - 34U);
	else if (ip[9] == 1)
		seen.pongs += !ip[20];
}

static int tx_one(struct uk_netdev *dev, struct uk_netdev_tx_queue *queue,
		  struct uk_netbuf *pkt)
{
	(void)dev;
	(void)queue;
	assert(pkt->len <= FRAME_MAX);
	see(pkt);
	uk_netbuf_free_single(pkt);
	return UK_NETDEV_STATUS_SUCCESS | UK_NETDEV_STATUS_MORE;
}

/* What is behind a frame may not be read: that is what is looked for. */
static int rx_one(struct uk_netdev *dev, struct uk_netdev_rx_queue *queue,
		  struct uk_netbuf **pkt)
{
	size_t len = LWIP_MAX(waiting_len + READ_BEHIND, NET_FRAME_MIN);
	uint8_t *buf;

	(void)dev;
	(void)queue;
	if (!waiting)
		return 0;
	if (!receiver.alloc_rxpkts(receiver.alloc_rxpkts_argp, pkt, 1))
		return UK_NETDEV_STATUS_UNDERRUN;
	buf = (*pkt)->buf;
	ASAN_UNPOISON_MEMORY_REGION(buf, (*pkt)->buflen);
	memset((*pkt)->data, 0xa5, len);
	(*pkt)->len = (uint16_t)waiting_len;
	memcpy((*pkt)->data, waiting, LWIP_MAX(waiting_len, stale_len));
	ASAN_POISON_MEMORY_REGION((uint8_t *)(*pkt)->data + len,
				  (*pkt)->buflen - len - NET_BUFFER_HEADROOM);
	waiting = NULL;
	return UK_NETDEV_STATUS_SUCCESS | UK_NETDEV_STATUS_MORE;
}

static void info_get(struct uk_netdev *dev, struct uk_netdev_info *info)
{
	(void)dev;
	info->max_rx_queues = 1;
	info->max_tx_queues = 1;
	info->max_mtu = 1500;
	info->nb_encap_rx = NET_BUFFER_HEADROOM;
	info->nb_encap_tx = NET_BUFFER_HEADROOM;
	info->ioalign = NET_BUFFER_ALIGN;
	info->features = UK_NETDEV_F_RXQ_INTR;
}

static int configure(struct uk_netdev *dev, const struct uk_netdev_conf *conf)
{
	(void)dev;
	(void)conf;
	return 0;
}

static int queue_info(struct uk_netdev *dev, uint16_t queue,
		      struct uk_netdev_queue_info *info)
{
	(void)dev;
	(void)queue;
	info->nb_max = 1024;
	return 0;
}

static struct uk_netdev_rx_queue *
rxq_configure(struct uk_netdev *dev, uint16_t queue, uint16_t count,
	      struct uk_netdev_rxqueue_conf *conf)
{
	(void)queue;
	(void)count;
	receiver = *conf;
	return (struct uk_netdev_rx_queue *)dev;
}

static struct uk_netdev_tx_queue *
txq_configure(struct uk_netdev *dev, uint16_t queue, uint16_t count,
	      struct uk_netdev_txqueue_conf *conf)
{
	(void)queue;
	(void)count;
	(void)conf;
	return (struct uk_netdev_tx_queue *)dev;
}

static int nothing(struct uk_netdev *dev)
{
	(void)dev;
	return 0;
}

static int no_interrupt(struct uk_netdev *dev, struct uk_netdev_rx_queue *queue)
{
	(void)dev;
	(void)queue;
	return 0;
}

static const struct uk_hwaddr *hwaddr_get(struct uk_netdev *dev)
{
	(void)dev;
	return (const struct uk_hwaddr *)own_mac;
}

static uint16_t mtu_get(struct uk_netdev *dev)
{
	(void)dev;
	return 1500;
}

static unsigned int promiscuous_get(struct uk_netdev *dev)
{
	(void)dev;
	return 0;
}

static const struct uk_netdev_ops ops = {
	.rxq_intr_enable = no_interrupt,
	.rxq_intr_disable = no_interrupt,
	.hwaddr_get = hwaddr_get,
	.mtu_get = mtu_get,
	.promiscuous_get = promiscuous_get,
	.info_get = info_get,
	.txq_info_get = queue_info,
	.rxq_info_get = queue_info,
	.configure = configure,
	.rxq_configure = rxq_configure,
	.txq_configure = txq_configure,
	.start = nothing,
};

/* ---- For the fuzzer ---- */

void world_start(void)
{
	static struct uk_netdev dev = {
		.ops = &ops, .rx_one = rx_one, .tx_one = tx_one,
	};

	below.name = "fuzz";
	assert(uk_netdev_drv_register(&dev, NULL, "fuzz") >= 0);
	network_start(NULL);
	assert(above);
	world_link(true);
}

bool world_receive(const uint8_t *frame, size_t len)
{
	bool taken;

	waiting = frame;
	waiting_len = len;
	interface_service(above);
	taken = !waiting;
	waiting = NULL;
	return taken;
}

bool world_receive_cut(const uint8_t *frame, size_t len, size_t cut)
{
	bool taken;

	assert(len <= NET_FRAME_MIN);
	stale_len = len;
	taken = world_receive(frame, cut);
	stale_len = 0;
	return taken;
}

void world_pass(uint32_t ms)
{
	now_ms += ms;
	sys_check_timeouts();
}

void world_link(bool up)
{
	below.link_up = up;
	interface_service(above);
}

void world_address(uint8_t address[4])
{
	memcpy(address, netif_ip4_addr(&above->netif), 4);
}
