/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The end of a program: its status goes to the emulator, or power goes off.
 *
 * Semihosting (Arm IHI 0100) is tried first: under QEMU with -semihosting it
 * makes the program's status the emulator's. Elsewhere HLT is an undefined
 * instruction, whose trap is caught in exit_trap(), and the board's own
 * power-off follows. So one image serves both.
 */
#include <board.h>
#include <image.h>
#include <stdlib.h>
#include <uk/arch/lcpu.h>
#include <uk/assert.h>
#include <uk/plat/bootstrap.h>
#include <uk/plat/lcpu.h>

#define SEMIHOSTING_EXIT_EXTENDED	0x20
#define ADP_STOPPED_APPLICATION_EXIT	0x20026

/* The address of the one HLT instruction, so that its trap is known. */
extern char exit_hlt[];

static __noinline void semihosting_exit(int status)
{
	__u64 block[2] = { ADP_STOPPED_APPLICATION_EXIT, (__u64)status };
	register __u64 operation __asm__("x0") = SEMIHOSTING_EXIT_EXTENDED;
	register __u64 *argument __asm__("x1") = block;

	__asm__ __volatile__(".global exit_hlt\n"
			     "exit_hlt:\n\t"
			     "hlt #0xf000"
			     : "+r"(operation) : "r"(argument) : "memory");
}

bool exit_trap(struct __regs *regs)
{
	if (regs->elr_el1 != (__u64)exit_hlt)
		return false;
	regs->elr_el1 += 4;
	return true;
}

__noinline void core_exit(int status)
{
	ukplat_lcpu_disable_irq();
	/* What is still in the UART would go with the power. */
	if (board.console_flush)
		board.console_flush();
	semihosting_exit(status);
	if (board.power_off)
		board.power_off();
	ukplat_lcpu_halt();
}

void ukplat_terminate(enum ukplat_gstate request)
{
	ukplat_lcpu_disable_irq();
	if (request == UKPLAT_RESTART && board.reset) {
		if (board.console_flush)
			board.console_flush();
		board.reset();
	}
	core_exit(request == UKPLAT_CRASH ? CORE_EXIT_CRASH : 0);
}

void ukplat_lcpu_halt(void)
{
	ukplat_lcpu_disable_irq();
	for (;;)
		__asm__ __volatile__("wfi");
}

void exit(int status)
{
	core_exit(status);
}

void abort(void)
{
	UK_CRASH("abort() was called\n");
}
