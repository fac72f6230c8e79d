/* SPDX-License-Identifier: BSD-3-Clause */
/* Crashes on request: each proves that something is caught, and reported. */
#include <string.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>

#include "selftest.h"

/* For a thread to crash: an emulator's host may be busy with other things. */
#define PATIENCE_US	10000000

/* Not inlined, so that the backtrace has something to show. */
static __noinline void write_to(volatile __u32 *address)
{
	*address = 0xd503201f;
}

static void crash_wx(void)
{
	write_to((volatile __u32 *)selftest_crash);
}

static void crash_rodata(void)
{
	static const __u32 constant = 1;

	write_to(DECONST(volatile __u32 *, &constant));
}

static void crash_null(void)
{
	volatile __u32 *nothing;

	/* Out of the compiler's sight: it would turn NULL into a trap. */
	__asm__ __volatile__("mov %0, xzr" : "=r"(nothing));
	write_to(nothing + 1);
}

static void crash_exec(void)
{
	/* A RET instruction, in data */
	static __u32 code[] = { 0xd65f03c0 };
	void (*function)(void) = (void (*)(void))code;

	function();
}

static void crash_undef(void)
{
	__asm__ __volatile__("udf #0");
}

static void crash_assert(void)
{
	UK_ASSERT(1 + 1 == 3);
}

static void crash_fp(void)
{
	__asm__ __volatile__(".arch_extension fp\n\tfmov d0, xzr");
}

static __noinline __u64 recurse(volatile __u64 *below)
{
	volatile __u64 frame[32] = { below ? *below + 1 : 0 };

	/* Never reached: no stack is that deep. */
	if (frame[0] == 1UL << 32)
		return 0;
	return recurse(frame) + frame[0];
}

static __noreturn void overflow(void *arg __unused)
{
	recurse(NULL);
	uk_sched_thread_exit();
}

static void crash_guard(void)
{
	selftest_thread(overflow, NULL, SELFTEST_HIGH, "worker");
	selftest_sleep_us(PATIENCE_US);
}

static __noreturn void use_fp(void *arg __unused)
{
	crash_fp();
	uk_sched_thread_exit();
}

/* A thread that was made without room for FP registers. */
static void crash_no_fp(void)
{
	uk_sched_thread_create_fn1(uk_sched_current(), use_fp, NULL, 0, 0,
				   true, true, "nofp", NULL, NULL);
	selftest_sleep_us(PATIENCE_US);
}

static const struct {
	const char *kind;
	void (*provoke)(void);
} crashes[] = {
	{ "wx", crash_wx },
	{ "rodata", crash_rodata },
	{ "null", crash_null },
	{ "exec", crash_exec },
	{ "undef", crash_undef },
	{ "assert", crash_assert },
	{ "guard", crash_guard },
	{ "nofp", crash_no_fp },
};

void selftest_crash(const char *kind)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(crashes); i++) {
		if (!strcmp(crashes[i].kind, kind))
			crashes[i].provoke();
	}
}
