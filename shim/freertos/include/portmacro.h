/* SPDX-License-Identifier: BSD-3-Clause */
/* What FreeRTOS calls a port: constants of the machine, interrupts, yields. */
#ifndef PORTMACRO_H
#define PORTMACRO_H

#include "freertos_types.h"

/* The old names of the basic types */
#define portCHAR	char
#define portFLOAT	float
#define portDOUBLE	double
#define portLONG	long
#define portSHORT	short
#define portBASE_TYPE	long
#define portSTACK_TYPE	uint64_t
#define portPOINTER_SIZE_TYPE	uintptr_t

#define portMAX_DELAY		((TickType_t)0xffffffffUL)
#define portTICK_PERIOD_MS	((TickType_t)1000 / configTICK_RATE_HZ)
/* A 32-bit tick count is read with one instruction. */
#define portTICK_TYPE_IS_ATOMIC	1

/* AAPCS64: the stack grows down and stays aligned to 16 bytes. */
#define portSTACK_GROWTH	(-1)
#define portBYTE_ALIGNMENT	16
#define portBYTE_ALIGNMENT_MASK	0x000f
#define portINLINE		__inline
#define portFORCE_INLINE	inline __attribute__((always_inline))

#include "freertos_port_api.h"

/* ESP-IDF's dialect: its locks have nothing to keep out on one core. */
#include "esp_idf_types.h"

#define portMUX_INITIALIZER_UNLOCKED	{ 0, 0 }
#define portMUX_FREE_VAL		0
#define portMUX_NO_TIMEOUT		(-1)
#define portMUX_TRY_LOCK		0
#define portNUM_PROCESSORS		1

#include "freertos_esp_port_api.h"

#endif /* PORTMACRO_H */
