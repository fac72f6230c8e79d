/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A flattened device tree in one pass: memory and boot arguments.
 *
 * Format: Devicetree Specification v0.4, chapter 5. The board's own data
 * comes from its descriptor; the tree only says what differs from machine to
 * machine, so it is walked once, without an index.
 */
#include <board.h>
#include <image.h>
#include <string.h>

#define FDT_MAGIC	0xd00dfeedU
#define FDT_BEGIN_NODE	1U
#define FDT_END_NODE	2U
#define FDT_PROP	3U
#define FDT_NOP		4U

struct fdt_header {
	__u32 magic;
	__u32 totalsize;
	__u32 off_dt_struct;
	__u32 off_dt_strings;
	__u32 off_mem_rsvmap;
	__u32 version;
	__u32 last_comp_version;
	__u32 boot_cpuid_phys;
	__u32 size_dt_strings;
	__u32 size_dt_struct;
};

enum node { OTHER, MEMORY, CHOSEN };

struct walk {
	const __u32 *at;
	const __u32 *end;
	const char *strings;
	__u32 strings_size;
	unsigned int depth;
	enum node node;			/* which one of the root's children */
	__u32 address_cells, size_cells;
	struct devicetree_facts *facts;
};

static inline __u32 be32(__u32 value)
{
	return __builtin_bswap32(value);
}

static __u64 cells(const __u32 *at, __u32 count)
{
	__u64 value = 0;

	while (count--)
		value = value << 32 | be32(*at++);
	return value;
}

/* A name ends in the first word with a zero byte. */
static const __u32 *skip_name(const __u32 *at, const __u32 *end)
{
	while (at < end) {
		__u32 word = *at++;

		if ((word - 0x01010101U) & ~word & 0x80808080U)
			break;
	}
	return at;
}

static void begin_node(struct walk *walk)
{
	const char *name = (const char *)walk->at;

	walk->depth++;
	if (walk->depth == 2) {
		walk->node = OTHER;
		if (!strncmp(name, "memory@", 7))
			walk->node = MEMORY;
		else if (!strcmp(name, "chosen"))
			walk->node = CHOSEN;
	}
	walk->at = skip_name(walk->at, walk->end);
}

static void root_property(struct walk *walk, const char *name,
			  const __u32 *value)
{
	if (!strcmp(name, "#address-cells"))
		walk->address_cells = be32(*value);
	else if (!strcmp(name, "#size-cells"))
		walk->size_cells = be32(*value);
}

static void child_property(struct walk *walk, const char *name,
			   const __u32 *value, __u32 len)
{
	struct devicetree_facts *facts = walk->facts;
	__u32 address_cells = walk->address_cells;

	if (walk->node == CHOSEN && !strcmp(name, "bootargs")
	    && len && !((const char *)value)[len - 1]) {
		facts->bootargs = (const char *)value;
	} else if (walk->node == MEMORY && !strcmp(name, "reg")
		   && !facts->memory_size
		   && len >= 4 * (address_cells + walk->size_cells)) {
		facts->memory_base = cells(value, address_cells);
		facts->memory_size = cells(value + address_cells,
					   walk->size_cells);
	}
}

static void property(struct walk *walk)
{
	const __u32 *value = walk->at + 2;
	const char *name;
	__u32 len;

	if (value > walk->end || be32(walk->at[1]) >= walk->strings_size
	    || be32(walk->at[0]) > 4 * (__u64)(walk->end - value)) {
		walk->at = walk->end;	/* damaged: the rest is not believed */
		return;
	}
	len = be32(walk->at[0]);
	name = walk->strings + be32(walk->at[1]);
	if (walk->depth == 1)
		root_property(walk, name, value);
	else if (walk->depth == 2 && walk->node != OTHER)
		child_property(walk, name, value, len);
	walk->at = value + ALIGN_UP(len, 4U) / 4;
}

static bool in_ram(__u64 base, __u64 size)
{
	unsigned int i;

	for (i = 0; i < board.ram_count; i++) {
		const struct board_region *ram = &board.ram[i];

		if (base >= ram->base && base - ram->base + size <= ram->size)
			return true;
	}
	return false;
}

static bool is_devicetree(const struct fdt_header *header)
{
	__u64 base = (__u64)header;

	return base && IS_ALIGNED(base, 8) && in_ram(base, sizeof(*header))
	       && be32(header->magic) == FDT_MAGIC
	       && in_ram(base, be32(header->totalsize))
	       && (__u64)be32(header->off_dt_strings)
		  + be32(header->size_dt_strings) <= be32(header->totalsize)
	       && (__u64)be32(header->off_dt_struct)
		  + be32(header->size_dt_struct) <= be32(header->totalsize);
}

void devicetree_scan(const void *blob, struct devicetree_facts *facts)
{
	const struct fdt_header *header = blob;
	struct walk walk = { .facts = facts, .address_cells = 2,
			     .size_cells = 1 };

	memset(facts, 0, sizeof(*facts));
	if (!is_devicetree(header))
		return;
	facts->size = be32(header->totalsize);
	walk.at = (const __u32 *)((const char *)blob
				  + be32(header->off_dt_struct));
	walk.end = walk.at + be32(header->size_dt_struct) / 4;
	walk.strings = (const char *)blob + be32(header->off_dt_strings);
	walk.strings_size = be32(header->size_dt_strings);
	while (walk.at < walk.end) {
		switch (be32(*walk.at++)) {
		case FDT_BEGIN_NODE:
			begin_node(&walk);
			break;
		case FDT_PROP:
			property(&walk);
			break;
		case FDT_END_NODE:
			walk.depth--;
			break;
		case FDT_NOP:
			break;
		default:	/* FDT_END, or not what it says it is */
			return;
		}
	}
}
