/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Synchronous exceptions: two that are repaired, and the crash report.
 *
 * The report's lines are read by uk-board, which resolves the addresses.
 * Exception classes and fault codes: Arm ARM (DDI 0487) D19.2.40, ESR_EL1.
 */
#include <image.h>
#include <stdio.h>
#include <string.h>
#include <uk/arch/lcpu.h>
#include <uk/arch/limits.h>
#include <uk/sched.h>

#define ESR_CLASS(esr)		((unsigned int)((esr) >> 26) & 0x3f)
#define ESR_FAULT(esr)		((unsigned int)(esr) & 0x3f)
#define ESR_IS_WRITE(esr)	((esr) & (1UL << 6))

#define CLASS_UNKNOWN		0x00
#define CLASS_FP_ACCESS		0x07
#define CLASS_INSTRUCTION_ABORT	0x21
#define CLASS_DATA_ABORT	0x25

static const struct {
	__u8 class;
	const char *what;
} classes[] = {
	{ CLASS_UNKNOWN, "undefined instruction" },
	{ CLASS_FP_ACCESS,
	  "FP/SIMD instruction where FP is not allowed (app.toml: fp)" },
	{ 0x0e, "illegal execution state" },
	{ 0x15, "SVC instruction" },
	{ 0x16, "HVC instruction" },
	{ 0x17, "SMC instruction" },
	{ 0x18, "system register trap" },
	{ 0x22, "misaligned program counter" },
	{ 0x26, "misaligned stack pointer" },
	{ 0x2f, "SError" },
	{ 0x3c, "BRK instruction" },
};

static const char *class_name(unsigned int class)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(classes); i++) {
		if (classes[i].class == class)
			return classes[i].what;
	}
	return "unknown exception";
}

static const char *fault_name(unsigned int fault)
{
	if (fault == 0x10)
		return "external abort: no device answers";
	if (fault == 0x21)
		return "misaligned access";
	switch (fault >> 2) {
	case 0:
		return "address size fault";
	case 1:
		return "nothing is mapped";
	case 2:
		return "access flag fault";
	case 3:
		return "permission fault";
	default:
		return "fault";
	}
}

/* The thread whose guard page holds @p address; NULL: no guard page. */
static const char *guard_owner(__u64 address)
{
	struct uk_thread *self = uk_thread_current();
	struct uk_thread *t;

	if (address - (__u64)__main_guard < __PAGE_SIZE)
		return "main";
	if (address - (__u64)__exception_guard < __PAGE_SIZE)
		return "(exceptions)";
	if (!self || !self->sched)
		return NULL;
	uk_sched_foreach_thread(self->sched, t) {
		__u64 stack = (__u64)t->_mem.stack;

		if (stack && stack - 1 - address < __PAGE_SIZE)
			return t->name ? t->name : "(unnamed)";
	}
	return NULL;
}

static void describe(struct __regs *regs, char *text, __sz size)
{
	unsigned int class = ESR_CLASS(regs->esr_el1);
	__u64 far = SYSREG_READ64(far_el1);
	const char *owner;

	if (class != CLASS_DATA_ABORT && class != CLASS_INSTRUCTION_ABORT) {
		snprintf(text, size, "%s", class_name(class));
		return;
	}
	owner = guard_owner(far);
	if (owner) {
		snprintf(text, size,
			 "stack overflow in thread \"%s\": guard page "
			 "0x%016lx hit", owner, far & __PAGE_MASK);
		return;
	}
	snprintf(text, size, "%s 0x%016lx: %s",
		 class == CLASS_INSTRUCTION_ABORT
		 ? "instruction abort, jump to"
		 : ESR_IS_WRITE(regs->esr_el1) ? "data abort, write to"
					       : "data abort, read from",
		 far, fault_name(ESR_FAULT(regs->esr_el1)));
}

static bool is_code(__u64 address)
{
	return address - (__u64)__text_start
	       < (__u64)(__text_end - __text_start);
}

/* Only memory that surely is mapped: the stack between @p frame and its top. */
static bool is_frame(__u64 frame, __u64 sp)
{
	return IS_ALIGNED(frame, 16) && frame >= sp
	       && frame - sp < 64 * __PAGE_SIZE;
}

static void print_backtrace(struct __regs *regs)
{
	__u64 frame = regs->x[29];
	unsigned int depth;
	char text[24];

	core_puts_raw("*** backtrace:");
	for (depth = 0; depth < 16 && is_frame(frame, regs->sp); depth++) {
		__u64 next = ((__u64 *)frame)[0];
		__u64 address = ((__u64 *)frame)[1];

		if (!is_code(address))
			break;
		snprintf(text, sizeof(text), " 0x%lx", address);
		core_puts_raw(text);
		if (next <= frame)
			break;
		frame = next;
	}
	core_puts_raw("\n");
}

static void print_registers(struct __regs *regs)
{
	char line[128];
	unsigned int i;

	snprintf(line, sizeof(line),
		 "*** pc 0x%016lx lr 0x%016lx sp 0x%016lx\n",
		 regs->elr_el1, regs->lr, regs->sp);
	core_puts_raw(line);
	snprintf(line, sizeof(line),
		 "*** esr 0x%016lx far 0x%016lx spsr 0x%016lx\n",
		 regs->esr_el1, SYSREG_READ64(far_el1), regs->spsr_el1);
	core_puts_raw(line);
	for (i = 0; i < 30; i++) {
		snprintf(line, sizeof(line), "%sx%-2u 0x%016lx%s",
			 i % 4 ? " " : "*** ", i, regs->x[i],
			 i % 4 == 3 || i == 29 ? "\n" : "");
		core_puts_raw(line);
	}
}

void trap_report(const char *cause, struct __regs *regs)
{
	struct uk_thread *self = uk_thread_current();

	core_puts_raw("\n*** CRASH: ");
	core_puts_raw(cause);
	core_puts_raw("\n*** thread: ");
	/* SPSR.M[0]: the interrupted code ran on the exception stack */
	if (regs->spsr_el1 & 1)
		core_puts_raw("- (interrupt)");
	else
		core_puts_raw(self && self->name ? self->name : "- (boot)");
	core_puts_raw("\n");
	print_registers(regs);
	print_backtrace(regs);
	core_puts_raw("*** END CRASH\n");
}

static __noreturn void crash(const char *cause, struct __regs *regs)
{
	static int crashing;

	/* The report itself failed: say what can be said without trying. */
	if (crashing++) {
		if (crashing == 2)
			core_puts_raw("\n*** END CRASH (while reporting)\n");
		core_exit(CORE_EXIT_CRASH);
	}
	trap_report(cause, regs);
	core_exit(CORE_EXIT_CRASH);
}

void trap_sync(struct __regs *regs)
{
	unsigned int class = ESR_CLASS(regs->esr_el1);
	char cause[160];

	if (class == CLASS_FP_ACCESS && fp_trap())
		return;
	if (class == CLASS_UNKNOWN && exit_trap(regs))
		return;
	describe(regs, cause, sizeof(cause));
	crash(cause, regs);
}

/* In an interrupt or a crash: FP is nobody's to use there. */
void trap_sync_in_core(struct __regs *regs)
{
	char cause[160];

	if (ESR_CLASS(regs->esr_el1) == CLASS_UNKNOWN && exit_trap(regs))
		return;
	describe(regs, cause, sizeof(cause));
	crash(cause, regs);
}

void trap_serror(struct __regs *regs)
{
	crash("SError: a device or memory reported an error", regs);
}

void trap_unexpected(struct __regs *regs)
{
	crash("an exception that nothing here can raise", regs);
}

void _uk_assert_fail(const char *expr, const char *file, int line)
{
	struct __regs regs;
	char cause[160];

	ukplat_lcpu_disable_irq();
	memset(&regs, 0, sizeof(regs));
	regs.elr_el1 = (__u64)__builtin_return_address(0);
	regs.x[29] = (__u64)__builtin_frame_address(0);
	regs.sp = ukarch_read_sp();
	regs.spsr_el1 = SYSREG_READ64(spsel);
	snprintf(cause, sizeof(cause), "assertion failed: %s, %s:%d",
		 expr, file, line);
	crash(cause, &regs);
}
