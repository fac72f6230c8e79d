/* SPDX-License-Identifier: BSD-3-Clause */
/* The compiler, the processor and the C library, for lwIP. */
#ifndef LWIP_ARCH_CC_H
#define LWIP_ARCH_CC_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define LWIP_NO_INTTYPES_H	1
#define LWIP_NO_CTYPE_H		1
#define LWIP_NO_UNISTD_H	1
#define X8_F	"02x"
#define U16_F	"u"
#define S16_F	"d"
#define X16_F	"x"
#define U32_F	"u"
#define S32_F	"d"
#define X32_F	"x"
#define SZT_F	"lu"

/* netdb.c wants it, of numbers of ports */
#define atoi(text)	((int)strtoul((text), NULL, 10))

void lwip_port_assert(const char *what) __attribute__((noreturn));
uint32_t lwip_port_random(void);
uint16_t lwip_port_checksum(const void *data, int len);
uint16_t lwip_port_checksum_copy(void *to, const void *from, uint16_t len);
void lwip_port_copy(void *to, const void *from, size_t len);

/* One instruction each, and few for the copy of an address */
#define lwip_htons(x)		__builtin_bswap16(x)
#define lwip_htonl(x)		__builtin_bswap32(x)
#define MEMCPY(to, from, len)	lwip_port_copy(to, from, len)
#define SMEMCPY(to, from, len)	__builtin_memcpy(to, from, len)

#define LWIP_PLATFORM_DIAG(x)	do { printf x; } while (0)
#define LWIP_PLATFORM_ASSERT(x)	lwip_port_assert(x)
#define LWIP_RAND()		lwip_port_random()
#define LWIP_CHKSUM		lwip_port_checksum
#define LWIP_CHKSUM_COPY	lwip_port_checksum_copy

#endif /* LWIP_ARCH_CC_H */
