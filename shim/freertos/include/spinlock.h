/* SPDX-License-Identifier: BSD-3-Clause */
/* ESP-IDF's spinlocks: on one core, critical sections under another name. */
#ifndef SPINLOCK_H
#define SPINLOCK_H

#include "FreeRTOS.h"

typedef portMUX_TYPE spinlock_t;

#define SPINLOCK_INITIALIZER	portMUX_INITIALIZER_UNLOCKED
#define SPINLOCK_WAIT_FOREVER	portMUX_NO_TIMEOUT
#define SPINLOCK_NO_WAIT	portMUX_TRY_LOCK

static inline void spinlock_initialize(spinlock_t *lock)
{
	portMUX_INITIALIZE(lock);
}

#endif /* SPINLOCK_H */
