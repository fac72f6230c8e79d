/* SPDX-License-Identifier: BSD-3-Clause */
/* FreeRTOS's atomic operations: against interrupts, tasks and other cores. */
#ifndef ATOMIC_H
#define ATOMIC_H

#ifndef INC_FREERTOS_H
#error "include FreeRTOS.h before atomic.h"
#endif

#define ATOMIC_COMPARE_AND_SWAP_SUCCESS	1U
#define ATOMIC_COMPARE_AND_SWAP_FAILURE	0U

#include "freertos_atomic_api.h"

#endif /* ATOMIC_H */
