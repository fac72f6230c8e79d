/* SPDX-License-Identifier: BSD-3-Clause */
/* The places that image.ld names, and what the files of the core share. */
#ifndef __IMAGE_H__
#define __IMAGE_H__

#include <uk/essentials.h>

struct __regs;

extern char __image_start[], __image_end[];
extern char __text_start[], __text_end[];
extern char __rodata_start[], __rodata_end[];
extern char __data_start[];
extern char __main_guard[], __main_stack[], __main_stack_top[];
extern char __exception_guard[], __exception_stack[], __exception_stack_top[];
extern char __tls_start[], __tls_end[], __tls_load_size[];

/* exit.c: end the machine; @p status is the emulator's exit status. */
void core_exit(int status) __noreturn;
#define CORE_EXIT_CRASH		127

/* heap.c: the default allocator, empty until memory is added. */
struct uk_alloc *heap_init(void);

/* heap.c: the bytes that a block of the heap can hold. */
__sz heap_size_of(void *ptr);

/* devicetree.c: facts of a flattened device tree, read in one pass. */
struct devicetree_facts {
	__u64 memory_base;
	__u64 memory_size;		/* 0: not said */
	const char *bootargs;		/* NULL: not said */
	__u64 size;			/* of the blob; 0: not a device tree */
};
void devicetree_scan(const void *blob, struct devicetree_facts *facts);

/* args.c: split the boot arguments, keep those of uk-board itself. */
struct core_args {
	int argc;
	char **argv;
};
void args_init(const char *bootargs, struct core_args *args);

/* smp.c: put the other cores to sleep for good. */
void smp_park_others(void);

/* fp.c: the trap of the first FP/SIMD instruction; false: not allowed. */
bool fp_trap(void);

/* exit.c: the semihosting call found nobody. */
bool exit_trap(struct __regs *regs);

/* trap.c: the report of a crash, with the current thread's backtrace. */
void trap_report(const char *cause, struct __regs *regs);

/* print.c: console output that waits for nobody. */
void core_puts_raw(const char *s);

#endif /* __IMAGE_H__ */
