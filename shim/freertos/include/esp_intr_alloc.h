/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's way to attach interrupt handlers. */
#ifndef ESP_INTR_ALLOC_H
#define ESP_INTR_ALLOC_H

#include "esp_err.h"

/* Levels and memory say nothing here: all handlers run at one level. */
#define ESP_INTR_FLAG_LEVEL1		(1 << 1)
#define ESP_INTR_FLAG_LEVEL2		(1 << 2)
#define ESP_INTR_FLAG_LEVEL3		(1 << 3)
#define ESP_INTR_FLAG_LEVEL4		(1 << 4)
#define ESP_INTR_FLAG_LEVEL5		(1 << 5)
#define ESP_INTR_FLAG_LEVEL6		(1 << 6)
#define ESP_INTR_FLAG_NMI		(1 << 7)
#define ESP_INTR_FLAG_SHARED		(1 << 8)
#define ESP_INTR_FLAG_EDGE		(1 << 9)
#define ESP_INTR_FLAG_IRAM		(1 << 10)
#define ESP_INTR_FLAG_INTRDISABLED	(1 << 11)

#define ESP_INTR_FLAG_LOWMED \
	(ESP_INTR_FLAG_LEVEL1 | ESP_INTR_FLAG_LEVEL2 | ESP_INTR_FLAG_LEVEL3)
#define ESP_INTR_FLAG_HIGH \
	(ESP_INTR_FLAG_LEVEL4 | ESP_INTR_FLAG_LEVEL5 | ESP_INTR_FLAG_LEVEL6 \
	 | ESP_INTR_FLAG_NMI)
#define ESP_INTR_FLAG_LEVELMASK	(ESP_INTR_FLAG_LOWMED | ESP_INTR_FLAG_HIGH)

#include "freertos_esp_intr_api.h"

#endif /* ESP_INTR_ALLOC_H */
