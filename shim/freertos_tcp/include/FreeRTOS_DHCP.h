/* SPDX-License-Identifier: BSD-3-Clause */
/* Addresses come the stack's way; here so that it can be included. */
#ifndef FREERTOS_DHCP_H
#define FREERTOS_DHCP_H

#include "FreeRTOS_IP.h"

#endif /* FREERTOS_DHCP_H */
