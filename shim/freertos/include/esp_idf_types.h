/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The types of ESP-IDF's dialect, for the two readers that freertos_types.h
 * has: the compiler and the shim generator.
 */
#ifndef ESP_IDF_TYPES_H
#define ESP_IDF_TYPES_H

#include <stdint.h>

/* A lock for several cores; one core needs nothing of it. */
typedef struct {
	uint32_t owner;
	uint32_t count;
} portMUX_TYPE;

typedef int esp_err_t;

typedef void (*intr_handler_t)(void *arg);
typedef struct intr_handle_data_t intr_handle_data_t;
typedef intr_handle_data_t *intr_handle_t;

#endif /* ESP_IDF_TYPES_H */
