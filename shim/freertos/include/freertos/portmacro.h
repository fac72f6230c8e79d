/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's place of portmacro.h. */
#ifndef FREERTOS_ESP_IDF_PORTMACRO_H
#define FREERTOS_ESP_IDF_PORTMACRO_H

#include "../FreeRTOS.h"
#include "../spinlock.h"

/* There the functions behind the macros take the lock too. */
#define vPortEnterCritical(...) \
	((void)(__VA_ARGS__ + 0), vPortEnterCritical())
#define vPortExitCritical(...) \
	((void)(__VA_ARGS__ + 0), vPortExitCritical())

#endif /* FREERTOS_ESP_IDF_PORTMACRO_H */
