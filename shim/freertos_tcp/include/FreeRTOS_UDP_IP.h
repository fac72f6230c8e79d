/* SPDX-License-Identifier: BSD-3-Clause */
/* Datagrams are the stack's; here so that it can be included. */
#ifndef FREERTOS_UDP_IP_H
#define FREERTOS_UDP_IP_H

#include "FreeRTOS_IP.h"

#endif /* FREERTOS_UDP_IP_H */
