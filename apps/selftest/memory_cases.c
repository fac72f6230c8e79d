/* SPDX-License-Identifier: BSD-3-Clause */
/* The heap, and the rights of the pages. */
#include <board.h>
#include <image.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/arch/limits.h>

#include "selftest.h"

#define BLOCKS	64U

static __u32 random_state = 12345;

/* Numerical Recipes' linear congruential generator: repeatable everywhere */
static __u32 next_random(void)
{
	random_state = random_state * 1664525U + 1013904223U;
	return random_state >> 8;
}

static bool is_filled(const __u8 *block, __sz size, __u8 value)
{
	__sz i;

	for (i = 0; i < size; i++) {
		if (block[i] != value)
			return false;
	}
	return true;
}

static void *random_block(struct uk_alloc *a, __sz *size)
{
	__u32 kind = next_random() % 8;

	*size = next_random() % (kind == 0 ? 20000 : 300) + 1;
	if (kind == 1)
		return uk_memalign(a, 4096, *size);
	if (kind == 2)
		return uk_memalign(a, 64, *size);
	return uk_malloc(a, *size);
}

/* Blocks do not overlap, keep their contents, and all come back. */
static void heap_keeps_blocks_apart(void)
{
	struct uk_alloc *a = uk_alloc_get_default();
	static __u8 *blocks[BLOCKS];
	static __sz sizes[BLOCKS];
	__ssz before = uk_alloc_availmem(a);
	unsigned int round, i;

	for (round = 0; round < 4000; round++) {
		i = next_random() % BLOCKS;
		if (blocks[i]) {
			CHECK(is_filled(blocks[i], sizes[i], (__u8)i));
			uk_free(a, blocks[i]);
			blocks[i] = NULL;
		} else {
			blocks[i] = random_block(a, &sizes[i]);
			CHECK(blocks[i] && IS_ALIGNED((__u64)blocks[i], 16));
			memset(blocks[i], (int)i, sizes[i]);
		}
	}
	for (i = 0; i < BLOCKS; i++) {
		uk_free(a, blocks[i]);
		blocks[i] = NULL;
	}
	CHECK(uk_alloc_availmem(a) == before);
}

static void heap_refuses_what_it_has_not(void)
{
	struct uk_alloc *a = uk_alloc_get_default();
	void *most;

	CHECK(!uk_malloc(a, 1UL << 50));
	CHECK(!uk_malloc(a, ~0UL));
	CHECK(!uk_malloc(a, (__sz)uk_alloc_availmem(a) + 1));
	CHECK(!uk_calloc(a, 1UL << 40, 1UL << 40));
	most = uk_malloc(a, (__sz)uk_alloc_maxalloc(a));
	CHECK(most);
	uk_free(a, most);
}

/* What the MMU says of an access, without making it. */
static bool may_read(const void *address)
{
	__u64 par;

	__asm__ __volatile__("at s1e1r, %1\n\tisb\n\tmrs %0, par_el1"
			     : "=r"(par) : "r"(address));
	return !(par & 1);
}

static bool may_write(const void *address)
{
	__u64 par;

	__asm__ __volatile__("at s1e1w, %1\n\tisb\n\tmrs %0, par_el1"
			     : "=r"(par) : "r"(address));
	return !(par & 1);
}

static void pages_have_their_rights(void)
{
	static const int constant = 1;
	static int variable;
	int local = 0;

	CHECK(may_read((void *)pages_have_their_rights));
	CHECK(!may_write((void *)pages_have_their_rights));
	CHECK(may_read(&constant) && !may_write(&constant));
	CHECK(may_write(&variable) && may_write(&local));
	CHECK(!may_read(NULL));
	CHECK(!may_read(__main_guard) && !may_read(__exception_guard));
	CHECK(may_write((void *)board.mmio[0].base));
}

static __noreturn void exit_at_once(void *arg __unused)
{
	uk_sched_thread_exit();
}

static void stacks_have_guard_pages(void)
{
	struct uk_thread *t = selftest_thread(exit_at_once, NULL,
					      SELFTEST_LOW, "guarded");
	char *stack = t->_mem.stack;

	CHECK(stack && IS_ALIGNED((__u64)stack, __PAGE_SIZE));
	CHECK(may_write(stack));
	CHECK(!may_read(stack - 1) && !may_read(stack - __PAGE_SIZE));
	selftest_sleep_us(2000);
}

const struct selftest_case memory_cases[] = {
	{ "heap.keeps_blocks_apart", heap_keeps_blocks_apart },
	{ "heap.refuses_what_it_has_not", heap_refuses_what_it_has_not },
	{ "pages.have_their_rights", pages_have_their_rights },
	{ "stacks.have_guard_pages", stacks_have_guard_pages },
	{ NULL, NULL }
};
