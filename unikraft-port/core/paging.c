/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Translation tables: 4 KiB granule, 39-bit addresses, one to one.
 *
 * Descriptors as in the Arm Architecture Reference Manual (DDI 0487), D8.3.
 * paging_build() runs before the MMU is on and before .bss is zeroed.
 */
#include <board.h>
#include <errno.h>
#include <image.h>
#include <paging.h>
#include <string.h>
#include <uk/arch/lcpu.h>
#include <uk/arch/limits.h>

#define DESC_VALID		(1UL << 0)
#define DESC_TABLE		(1UL << 1)	/* a page, on level 3 */
#define DESC_ATTR(index)	((__u64)(index) << 2)
#define DESC_READ_ONLY		(1UL << 7)
#define DESC_INNER_SHAREABLE	(3UL << 8)
#define DESC_ACCESSED		(1UL << 10)
#define DESC_PXN		(1UL << 53)
#define DESC_UXN		(1UL << 54)
#define DESC_ADDRESS		0x0000fffffffff000UL

/* Indices into MAIR_EL1, set in boot.S */
#define MAIR_DEVICE		0
#define MAIR_WRITE_BACK		1
#define MAIR_UNCACHED		2

#define ENTRIES			512UL
#define LEVEL_SHIFT(level)	(39 - 9 * (level))

/* In .data: they are in use before .bss is zeroed. */
static __section(".data") __u64 *root;
static __section(".data") __u64 *free_tables;
static __section(".data") unsigned int free_count;
static __section(".data") __u64 end;

#define MEMORY	(DESC_VALID | DESC_ACCESSED | DESC_UXN	\
		 | DESC_INNER_SHAREABLE | DESC_ATTR(MAIR_WRITE_BACK))
#define OTHERS	(DESC_VALID | DESC_ACCESSED | DESC_UXN | DESC_PXN)

static const __u64 rights_bits[] = {
	[PAGING_NONE] = 0,
	[PAGING_RX] = MEMORY | DESC_READ_ONLY,
	[PAGING_RO] = MEMORY | DESC_READ_ONLY | DESC_PXN,
	[PAGING_RW] = MEMORY | DESC_PXN,
	[PAGING_UNCACHED] = OTHERS | DESC_ATTR(MAIR_UNCACHED),
	[PAGING_DEVICE] = OTHERS | DESC_ATTR(MAIR_DEVICE),
};

static bool mmu_is_on(void)
{
	return SYSREG_READ64(sctlr_el1) & 1;
}

static __u64 *new_table(void)
{
	__u64 *table = free_tables;

	if (!free_count)
		return NULL;
	free_count--;
	free_tables += ENTRIES;
	return memset(table, 0, ENTRIES * sizeof(*table));
}

static void forget(__u64 address)
{
	__asm__ __volatile__("dsb ishst\n\t"
			     "tlbi vaae1is, %0\n\t"
			     "dsb ish\n\t"
			     "isb" :: "r"(address >> __PAGE_SHIFT) : "memory");
}

/*
 * Replace a live entry: invalid in between, as the architecture demands
 * (D8.14, break-before-make). No memory is touched meanwhile, for the stack
 * and this very code may lie under the entry's neighbours.
 */
static void replace(__u64 *entry, __u64 value, __u64 address)
{
	__asm__ __volatile__("str xzr, [%0]\n\t"
			     "dsb ishst\n\t"
			     "tlbi vaae1is, %2\n\t"
			     "dsb ish\n\t"
			     "isb\n\t"
			     "str %1, [%0]\n\t"
			     "dsb ishst\n\t"
			     "isb"
			     :: "r"(entry), "r"(value),
			        "r"(address >> __PAGE_SHIFT) : "memory");
}

/* Turn a block into a table of smaller ones with the same rights. */
static int split(__u64 *entry, unsigned int level, __u64 address)
{
	const __u64 step = 1UL << LEVEL_SHIFT(level + 1);
	const __u64 bits = *entry & ~DESC_ADDRESS;
	const __u64 type = level + 1 == 3 ? DESC_TABLE : 0;
	__u64 *table = new_table();
	__u64 base = *entry & DESC_ADDRESS;
	unsigned int i;

	if (!table)
		return -ENOMEM;
	if (bits & DESC_VALID) {
		for (i = 0; i < ENTRIES; i++, base += step)
			table[i] = base | bits | type;
		dsb(ishst);
	}
	if (mmu_is_on() && (bits & DESC_VALID))
		replace(entry, (__u64)table | DESC_TABLE | DESC_VALID, address);
	else
		*entry = (__u64)table | DESC_TABLE | DESC_VALID;
	return 0;
}

/* The largest step from @p base that stays in the range and aligned. */
static unsigned int best_level(__u64 base, __u64 size)
{
	unsigned int level;

	for (level = 1; level < 3; level++) {
		__u64 block = 1UL << LEVEL_SHIFT(level);

		if (IS_ALIGNED(base, block) && size >= block)
			break;
	}
	return level;
}

static bool is_table(__u64 entry)
{
	return (entry & (DESC_VALID | DESC_TABLE)) == (DESC_VALID | DESC_TABLE);
}

/* The entry for @p base on @p level, or on a deeper one if it is split. */
static __u64 *entry_for(__u64 base, unsigned int *level)
{
	__u64 *table = root;
	unsigned int at = 1;

	for (;; at++) {
		__u64 *entry = &table[(base >> LEVEL_SHIFT(at)) % ENTRIES];

		if (at == 3 || (at >= *level && !is_table(*entry))) {
			*level = at;
			return entry;
		}
		if (!is_table(*entry) && split(entry, at, base))
			return NULL;
		table = (__u64 *)(*entry & DESC_ADDRESS);
	}
}

int paging_protect(__u64 base, __u64 size, enum paging_rights rights)
{
	const __u64 bits = rights_bits[rights];
	const bool live = mmu_is_on();

	while (size) {
		unsigned int level = best_level(base, size);
		__u64 *entry = entry_for(base, &level);
		__u64 step = 1UL << LEVEL_SHIFT(level);
		__u64 was;

		if (!entry)
			return -ENOMEM;
		was = *entry;
		*entry = bits ? base | bits | (level == 3 ? DESC_TABLE : 0) : 0;
		/* A fault is not cached: what was invalid needs no flush. */
		if (live && (was & DESC_VALID))
			forget(base);
		else if (live)
			dsb(ishst);
		base += step;
		size -= step;
	}
	if (live)
		isb();
	return 0;
}

void paging_add_tables(void *pages, unsigned int count)
{
	free_tables = pages;
	free_count = count;
}

__u64 paging_end(void)
{
	return end;
}

static void map_range(const char *from, const char *to,
		      enum paging_rights rights)
{
	paging_protect((__u64)from, (__u64)(to - from), rights);
}

/*
 * What may have been left in the cache by whoever ran before must not hide
 * the tables once the cache is on.
 */
static void drop_cached(const __u64 *from, const __u64 *to)
{
	const char *line;

	for (line = (const char *)from; line < (const char *)to;
	     line += CACHE_LINE_SIZE)
		__asm__ __volatile__("dc ivac, %0" :: "r"(line) : "memory");
	dsb(sy);
}

/* Table pages set aside after the image for boot and for guard pages. */
#define BOOT_TABLES	8

/* Called from boot.S, MMU off: build the tables and return the root. */
__u64 *paging_build(void)
{
	__u64 *tables = (__u64 *)__image_end;
	unsigned int i;

	paging_add_tables(tables, BOOT_TABLES);
	root = new_table();
	for (i = 0; i < board.ram_count; i++)
		paging_protect(board.ram[i].base, board.ram[i].size, PAGING_RW);
	for (i = 0; i < board.mmio_count; i++)
		paging_protect(board.mmio[i].base, board.mmio[i].size,
			       PAGING_DEVICE);
	map_range(__text_start, __text_end, PAGING_RX);
	map_range(__rodata_start, __rodata_end, PAGING_RO);
	map_range(__main_guard, __main_stack, PAGING_NONE);
	map_range(__exception_guard, __exception_stack, PAGING_NONE);
	drop_cached(tables, free_tables);
	end = (__u64)(tables + BOOT_TABLES * ENTRIES);
	return root;
}
