/* SPDX-License-Identifier: BSD-3-Clause */
/* Compiler helpers. */
#define likely(...)
#define unlikely(...)
#define ALIGN_UP(...)
#define MAX(...)
#define __offsetof(...)
#define __containerof(...)
#define __noinline ...
#define __noreturn ...
#define __weak ...
