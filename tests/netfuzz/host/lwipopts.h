/* SPDX-License-Identifier: BSD-3-Clause */
/* As on the boards, but for what needs threads; and lwIP's own checks. */
#ifndef HOST_LWIPOPTS_H
#define HOST_LWIPOPTS_H

#include <stdlib.h>

#include "../../../drivers/netstack/lwip/lwipopts.h"

#undef LWIP_NOASSERT
#undef LWIP_PROVIDE_ERRNO
#undef LWIP_COMPAT_SOCKETS
#undef LWIP_SO_RCVTIMEO
#undef LWIP_SO_SNDTIMEO
#define LWIP_SOCKET		0
#define LWIP_NETCONN		0
#define LWIP_CHECKSUM_CTRL_PER_NETIF 0
#ifdef FUZZ_MALLOC
/* Each block is known to the sanitizer. */
/* A byte more: see READ_BEHIND in world.c */
#define MEM_CUSTOM_ALLOCATOR	1
#define MEM_STATS		1
#define MEMP_STATS		1
#define MEM_CUSTOM_MALLOC(size)	malloc((size) + 1)
#define MEM_CUSTOM_CALLOC(n, size) calloc((n), (size))
#define MEM_CUSTOM_FREE(p)	free(p)
#define MEMP_MEM_MALLOC		1
#endif

#endif /* HOST_LWIPOPTS_H */
