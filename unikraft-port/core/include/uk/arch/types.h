/* SPDX-License-Identifier: BSD-3-Clause */
/* Unikraft's basic types on AArch64 (LP64). */
#ifndef __UKARCH_TYPES_H__
#define __UKARCH_TYPES_H__

#ifndef __ASSEMBLY__
typedef signed char		__s8;
typedef unsigned char		__u8;
typedef signed short		__s16;
typedef unsigned short		__u16;
typedef signed int		__s32;
typedef unsigned int		__u32;
typedef signed long		__s64;
typedef unsigned long		__u64;

typedef __u64			__sz;
typedef __s64			__ssz;
typedef __u64			__uptr;
typedef __s64			__sptr;
typedef __u64			__paddr_t;
typedef __u64			__vaddr_t;

typedef struct {
	__u32 counter;
} __atomic;

#define __NULL			((void *)0)
#endif /* !__ASSEMBLY__ */

#endif /* __UKARCH_TYPES_H__ */
