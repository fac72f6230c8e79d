/* SPDX-License-Identifier: BSD-3-Clause */
/* The network device of a virtual machine as a FreeRTOS driver. */
#ifndef VIRTIO_NET_H
#define VIRTIO_NET_H

#include "../../mmio.h"
#include "net.h"
#include "virtio_mmio.h"

/* Frames under way in each direction. Ours: a TCP window of 64 KiB, and more */
#define VIRTIO_NET_QUEUE	64U

struct virtio_net_ring;

/* One direction. */
struct virtio_net_queue {
	struct virtio_net_ring *ring;
	uint32_t index;		/* VIRTIO_NET_RX or ..._TX */
	uint16_t size;		/* descriptors in use */
	uint16_t avail;		/* our counters of the two rings */
	uint16_t used;
	uint16_t announced;	/* of those available, the device was told */
	uint16_t free_count;
	uint8_t free[VIRTIO_NET_QUEUE];
	/* What the device has, by descriptor */
	struct net_frame *frame[VIRTIO_NET_QUEUE];
};

struct virtio_net {
	/* From the board: */
	uintptr_t base;		/* of the first place a device may be at */
	uint32_t irq;		/* of the first place */
	uint32_t count;		/* places, with ascending interrupts */
	/* The driver's own: */
	struct net_device net;
	struct virtio_mmio virtio;
	uint32_t header_len;
	bool running;
	bool rx_quiet;		/* no interrupt tells of received frames */
	void *ring_memory;
	struct net_frame *spare;	/* for the place of the next received */
	struct virtio_net_queue rx, tx;
};

/*
 * Look for a network device, bring it up and attach it; from a task, once.
 * NET_OK, NET_ERR_NO_DEVICE when none is there or it lacks what is needed,
 * NET_ERR_MEMORY.
 */
int virtio_net_init(struct virtio_net *dev);

#endif /* VIRTIO_NET_H */
