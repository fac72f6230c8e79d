/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Stacks, each above a page that is not mapped: what overflows one faults
 * instead of writing into its neighbour. Freed stacks are kept for the next
 * thread, guard page and all, because mapping costs more than they do.
 */
#include <errno.h>
#include <image.h>
#include <paging.h>
#include <uk/allocstack.h>
#include <uk/plat/lcpu.h>

#define KEPT_PAGES	4U	/* sizes that are kept: 1 to 4 pages */
#define KEPT_EACH	8U

struct kept {
	struct kept *next;	/* in the first bytes of the unused stack */
};

static struct uk_alloc *memory;
static struct kept *kept[KEPT_PAGES];
static __u8 kept_count[KEPT_PAGES];

static void *take_kept(__sz pages)
{
	unsigned long flags;
	struct kept *stack;

	if (pages > KEPT_PAGES)
		return NULL;
	flags = ukplat_lcpu_save_irqf();
	stack = kept[pages - 1];
	if (stack) {
		kept[pages - 1] = stack->next;
		kept_count[pages - 1]--;
	}
	ukplat_lcpu_restore_irqf(flags);
	return stack;
}

static bool keep(struct kept *stack, __sz pages)
{
	unsigned long flags;
	bool room;

	if (pages > KEPT_PAGES)
		return false;
	flags = ukplat_lcpu_save_irqf();
	room = kept_count[pages - 1] < KEPT_EACH;
	if (room) {
		stack->next = kept[pages - 1];
		kept[pages - 1] = stack;
		kept_count[pages - 1]++;
	}
	ukplat_lcpu_restore_irqf(flags);
	return room;
}

static int guard(char *page)
{
	unsigned long flags = ukplat_lcpu_save_irqf();
	int rc = paging_protect((__u64)page, __PAGE_SIZE, PAGING_NONE);

	if (rc == -ENOMEM) {
		/* The block it lies in must be split: one more table. */
		void *table = uk_memalign(memory, __PAGE_SIZE, __PAGE_SIZE);

		if (table) {
			paging_add_tables(table, 1);
			rc = paging_protect((__u64)page, __PAGE_SIZE,
					    PAGING_NONE);
		}
	}
	ukplat_lcpu_restore_irqf(flags);
	return rc;
}

static void *stack_memalign(struct uk_alloc *a __unused, __sz align,
			    __sz size)
{
	__sz bytes = ALIGN_UP(size ? size : 1, __PAGE_SIZE);
	char *block = take_kept(bytes >> __PAGE_SHIFT);

	if (block)
		return block;
	UK_ASSERT(align <= __PAGE_SIZE);
	block = uk_memalign(memory, __PAGE_SIZE, __PAGE_SIZE + bytes);
	if (!block)
		return NULL;
	if (guard(block) < 0) {
		uk_free(memory, block);
		return NULL;
	}
	return block + __PAGE_SIZE;
}

static void *stack_malloc(struct uk_alloc *a, __sz size)
{
	return stack_memalign(a, 16, size);
}

static void stack_free(struct uk_alloc *a __unused, void *ptr)
{
	char *block = (char *)ptr - __PAGE_SIZE;
	unsigned long flags;

	if (!ptr || keep(ptr, (heap_size_of(block) >> __PAGE_SHIFT) - 1))
		return;
	flags = ukplat_lcpu_save_irqf();
	paging_protect((__u64)block, __PAGE_SIZE, PAGING_RW);
	ukplat_lcpu_restore_irqf(flags);
	uk_free(memory, block);
}

static struct uk_alloc allocator = {
	.malloc = stack_malloc,
	.memalign = stack_memalign,
	.free = stack_free,
};

struct uk_alloc *uk_allocstack_init(struct uk_alloc *a)
{
	memory = a;
	return &allocator;
}
