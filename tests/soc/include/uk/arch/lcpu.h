/* SPDX-License-Identifier: BSD-3-Clause */
/* The processor, as a host test sees it: every register access is a call. */
#ifndef __UKARCH_LCPU_H__
#define __UKARCH_LCPU_H__

#include <uk/essentials.h>

#define CACHE_LINE_SIZE	64

struct __regs {
	int unused;
};

__u32 ioreg_read32(const volatile __u32 *address);
void ioreg_write32(const volatile __u32 *address, __u32 value);

/* What is no register access but has its place among them */
void host_note(const char *what);
__u64 host_sysreg(const char *name);

#define dsb(opt)		host_note("dsb " #opt)
#define SYSREG_READ64(reg)	host_sysreg(#reg)

static inline void ukarch_spinwait(void)
{
}

#endif /* __UKARCH_LCPU_H__ */
