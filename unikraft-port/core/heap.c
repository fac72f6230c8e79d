/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The heap: two-level segregated fit, every call in bounded time.
 *
 * After Masmano, Ripoll, Crespo, Real: "TLSF: a New Dynamic Memory Allocator
 * for Real-Time Systems" (ECRTS 2004). Free blocks are in lists by size: the
 * first level is a power of two, the second sixteen steps within it; two bit
 * maps find the first list that fits. A block knows its neighbours, so that
 * freeing merges at once. Interrupts are masked for the time of a call.
 *
 * In front of it a few freed blocks of each small size are kept as they are,
 * for most programs ask for the same sizes again and again. They are merged
 * when a request finds no block otherwise.
 */
#include <errno.h>
#include <image.h>
#include <stdlib.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/plat/lcpu.h>

#define STEPS		16U		/* second level */
#define SMALL		256UL		/* below: a list per 16 bytes */
#define LEVELS		33U		/* blocks below 2^40 bytes */
#define ALIGN		16UL
#define MIN_SIZE	24UL

#define BLOCK_FREE	1UL
#define PREV_FREE	2UL
#define BLOCK_KEPT	4UL	/* freed, but used as its neighbours see it */
#define FLAGS		(BLOCK_FREE | PREV_FREE | BLOCK_KEPT)

#define KEPT_SIZES	144U	/* payloads of 24 to 2312 bytes: small tasks, too */
#define KEPT_EACH	8U
#define HEADER		8UL	/* what a block costs beside its payload */

/*
 * `prev` lies in the last bytes of the block before, and only counts while
 * that one is free. So a block in use costs 8 bytes.
 */
struct block {
	struct block *prev;
	__sz size_flags;	/* of the payload: a multiple of 16, plus 8 */
	struct block *next_free;	/* the payload starts here */
	struct block *prev_free;
};

static struct {
	__u64 levels;		/* bit l: some list of level l has blocks */
	__u16 steps[LEVELS];
	struct block *lists[LEVELS][STEPS];
	/*
	 * Of all free blocks, with their headers: so it is the same whether
	 * neighbours are merged or not.
	 */
	__sz available;
	struct block *kept[KEPT_SIZES];
	__u8 kept_count[KEPT_SIZES];
} heap;

static inline __sz size_of(const struct block *b)
{
	return b->size_flags & ~FLAGS;
}

static inline void *payload_of(struct block *b)
{
	return &b->next_free;
}

static inline struct block *block_of(void *payload)
{
	return __containerof(payload, struct block, next_free);
}

static inline struct block *next_of(struct block *b)
{
	return (struct block *)((char *)payload_of(b) + size_of(b) - 8);
}

/* The payload that a request of @p size gets. */
static inline __sz payload_size(__sz size)
{
	return size <= MIN_SIZE ? MIN_SIZE : ALIGN_UP(size + 8, ALIGN) - 8;
}

struct place {
	unsigned int level;
	unsigned int step;
};

/* The list in which a block of @p size is kept. */
static inline struct place place_of(__sz size)
{
	unsigned int log;

	if (size < SMALL)
		return (struct place){ 0, size / ALIGN };
	log = 63 - __builtin_clzl(size);
	return (struct place){ log - 7, (size >> (log - 4)) % STEPS };
}

static inline void list_insert(struct block *b)
{
	struct place at = place_of(size_of(b));
	struct block *first = heap.lists[at.level][at.step];

	b->next_free = first;
	b->prev_free = NULL;
	if (first)
		first->prev_free = b;
	heap.lists[at.level][at.step] = b;
	heap.levels |= 1UL << at.level;
	heap.steps[at.level] |= 1U << at.step;
	heap.available += size_of(b) + HEADER;
}

static __noinline __cold void list_remove(struct block *b)
{
	struct place at = place_of(size_of(b));

	if (b->next_free)
		b->next_free->prev_free = b->prev_free;
	if (b->prev_free) {
		b->prev_free->next_free = b->next_free;
	} else {
		heap.lists[at.level][at.step] = b->next_free;
		if (!b->next_free) {
			heap.steps[at.level] &= ~(1U << at.step);
			if (!heap.steps[at.level])
				heap.levels &= ~(1UL << at.level);
		}
	}
	heap.available -= size_of(b) + HEADER;
}

/* A free block of at least @p size, out of its list; NULL: none. */
static inline struct block *take_fit(__sz size)
{
	struct place at;
	struct block *b;
	__u64 levels;
	__u32 steps;

	/* Round up to the next list: every block there is large enough. */
	if (size >= SMALL)
		size += (1UL << (59 - __builtin_clzl(size))) - 1;
	at = place_of(size);
	if (at.level >= LEVELS)
		return NULL;
	steps = heap.steps[at.level] & (~0U << at.step);
	if (!steps) {
		levels = heap.levels & (~1UL << at.level);
		if (!levels)
			return NULL;
		at.level = __builtin_ctzl(levels);
		steps = heap.steps[at.level];
	}
	b = heap.lists[at.level][__builtin_ctz(steps)];
	list_remove(b);
	return b;
}

static __cold void set_free(struct block *b)
{
	struct block *next = next_of(b);

	b->size_flags |= BLOCK_FREE;
	next->size_flags |= PREV_FREE;
	next->prev = b;
	list_insert(b);
}

static inline void set_used(struct block *b)
{
	b->size_flags &= ~BLOCK_FREE;
	next_of(b)->size_flags &= ~PREV_FREE;
}

/* Free a used block, as one with its neighbours that are free. */
static __cold void release(struct block *b)
{
	struct block *next = next_of(b);

	if (next->size_flags & BLOCK_FREE) {
		list_remove(next);
		b->size_flags += size_of(next) + 8;
	}
	if (b->size_flags & PREV_FREE) {
		list_remove(b->prev);
		b->prev->size_flags += size_of(b) + 8;
		b = b->prev;
	}
	set_free(b);
}

/* Cut a used block down to @p size and free what is over. */
static __noinline __cold void trim(struct block *b, __sz size)
{
	__sz rest = size_of(b) - size;
	struct block *tail;

	if (rest < MIN_SIZE + 8)
		return;
	b->size_flags = size | (b->size_flags & FLAGS);
	tail = next_of(b);
	tail->size_flags = rest - 8;
	release(tail);
}

/* ---- Blocks that are kept; masked ---- */

/* Which list of kept blocks; KEPT_SIZES and above: none. */
static inline __sz kept_index(__sz size)
{
	return size / ALIGN - 1;
}

static inline struct block *take_kept(__sz index)
{
	struct block *b = heap.kept[index];

	heap.kept[index] = b->next_free;
	heap.kept_count[index]--;
	b->size_flags &= ~BLOCK_KEPT;
	heap.available -= size_of(b) + HEADER;
	return b;
}

static inline void keep(struct block *b, __sz index)
{
	heap.available += size_of(b) + HEADER;
	b->size_flags |= BLOCK_KEPT;
	b->next_free = heap.kept[index];
	heap.kept[index] = b;
	heap.kept_count[index]++;
}

/* Give up what is kept; true if there was anything. */
static __cold bool merge_kept(void)
{
	bool any = false;
	__sz index;

	for (index = 0; index < KEPT_SIZES; index++) {
		while (heap.kept[index]) {
			release(take_kept(index));
			any = true;
		}
	}
	return any;
}

/* ---- The interface ---- */

static __noinline __cold void *malloc_fit(__sz size)
{
	struct block *b = take_fit(size);

	if (unlikely(!b) && merge_kept())
		b = take_fit(size);
	if (unlikely(!b))
		return NULL;
	set_used(b);
	trim(b, size);
	return payload_of(b);
}

static void *heap_malloc(struct uk_alloc *a __unused, __sz size)
{
	unsigned long flags;
	__sz index;
	void *ptr;

	if (unlikely(size >= 1UL << 39))
		return NULL;
	size = payload_size(size);
	index = kept_index(size);
	flags = ukplat_lcpu_save_irqf();
	if (index < KEPT_SIZES && heap.kept[index])
		ptr = payload_of(take_kept(index));
	else
		ptr = malloc_fit(size);
	ukplat_lcpu_restore_irqf(flags);
	return ptr;
}

static void heap_free(struct uk_alloc *a __unused, void *ptr)
{
	struct block *b = block_of(ptr);
	unsigned long flags;
	__sz index;

	if (!ptr)
		return;
	UK_ASSERT(!(b->size_flags & (BLOCK_FREE | BLOCK_KEPT)));
	index = kept_index(size_of(b));
	flags = ukplat_lcpu_save_irqf();
	if (index < KEPT_SIZES && heap.kept_count[index] < KEPT_EACH)
		keep(b, index);
	else
		release(b);
	ukplat_lcpu_restore_irqf(flags);
}

/* Free the part of a used block before @p at and return the rest of it. */
static __cold struct block *split_front(struct block *b, void *at)
{
	struct block *rest = block_of(at);
	__sz front = (char *)rest - (char *)b;

	rest->size_flags = size_of(b) - front;
	b->size_flags = (front - 8) | (b->size_flags & FLAGS);
	set_free(b);
	return rest;
}

static __cold void *heap_memalign(struct uk_alloc *a, __sz align, __sz size)
{
	unsigned long flags;
	struct block *b;
	__u64 at;
	char *ptr;

	if (align <= ALIGN)
		return heap_malloc(a, size);
	size = payload_size(size);
	ptr = heap_malloc(a, size + align + MIN_SIZE + 8);
	if (!ptr)
		return NULL;
	at = ALIGN_UP((__u64)ptr, align);
	/* The part cut off must be able to be a block. */
	if (at != (__u64)ptr && at - (__u64)ptr < MIN_SIZE + 8)
		at += align;
	flags = ukplat_lcpu_save_irqf();
	b = block_of(ptr);
	if (at != (__u64)ptr)
		b = split_front(b, (void *)at);
	trim(b, size);
	ukplat_lcpu_restore_irqf(flags);
	return payload_of(b);
}

static __cold int heap_posix_memalign(struct uk_alloc *a, void **memptr, __sz align,
			       __sz size)
{
	if (align < sizeof(void *) || (align & (align - 1)))
		return EINVAL;
	*memptr = heap_memalign(a, align, size);
	return *memptr ? 0 : ENOMEM;
}

static __cold void *heap_calloc(struct uk_alloc *a, __sz nmemb, __sz size)
{
	void *ptr;
	__sz bytes;

	if (__builtin_mul_overflow(nmemb, size, &bytes))
		return NULL;
	ptr = heap_malloc(a, bytes);
	if (ptr)
		memset(ptr, 0, bytes);
	return ptr;
}

static __cold void *heap_realloc(struct uk_alloc *a, void *ptr, __sz size)
{
	__sz old;
	void *fresh;

	if (!ptr)
		return heap_malloc(a, size);
	if (!size) {
		heap_free(a, ptr);
		return NULL;
	}
	old = size_of(block_of(ptr));
	if (size <= old)
		return ptr;
	fresh = heap_malloc(a, size);
	if (fresh) {
		memcpy(fresh, ptr, old);
		heap_free(a, ptr);
	}
	return fresh;
}

static void *heap_palloc(struct uk_alloc *a, unsigned long num_pages)
{
	return heap_memalign(a, __PAGE_SIZE, num_pages * __PAGE_SIZE);
}

static void heap_pfree(struct uk_alloc *a, void *ptr,
		       unsigned long num_pages __unused)
{
	heap_free(a, ptr);
}

static __ssz heap_availmem(struct uk_alloc *a __unused)
{
	return heap.available;
}

/* The largest request that succeeds for sure. */
static __cold __ssz heap_maxalloc(struct uk_alloc *a __unused)
{
	unsigned int level, step;

	if (!heap.levels)
		return 0;
	level = 63 - __builtin_clzl(heap.levels);
	step = 31 - __builtin_clz(heap.steps[level]);
	if (!level)
		return step * ALIGN + 8;
	return (1UL << (level + 7)) + ((__sz)step << (level + 3)) - 8;
}

/* One free block over all of it, and an end that is never free. */
static __cold int heap_addmem(struct uk_alloc *a __unused, void *base, __sz size)
{
	__u64 from = ALIGN_UP((__u64)base, ALIGN);
	__u64 to = ALIGN_DOWN((__u64)base + size, ALIGN);
	unsigned long flags;
	struct block *b;

	if (to < from + 64)
		return -EINVAL;
	flags = ukplat_lcpu_save_irqf();
	b = (struct block *)from;
	b->size_flags = to - from - 24;
	next_of(b)->size_flags = 0;
	set_free(b);
	ukplat_lcpu_restore_irqf(flags);
	return 0;
}

static struct uk_alloc allocator = {
	.malloc = heap_malloc,
	.calloc = heap_calloc,
	.realloc = heap_realloc,
	.posix_memalign = heap_posix_memalign,
	.memalign = heap_memalign,
	.free = heap_free,
	.palloc = heap_palloc,
	.pfree = heap_pfree,
	.maxalloc = heap_maxalloc,
	.availmem = heap_availmem,
	.addmem = heap_addmem,
};

struct uk_alloc *_uk_alloc_head;

struct uk_alloc *heap_init(void)
{
	_uk_alloc_head = &allocator;
	return &allocator;
}

__sz heap_size_of(void *ptr)
{
	return size_of(block_of(ptr));
}

void *malloc(size_t size)
{
	return heap_malloc(&allocator, size);
}

void *calloc(size_t n, size_t size)
{
	return heap_calloc(&allocator, n, size);
}

void *realloc(void *ptr, size_t size)
{
	return heap_realloc(&allocator, ptr, size);
}

void free(void *ptr)
{
	heap_free(&allocator, ptr);
}
