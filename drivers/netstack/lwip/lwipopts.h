/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * lwIP for small boards: sockets over Ethernet, every pool of fixed size.
 * What is not said here is lwIP's default.
 */
#ifndef LWIPOPTS_H
#define LWIPOPTS_H

#include <uk/config.h>

/* An application's may decide what stands in #ifndef below. */
#include "FreeRTOSConfig.h"

/* ---- Threads: one of lwIP's own; others enter under a lock ---- */
#define NO_SYS				0
#define SYS_LIGHTWEIGHT_PROT		1
#define LWIP_TCPIP_CORE_LOCKING		1
#define LWIP_NETCONN_SEM_PER_THREAD	0
/* Bytes; 1760 were used at most (QEMU's virt, all tests of nettest) */
#define TCPIP_THREAD_STACKSIZE		6144
/*
 * A task above it gets what came for it before more is taken from a device,
 * so that a flood waits there and nothing is lost; tasks below it get what
 * fits into their mailboxes.
 */
#define TCPIP_THREAD_PRIO		4
#define TCPIP_MBOX_SIZE			32
/* A full window, and some segments that are not full */
#define DEFAULT_TCP_RECVMBOX_SIZE	(CONFIG_LWIP_RECEIVE_SEGMENTS + 12)
#define DEFAULT_UDP_RECVMBOX_SIZE	32
#define DEFAULT_RAW_RECVMBOX_SIZE	8
#define DEFAULT_ACCEPTMBOX_SIZE		16

/* Who lets go of lwIP's lock has something done before: lwip_port.h */
#define LOCK_TCPIP_CORE()		sys_mutex_lock(&lock_tcpip_core)
#define UNLOCK_TCPIP_CORE()		lwip_port_unlock()
void lwip_port_unlock(void);

/* lwIP's checks of itself and of its callers: 20 KiB, for whoever changes it */
#define LWIP_NOASSERT			1

/* ---- Memory ---- */
#define MEM_ALIGNMENT			8
/* What is sent, until it is acknowledged */
#define MEM_SIZE			(CONFIG_LWIP_HEAP_KIB * 1024)
#define MEMP_NUM_PBUF			16
#define MEMP_NUM_NETCONN		32
#define MEMP_NUM_NETBUF			40
#define MEMP_NUM_UDP_PCB		8
#define MEMP_NUM_RAW_PCB		2
#define MEMP_NUM_TCP_PCB		28
#define MEMP_NUM_TCP_PCB_LISTEN		4
#define MEMP_NUM_TCP_SEG		96
#define MEMP_NUM_REASSDATA		2
#define MEMP_NUM_TCPIP_MSG_API		8
/* One beside lwIP's own: for whoever looks after its interfaces */
#define MEMP_NUM_SYS_TIMEOUT		(LWIP_NUM_SYS_TIMEOUT_INTERNAL + 1)
#define MEMP_NUM_TCPIP_MSG_INPKT	2
/* Received frames stay in the driver's buffers; this is for what lwIP makes */
#define PBUF_POOL_SIZE			4
#define PBUF_POOL_BUFSIZE		512

/* ---- TCP ---- */
#define TCP_MSS				1460
#define TCP_WND				(CONFIG_LWIP_RECEIVE_SEGMENTS * TCP_MSS)
#define TCP_SND_BUF			(CONFIG_LWIP_SEND_SEGMENTS * TCP_MSS)
#define TCP_SND_QUEUELEN		(3 * TCP_SND_BUF / TCP_MSS)
/* It compares the window with a pool that nothing is received into. */
#define LWIP_DISABLE_TCP_SANITY_CHECKS	1
#define TCP_MSL				CONFIG_LWIP_TCP_MSL_MS
#define TCP_LISTEN_BACKLOG		1
#define LWIP_TCP_KEEPALIVE		1
#define LWIP_CHECKSUM_ON_COPY		1

/* ---- What there is ---- */
#ifdef CONFIG_LWIP_IPV6
#define LWIP_IPV6			1
#else
#define LWIP_IPV6			0
#endif
/* Headers of fragments are too short for pointers of 8 bytes. */
#define IPV6_FRAG_COPYHEADER		1
#define LWIP_DHCP			1
/* Asking whether an address is free takes seconds; the server has asked. */
#define LWIP_DHCP_DOES_ACD_CHECK	0
#define LWIP_DNS			1
#define DNS_MAX_SERVERS			2
#define LWIP_RAW			1
#define IP_REASS_MAX_PBUFS		4
#define LWIP_NETIF_HOSTNAME		1
#define LWIP_NETIF_LINK_CALLBACK	1
#define LWIP_NETIF_STATUS_CALLBACK	1
#define LWIP_SO_RCVTIMEO		1
#define LWIP_SO_SNDTIMEO		1
#define SO_REUSE			1
#define LWIP_PROVIDE_ERRNO		1
#define LWIP_COMPAT_SOCKETS		1
#define LWIP_POSIX_SOCKETS_IO_NAMES	0

/* ---- Counters: what was bad, and what ran out ---- */
#define LWIP_STATS			1
#define LWIP_STATS_LARGE		1
#define LWIP_STATS_DISPLAY		0

#define LWIP_HOOK_FILENAME		"lwip_port.h"
#define LWIP_HOOK_TCP_ISN(local, local_port, remote, remote_port) \
	lwip_port_isn(local, local_port, remote, remote_port)
#define LWIP_HOOK_IP4_INPUT(p, netif)	lwip_port_ip4_input(p)
#define LWIP_HOOK_IP6_INPUT(p, netif)	lwip_port_ip6_input(p, netif)

#endif /* LWIPOPTS_H */
