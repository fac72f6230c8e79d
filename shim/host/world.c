/* SPDX-License-Identifier: BSD-3-Clause */
/* A fresh world for each test: this library's variables, as they were loaded. */
#define _GNU_SOURCE
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include "host.h"
#include "host_world.h"

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/common_interface_defs.h>
#endif

/* ---- Memory of the world ---- */

static struct block {
	void *memory;
	size_t bytes;
} *blocks;
static size_t block_count, block_room;

void *host_obtain(size_t bytes)
{
	if (block_count == block_room) {
		block_room = block_room ? 2 * block_room : 64;
		blocks = realloc(blocks, block_room * sizeof(*blocks));
	}
	blocks[block_count] = (struct block) { malloc(bytes), bytes };
	return blocks[block_count++].memory;
}

size_t host_release(void *block)
{
	size_t i = block_count, bytes;

	while (i-- > 0) {
		if (blocks[i].memory == block) {
			bytes = blocks[i].bytes;
			memset(block, 0xdd, bytes);
			free(block);
			blocks[i] = blocks[--block_count];
			return bytes;
		}
	}
	fprintf(stderr, "host core: %p is freed and was not allocated\n",
		block);
	abort();
}

static void blocks_free(void)
{
	while (block_count)
		free(blocks[--block_count].memory);
	free(blocks);
}

/* ---- The variables ---- */

/* Where they lie, and a copy from before anything ran. */
static struct image {
	uint64_t *start;
	size_t words;
	uint64_t *copy;
	unsigned long world;
} image;

/* Find the writable segment that `image` itself lies in. */
static int image_find(struct dl_phdr_info *info, size_t size, void *arg)
{
	uintptr_t self = (uintptr_t)&image, from = 0, to = 0, relro = 0;
	const ElfW(Phdr) *p;
	uintptr_t begin;

	(void)size, (void)arg;
	for (p = info->dlpi_phdr; p < info->dlpi_phdr + info->dlpi_phnum; p++) {
		begin = info->dlpi_addr + p->p_vaddr;
		if (p->p_type == PT_LOAD && begin <= self
		    && self < begin + p->p_memsz) {
			from = begin;
			to = begin + p->p_memsz;
		} else if (p->p_type == PT_GNU_RELRO) {
			relro = (begin + p->p_memsz) & ~4095UL;
		}
	}
	if (!from)
		return 0;
	/* What the loader has made read-only does not change. */
	from = relro > from ? relro : (from + 7) & ~7UL;
	image.start = (uint64_t *)from;
	image.words = (to - from) / sizeof(uint64_t);
	return 1;
}

/*
 * Word by word and not by memcpy(): AddressSanitizer has forbidden zones
 * between variables, which are copied too.
 */
__attribute__((no_sanitize("address"), noinline))
static void copy_words(volatile uint64_t *to, const volatile uint64_t *from,
		       size_t count)
{
	while (count--)
		*to++ = *from++;
}

unsigned long host_world(void)
{
	return image.world;
}

unsigned long host_begin(void)
{
	struct image keep;

	if (!image.copy) {
		dl_iterate_phdr(image_find, NULL);
		keep = image;
		keep.copy = malloc(keep.words * sizeof(uint64_t));
		copy_words(keep.copy, keep.start, keep.words);
	} else {
		keep = image;
		blocks_free();
		copy_words(keep.start, keep.copy, keep.words);
	}
	keep.world++;
	image = keep;
	return image.world;
}

/* ---- Fibers ---- */

struct host_fiber {
	ucontext_t context;
	void *stack;	/* of the outside: learned on the first switch */
	size_t bytes;
	void *shadow;	/* AddressSanitizer's, while it does not run */
	void (*entry)(void);
};

struct host_fiber host_outside;
static struct host_fiber *from_fiber, *running_fiber;

/* First thing on the other side of a switch. */
static void fiber_arrive(struct host_fiber *self)
{
#ifdef __SANITIZE_ADDRESS__
	const void *stack;
	size_t bytes;

	__sanitizer_finish_switch_fiber(self->shadow, &stack, &bytes);
	if (from_fiber == &host_outside) {
		host_outside.stack = (void *)stack;
		host_outside.bytes = bytes;
	}
#else
	(void)self;
#endif
}

static void fiber_entry(void)
{
	struct host_fiber *self = running_fiber;

	fiber_arrive(self);
	self->entry();
	abort();
}

struct host_fiber *host_fiber_create(void *stack, size_t bytes,
				     void (*entry)(void))
{
	struct host_fiber *fiber = host_obtain(sizeof(*fiber));

	getcontext(&fiber->context);
	fiber->context.uc_stack.ss_sp = stack;
	fiber->context.uc_stack.ss_size = bytes;
	fiber->stack = stack;
	fiber->bytes = bytes;
	fiber->shadow = NULL;
	fiber->entry = entry;
	makecontext(&fiber->context, fiber_entry, 0);
	return fiber;
}

void host_fiber_switch(struct host_fiber *from, struct host_fiber *to)
{
	from_fiber = from;
	running_fiber = to;
#ifdef __SANITIZE_ADDRESS__
	__sanitizer_start_switch_fiber(&from->shadow, to->stack, to->bytes);
#endif
	swapcontext(&from->context, &to->context);
	fiber_arrive(from);
}
