/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The other cores: woken from the firmware's loop only to sleep better.
 *
 * Firmware leaves them polling a table of addresses in low memory (the
 * "spin-table" of the device tree bindings). That loop costs power and, in
 * an emulator, most of the host's time; and the page it lies in cannot be
 * taken away while they are there.
 */
#include <board.h>
#include <image.h>
#include <paging.h>
#include <smp.h>
#include <uk/arch/lcpu.h>
#include <uk/arch/limits.h>
#include <uk/print.h>

/* A core that does not come is broken or absent: no reason not to boot. */
#define PARK_TRIES	1000000U

static void write_back(const volatile void *address)
{
	__asm__ __volatile__("dc civac, %0\n\tdsb sy" :: "r"(address)
			     : "memory");
}

static bool wait_parked(unsigned int core)
{
	unsigned int tries;

	for (tries = 0; tries < PARK_TRIES; tries++) {
		/* It writes past the cache, so do not read from ours. */
		write_back(parked_cores);
		if (parked_cores[core] == PARKED)
			return true;
		ukarch_spinwait();
	}
	return false;
}

void smp_park_others(void)
{
	unsigned int core;

	for (core = 1; board.spin_table && core < board.cores; core++) {
		volatile __u64 *slot;

		slot = (volatile __u64 *)(board.spin_table + 8 * core);
		*slot = (__u64)park;
		write_back(slot);
		__asm__ __volatile__("sev");
	}
	for (core = 1; board.spin_table && core < board.cores; core++) {
		if (!wait_parked(core))
			uk_pr_warn("core %u does not answer\n", core);
	}
	/* From now on a NULL pointer faults, on boards with RAM at 0. */
	paging_protect(0, __PAGE_SIZE, PAGING_NONE);
}
