/* SPDX-License-Identifier: BSD-3-Clause */
/* From the first line of C to main(), in the order things need each other. */
#include <board.h>
#include <errno.h>
#include <image.h>
#include <paging.h>
#include <stdio.h>
#include <string.h>
#include <uk/alloc.h>
#include <uk/allocstack.h>
#include <uk/arch/limits.h>
#include <uk/assert.h>
#include <uk/init.h>
#include <uk/intctlr.h>
#include <uk/plat/time.h>
#include <uk/schedprio.h>

int main(int argc, char *argv[]);

__u64 core_entry_counter;
__u64 core_ram_bytes;

extern const struct uk_inittab_entry uk_inittab_start[];
extern const struct uk_inittab_entry uk_inittab_end[];

struct range {
	__u64 from, to;
};

/* Give [from, to) to the heap without what lies in @p holes. */
static void add_ram(struct uk_alloc *a, __u64 from, __u64 to,
		    const struct range *holes, unsigned int count)
{
	unsigned int i;

	for (i = 0; i < count && from < to; i++) {
		if (holes[i].to <= from || holes[i].from >= to)
			continue;
		if (holes[i].from > from)
			add_ram(a, from, holes[i].from, holes + i + 1,
				count - i - 1);
		from = holes[i].to;
	}
	/* A remnant that is too small to be a heap is no loss. */
	if (from < to)
		uk_alloc_addmem(a, (void *)from, to - from);
}

#define HOLES_MAX	16

/* All RAM but the image, what is below it, the device tree, the reserved. */
static struct uk_alloc *memory_init(const void *blob,
				    const struct devicetree_facts *tree)
{
	const __u64 image = (__u64)__image_start;
	struct range holes[HOLES_MAX];
	struct uk_alloc *a = heap_init();
	unsigned int i, count = 0;

	holes[count++] = (struct range){ ALIGN_DOWN(image, 0x200000UL),
					 paging_end() };
	if (tree->size)
		holes[count++] = (struct range){ (__u64)blob,
						 (__u64)blob + tree->size };
	for (i = 0; i < board.reserved_count && count < HOLES_MAX; i++)
		holes[count++] = (struct range){
			board.reserved[i].base,
			board.reserved[i].base + board.reserved[i].size };
	for (i = 0; i < board.ram_count; i++) {
		__u64 from = board.ram[i].base;
		__u64 to = from + board.ram[i].size;

		/* The machine may have less than the board could have. */
		if (tree->memory_size && tree->memory_base == from)
			to = MIN(to, from + tree->memory_size);
		core_ram_bytes += to - from;
		add_ram(a, from, to, holes, count);
	}
	return a;
}

static const char *cpu_name(void)
{
	/* MIDR_EL1.PartNum: Cortex-A53 TRM 4.3.1, Cortex-A72 TRM 4.3.1 */
	switch ((SYSREG_READ64(midr_el1) >> 4) & 0xfff) {
	case 0xd03:
		return "cortex-a53";
	case 0xd08:
		return "cortex-a72";
	default:
		return "aarch64";
	}
}

static void must(int rc, const char *what)
{
	if (rc < 0)
		UK_CRASH("%s failed: error %d\n", what, -rc);
}

static void interrupts_init(void)
{
	must(board.intctlr_init(), "interrupt controller");
	must(uk_intctlr_init(uk_alloc_get_default()), "interrupt controller");
	if (board.console_irq_init)
		must(board.console_irq_init(), "console interrupt");
}

static void scheduler_init(struct uk_alloc *a)
{
	struct uk_alloc *stacks = CONFIG_STACK_GUARD_PAGES
				  ? uk_allocstack_init(a) : a;
	struct uk_sched *s = uk_schedprio_create(a, stacks, stacks, a);

	must(s ? uk_sched_start(s) : -ENOMEM, "scheduler");
}

static void run_initcalls(struct core_args *args)
{
	struct uk_init_ctx context = { { args->argc, args->argv } };
	const struct uk_inittab_entry *entry;

	for (entry = uk_inittab_start; entry < uk_inittab_end; entry++) {
		if (entry->init)
			must(entry->init(&context), "initcall");
	}
}

/* Called from boot.S at EL3, if it was entered there: no MMU, no .bss. */
void core_secure_init(void)
{
	if (board.secure_init)
		board.secure_init();
}

/* Called from boot.S on the main stack, MMU on, interrupts masked. */
__noreturn void core_main(const void *blob, unsigned int level,
			  __u64 entry_counter)
{
	struct devicetree_facts tree;
	struct core_args args;
	struct uk_alloc *a;

	core_entry_counter = entry_counter;
	ukplat_time_init();
	if (board.pins_init)
		board.pins_init();
	must(board.console_init(), "console");
	devicetree_scan(blob, &tree);
	a = memory_init(blob, &tree);
	smp_park_others();
	args_init(tree.bootargs, &args);
	interrupts_init();
	scheduler_init(a);
	run_initcalls(&args);
	if (CONFIG_LIBUKBOOT_BANNER)
		printf("uk-board: %s %s EL%u %lu MiB\n", board.name,
		       cpu_name(), level, core_ram_bytes >> 20);
	core_exit(main(args.argc, args.argv));
}
