/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The configuration of an application that brings none: the defaults. An
 * application's own FreeRTOSIPConfig.h is found first, by the shim and by the
 * driver alike; FreeRTOSIPConfigDefaults.h lists what may be set.
 */
#ifndef FREERTOS_IP_CONFIG_H
#define FREERTOS_IP_CONFIG_H

#endif /* FREERTOS_IP_CONFIG_H */
