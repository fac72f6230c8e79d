/* SPDX-License-Identifier: BSD-3-Clause */
/* Compiler attributes and small helpers that every header may use. */
#ifndef __UK_ESSENTIALS_H__
#define __UK_ESSENTIALS_H__

#define __STRINGIFY(x)		#x
#define STRINGIFY(x)		__STRINGIFY(x)
#define __UK_CONCAT_X(a, b)	a##b
#define UK_CONCAT(a, b)		__UK_CONCAT_X(a, b)

#define ALIGN_UP(v, a)		(((v) + (a) - 1) & ~((a) - 1))
#define ALIGN_DOWN(v, a)	((v) & ~((a) - 1))
#define IS_ALIGNED(v, a)	(((v) & ((a) - 1)) == 0)
#define DIV_ROUND_UP(v, d)	(((v) + (d) - 1) / (d))

#ifndef __ASSEMBLY__
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uk/arch/types.h>

#define __packed		__attribute__((packed))
#define __align(n)		__attribute__((aligned(n)))
#define __noreturn		__attribute__((noreturn))
#define __noinline		__attribute__((noinline))
#define __section(name)		__attribute__((section(name)))
#define __used			__attribute__((used))
#define __unused		__attribute__((unused))
#define __maybe_unused		__attribute__((unused))
#define __weak			__attribute__((weak))
/* Built for size: start-up, errors, what nobody waits for. */
#define __cold			__attribute__((cold))
#define __printf(fmt, args)	__attribute__((format(printf, fmt, args)))

#define likely(x)		__builtin_expect(!!(x), 1)
#define unlikely(x)		__builtin_expect(!!(x), 0)
#define barrier()		__asm__ __volatile__("" ::: "memory")

#define ARRAY_SIZE(x)		(sizeof(x) / sizeof((x)[0]))
#define __offsetof(type, member) __builtin_offsetof(type, member)
#define __containerof(ptr, type, member) \
	((type *)((__uptr)(ptr) - __offsetof(type, member)))
#define DECONST(t, a)		((t)(__uptr)(const void *)(a))
#define UK_CTASSERT(x)		_Static_assert(x, #x)

#define MIN(a, b) ({				\
	__typeof__(a) __min_a = (a);		\
	__typeof__(b) __min_b = (b);		\
	__min_a < __min_b ? __min_a : __min_b;	\
})
#define MAX(a, b) ({				\
	__typeof__(a) __max_a = (a);		\
	__typeof__(b) __max_b = (b);		\
	__max_a > __max_b ? __max_a : __max_b;	\
})
#endif /* !__ASSEMBLY__ */
#endif /* __UK_ESSENTIALS_H__ */
