/* SPDX-License-Identifier: BSD-3-Clause */
/* The heap, beside the port. */
#ifndef PORTABLE_H
#define PORTABLE_H

#include "portmacro.h"
#include "freertos_heap_api.h"

/* Stacks come from the same heap. */
#define pvPortMallocStack	pvPortMalloc
#define vPortFreeStack		vPortFree

#endif /* PORTABLE_H */
