/* SPDX-License-Identifier: BSD-3-Clause */
/* Error numbers in the place of pointers: the highest addresses. */
#ifndef __UK_ERRPTR_H__
#define __UK_ERRPTR_H__

#include <uk/arch/types.h>

#define MAXERRNO	512

/* Negative error number to pointer and back; whether it is one */
#define ERR2PTR(err)	((void *)(__sptr)(err))
#define PTR2ERR(ptr)	((int)(__sptr)(ptr))
#define PTRISERR(ptr)	((__uptr)(ptr) >= (__uptr)-MAXERRNO)

#endif /* __UK_ERRPTR_H__ */
