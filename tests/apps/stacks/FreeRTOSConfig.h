/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef FREERTOS_CONFIG_H
#define FREERTOS_CONFIG_H

/* A test writes another number here. */
#define configCHECK_FOR_STACK_OVERFLOW	0
#define configTICK_RATE_HZ		1000
#define configUSE_TASK_FPU_SUPPORT	1
#define INCLUDE_uxTaskGetStackHighWaterMark	1

#endif /* FREERTOS_CONFIG_H */
