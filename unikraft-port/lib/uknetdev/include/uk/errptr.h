/* SPDX-License-Identifier: BSD-3-Clause */
/* Error numbers in the place of a pointer. */
#ifndef __UK_ERRPTR_H__
#define __UK_ERRPTR_H__

#include <uk/essentials.h>

/* The last page of the address space: nothing lies there. */
#define __UK_ERRPTR_MAX		4096

#define PTRISERR(ptr)	((uintptr_t)(ptr) >= (uintptr_t)-__UK_ERRPTR_MAX)
#define PTR2ERR(ptr)	((int)(intptr_t)(ptr))
#define ERR2PTR(err)	((void *)(intptr_t)(err))

#endif /* __UK_ERRPTR_H__ */
