/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What is a network device's behind virtio-mmio.
 * Sections are those of Virtual I/O Device (VIRTIO) Version 1.2.
 */
#ifndef VIRTIO_NET_REGS_H
#define VIRTIO_NET_REGS_H

#include "virtio_mmio_regs.h"

/* VIRTIO 1.2, 5.1.3: Feature bits, of the first 32 */
#define VIRTIO_NET_F_MAC		(1U << 5)
#define VIRTIO_NET_F_STATUS		(1U << 16)
/* VIRTIO 1.2, 5.1.2: Virtqueues */
#define VIRTIO_NET_RX			0U
#define VIRTIO_NET_TX			1U

/* VIRTIO 1.2, 5.1.4: status */
#define VIRTIO_NET_S_LINK_UP		(1U << 0)

/* VIRTIO 1.2, 5.1.6 and 5.1.6.1: struct virtio_net_hdr, without and with
 * num_buffers; all fields 0: no offloads, one buffer
 */
#define VIRTIO_NET_HDR_LEGACY		10U
#define VIRTIO_NET_HDR_MODERN		12U

#endif /* VIRTIO_NET_REGS_H */
