/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's error codes. */
#ifndef ESP_ERR_H
#define ESP_ERR_H

#include "FreeRTOS.h"
#include "esp_idf_types.h"

#define ESP_OK				0
#define ESP_FAIL			(-1)
#define ESP_ERR_NO_MEM			0x101
#define ESP_ERR_INVALID_ARG		0x102
#define ESP_ERR_INVALID_STATE		0x103
#define ESP_ERR_INVALID_SIZE		0x104
#define ESP_ERR_NOT_FOUND		0x105
#define ESP_ERR_NOT_SUPPORTED		0x106
#define ESP_ERR_TIMEOUT			0x107
#define ESP_ERR_INVALID_RESPONSE	0x108
#define ESP_ERR_INVALID_CRC		0x109
#define ESP_ERR_INVALID_VERSION		0x10A
#define ESP_ERR_INVALID_MAC		0x10B
#define ESP_ERR_NOT_FINISHED		0x10C
#define ESP_ERR_NOT_ALLOWED		0x10D

/* There it aborts on an error; here that is an assertion that fails. */
#define ESP_ERROR_CHECK(x) do {						\
	esp_err_t esp_error_check_ = (x);				\
									\
	(void)esp_error_check_;						\
	configASSERT(esp_error_check_ == ESP_OK);			\
} while (0)

#endif /* ESP_ERR_H */
