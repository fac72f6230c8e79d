/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FREERTOS_IP_CONFIG_H
#define FREERTOS_IP_CONFIG_H

/* The test builds the other form, and memory of the driver's own, too. */
#define ipconfigOLDER_INTERFACE		0
#define ipconfigDRIVER_OWNS_BUFFERS	0

#define ipconfigNUM_NETWORK_BUFFER_DESCRIPTORS	64
#define ipconfigZERO_COPY_RX_DRIVER	1
#define ipconfigZERO_COPY_TX_DRIVER	1

#endif /* FREERTOS_IP_CONFIG_H */
