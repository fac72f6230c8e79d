/* SPDX-License-Identifier: BSD-3-Clause */
/* Memory allocators: a table of functions each, the first is the default. */
#ifndef __UK_ALLOC_H__
#define __UK_ALLOC_H__

#include <errno.h>
#include <uk/arch/limits.h>
#include <uk/assert.h>
#include <uk/essentials.h>

struct uk_alloc;

typedef void *(*uk_alloc_malloc_func_t)(struct uk_alloc *a, __sz size);
typedef void *(*uk_alloc_calloc_func_t)(struct uk_alloc *a, __sz nmemb,
					__sz size);
typedef int (*uk_alloc_posix_memalign_func_t)(struct uk_alloc *a,
					      void **memptr, __sz align,
					      __sz size);
typedef void *(*uk_alloc_memalign_func_t)(struct uk_alloc *a, __sz align,
					  __sz size);
typedef void *(*uk_alloc_realloc_func_t)(struct uk_alloc *a, void *ptr,
					 __sz size);
typedef void (*uk_alloc_free_func_t)(struct uk_alloc *a, void *ptr);
typedef void *(*uk_alloc_palloc_func_t)(struct uk_alloc *a,
					unsigned long num_pages);
typedef void (*uk_alloc_pfree_func_t)(struct uk_alloc *a, void *ptr,
				      unsigned long num_pages);
typedef int (*uk_alloc_addmem_func_t)(struct uk_alloc *a, void *base,
				      __sz size);
typedef __ssz (*uk_alloc_getsize_func_t)(struct uk_alloc *a);
typedef long (*uk_alloc_getpsize_func_t)(struct uk_alloc *a);

struct uk_alloc {
	uk_alloc_malloc_func_t malloc;
	uk_alloc_calloc_func_t calloc;
	uk_alloc_realloc_func_t realloc;
	uk_alloc_posix_memalign_func_t posix_memalign;
	uk_alloc_memalign_func_t memalign;
	uk_alloc_free_func_t free;
	uk_alloc_palloc_func_t palloc;
	uk_alloc_pfree_func_t pfree;
	uk_alloc_getsize_func_t maxalloc;
	uk_alloc_getsize_func_t availmem;
	uk_alloc_getpsize_func_t pmaxalloc;
	uk_alloc_getpsize_func_t pavailmem;
	uk_alloc_addmem_func_t addmem;

	struct uk_alloc *next;
	__u8 priv[];
};

extern struct uk_alloc *_uk_alloc_head;

static inline struct uk_alloc *uk_alloc_get_default(void)
{
	return _uk_alloc_head;
}

static inline void *uk_malloc(struct uk_alloc *a, __sz size)
{
	if (unlikely(!a)) {
		errno = ENOMEM;
		return NULL;
	}
	return a->malloc(a, size);
}

static inline void *uk_calloc(struct uk_alloc *a, __sz nmemb, __sz size)
{
	if (unlikely(!a)) {
		errno = ENOMEM;
		return NULL;
	}
	return a->calloc(a, nmemb, size);
}

#define uk_zalloc(a, size)	uk_calloc((a), 1, (size))

static inline void *uk_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	if (unlikely(!a)) {
		errno = ENOMEM;
		return NULL;
	}
	return a->realloc(a, ptr, size);
}

static inline int uk_posix_memalign(struct uk_alloc *a, void **memptr,
				    __sz align, __sz size)
{
	if (unlikely(!a)) {
		*memptr = NULL;
		return ENOMEM;
	}
	return a->posix_memalign(a, memptr, align, size);
}

static inline void *uk_memalign(struct uk_alloc *a, __sz align, __sz size)
{
	return unlikely(!a) ? NULL : a->memalign(a, align, size);
}

static inline void uk_free(struct uk_alloc *a, void *ptr)
{
	UK_ASSERT(a);
	a->free(a, ptr);
}

static inline void *uk_palloc(struct uk_alloc *a, unsigned long num_pages)
{
	return unlikely(!a || !a->palloc) ? NULL : a->palloc(a, num_pages);
}

static inline void uk_pfree(struct uk_alloc *a, void *ptr,
			    unsigned long num_pages)
{
	UK_ASSERT(a);
	a->pfree(a, ptr, num_pages);
}

static inline int uk_alloc_addmem(struct uk_alloc *a, void *base, __sz size)
{
	return a->addmem ? a->addmem(a, base, size) : -ENOTSUP;
}

static inline __ssz uk_alloc_availmem(struct uk_alloc *a)
{
	return a->availmem ? a->availmem(a) : (__ssz)-ENOTSUP;
}

static inline __ssz uk_alloc_maxalloc(struct uk_alloc *a)
{
	return a->maxalloc ? a->maxalloc(a) : (__ssz)-ENOTSUP;
}

#endif /* __UK_ALLOC_H__ */
