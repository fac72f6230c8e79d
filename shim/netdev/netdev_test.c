/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * For host tests: the smallest stack on a network device of Unikraft. It
 * counts events, and keeps what it received until it is told to free it.
 */
#include <string.h>
#include <uk/netdev.h>

#include "netdev_link.h"

#define PACKETS		128
#define ROOM		2048
#define BUFFER		(128 + ROOM)
#define KEPT_MAX	64

static struct {
	struct uk_netdev *dev;
	struct uk_netbuf netbufs[PACKETS];
	_Alignas(64) uint8_t buffers[PACKETS][BUFFER];
	uint8_t used[PACKETS];
	unsigned int limit;	/* of them, for receiving */
	unsigned int taken;
	unsigned int events;
	struct uk_netbuf *kept[KEPT_MAX];
	unsigned int kept_count;
} stack;

static void give_back(struct uk_netbuf *netbuf)
{
	stack.used[netbuf - stack.netbufs] = 0;
	stack.taken--;
}

static struct uk_netbuf *take(uint16_t headroom)
{
	unsigned int i;

	for (i = 0; i < PACKETS; i++)
		if (!stack.used[i]) {
			stack.used[i] = 1;
			stack.taken++;
			uk_netbuf_init_indir(&stack.netbufs[i],
					     stack.buffers[i], BUFFER, headroom,
					     NULL, give_back);
			return &stack.netbufs[i];
		}
	return NULL;
}

static uint16_t alloc_rx(void *arg, struct uk_netbuf *pkts[], uint16_t count)
{
	struct uk_netdev_info info;
	uint16_t n;

	(void)arg;
	uk_netdev_info_get(stack.dev, &info);
	for (n = 0; n < count && stack.taken < stack.limit; n++)
		pkts[n] = take(info.nb_encap_rx);
	return n;
}

static void on_event(struct uk_netdev *dev, uint16_t queue, void *arg)
{
	(void)dev;
	(void)queue;
	(void)arg;
	stack.events++;
}

int stack_start(unsigned int id, unsigned int descriptors, unsigned int limit)
{
	struct uk_netdev_conf conf = { .nb_rx_queues = 1, .nb_tx_queues = 1 };
	struct uk_netdev_rxqueue_conf rx = {
		.callback = on_event, .alloc_rxpkts = alloc_rx,
	};
	struct uk_netdev_txqueue_conf tx = { 0 };
	struct uk_netbuf *netbuf;
	int rc;

	memset(&stack, 0, sizeof(stack));
	stack.dev = uk_netdev_get(id);
	stack.limit = limit;
	if (!stack.dev)
		return -ENODEV;
	rc = uk_netdev_probe(stack.dev);
	if (rc >= 0)
		rc = uk_netdev_configure(stack.dev, &conf);
	if (rc >= 0)
		rc = uk_netdev_rxq_configure(stack.dev, 0,
					     (uint16_t)descriptors, &rx);
	if (rc >= 0)
		rc = uk_netdev_txq_configure(stack.dev, 0, 32, &tx);
	if (rc >= 0)
		rc = uk_netdev_start(stack.dev);
	if (rc >= 0)
		rc = uk_netdev_rxq_intr_enable(stack.dev, 0);
	/* The link came up: looking at that arms the next event. */
	if (rc > 0)
		rc = uk_netdev_rx_one(stack.dev, 0, &netbuf);
	return rc;
}

/* The status; what came is copied to @p data, and kept. */
int stack_receive(uint8_t *data, uint32_t *len)
{
	struct uk_netbuf *netbuf = NULL;
	int status = uk_netdev_rx_one(stack.dev, 0, &netbuf);

	*len = 0;
	if (!uk_netdev_status_successful(status))
		return status;
	memcpy(data, netbuf->data, netbuf->len);
	*len = netbuf->len;
	stack.kept[stack.kept_count++] = netbuf;
	return status;
}

void stack_free_kept(void)
{
	while (stack.kept_count)
		uk_netbuf_free_single(stack.kept[--stack.kept_count]);
}

int stack_send(const uint8_t *data, uint32_t len, uint32_t headroom)
{
	struct uk_netbuf *netbuf = take((uint16_t)headroom);
	int status;

	if (!netbuf)
		return -ENOMEM;
	memcpy(netbuf->data, data, len);
	netbuf->len = (uint16_t)len;
	status = uk_netdev_tx_one(stack.dev, 0, netbuf);
	if (!uk_netdev_status_successful(status))
		uk_netbuf_free_single(netbuf);
	return status;
}

void stack_gather(void)
{
	netdev_gather(stack.dev);
}

void stack_flush(void)
{
	netdev_flush(stack.dev);
}

unsigned int stack_events(void)
{
	return stack.events;
}

unsigned int stack_taken(void)
{
	return stack.taken;
}

unsigned int stack_waiting(void)
{
	return netdev_waiting(stack.dev);
}

_Bool stack_link(void)
{
	return netdev_device(stack.dev)->link_up;
}

/* Where the packet that was received last lies */
const void *stack_place(void)
{
	return stack.kept_count ? stack.kept[stack.kept_count - 1]->data : NULL;
}
