/* SPDX-License-Identifier: BSD-3-Clause */
/* From a frame to its descriptor. */
#ifndef FREERTOS_IP_UTILS_H
#define FREERTOS_IP_UTILS_H

#include "FreeRTOS_IP.h"
#include "NetworkInterface.h"
#include "NetworkBufferManagement.h"

/*
 * The descriptor whose frame begins at @p pvBuffer, or NULL when none is
 * found there.
 */
NetworkBufferDescriptor_t *
pxPacketBuffer_to_NetworkBuffer(const void *pvBuffer);

#endif /* FREERTOS_IP_UTILS_H */
