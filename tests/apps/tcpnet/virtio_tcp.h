/* SPDX-License-Identifier: BSD-3-Clause */
/* virtio-net as a driver of FreeRTOS+TCP: what its application calls. */
#ifndef VIRTIO_TCP_H
#define VIRTIO_TCP_H

#include <stdbool.h>
#include <stdint.h>

/* Places that the device may be in, and the interrupt of the first */
void virtio_tcp_places(uintptr_t base, uint32_t irq, uint32_t count);

/* The device's own address; false: there is no device. */
bool virtio_tcp_address(uint8_t *address);

struct xNetworkInterface;
struct xNetworkInterface *
pxVirtio_FillInterfaceDescriptor(long xEMACIndex,
				 struct xNetworkInterface *pxInterface);

#endif /* VIRTIO_TCP_H */
