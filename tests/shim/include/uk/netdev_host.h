/* SPDX-License-Identifier: BSD-3-Clause */
/* What uknetdev wants of a core beyond the contract: included before all. */
#ifndef UK_NETDEV_HOST_H
#define UK_NETDEV_HOST_H

#define __packed		__attribute__((packed))
#define MIN(a, b)		((a) < (b) ? (a) : (b))
#define DECONST(t, a)		((t)(uintptr_t)(const void *)(a))

#define uk_calloc(a, count, size) ({					\
	void *__block = uk_malloc((a), (count) * (size));		\
									\
	__block ? __builtin_memset(__block, 0, (count) * (size)) : NULL;	\
})
/* The host's allocator aligns to 16 and no more. */
#define uk_memalign(a, align, size) \
	((align) <= 16 ? uk_malloc((a), (size)) : NULL)

#endif /* UK_NETDEV_HOST_H */
