/* SPDX-License-Identifier: BSD-3-Clause */
/* The AArch64 processor: trap frame, barriers, system and device registers. */
#ifndef __UKARCH_LCPU_H__
#define __UKARCH_LCPU_H__

#include <uk/essentials.h>

#define CACHE_LINE_SIZE		64

/* Offsets into struct __regs, for assembly */
#define __REGS_OFF_X(n)		((n) * 8)
#define __REGS_OFF_LR		240
#define __REGS_OFF_ELR		248
#define __REGS_OFF_SPSR		256
#define __REGS_OFF_ESR		264
#define __REGS_OFF_SP		272
#define __REGS_SIZEOF		288

#ifndef __ASSEMBLY__
/*
 * The state of an interrupted thread. An interrupt saves what a C function
 * may change (x0-x18, x29, lr) and leaves x19-x28 where they are: in the
 * registers. A synchronous exception saves all.
 */
struct __regs {
	__u64 x[30];
	__u64 lr;
	__u64 elr_el1;
	__u64 spsr_el1;
	__u64 esr_el1;
	__u64 sp;
	__u8 pad[8];
};
UK_CTASSERT(sizeof(struct __regs) == __REGS_SIZEOF);
UK_CTASSERT(__offsetof(struct __regs, lr) == __REGS_OFF_LR);
UK_CTASSERT(__offsetof(struct __regs, sp) == __REGS_OFF_SP);

static inline __uptr ukarch_regs_get_sp(struct __regs *r)
{
	return r->sp;
}

static inline __uptr ukarch_regs_get_pc(struct __regs *r)
{
	return r->elr_el1;
}

#define isb()		__asm__ __volatile__("isb" ::: "memory")
#define dmb(opt)	__asm__ __volatile__("dmb " #opt ::: "memory")
#define dsb(opt)	__asm__ __volatile__("dsb " #opt ::: "memory")
#define mb()		dsb(sy)
#define rmb()		dsb(ld)
#define wmb()		dsb(st)

#define SYSREG_READ64(reg) ({						\
	__u64 __val;							\
	__asm__ __volatile__("mrs %0, " STRINGIFY(reg) : "=r"(__val));	\
	__val;								\
})
#define SYSREG_WRITE64(reg, val)					\
	__asm__ __volatile__("msr " STRINGIFY(reg) ", %x0"		\
			     :: "rZ"((__u64)(val)) : "memory")
#define SYSREG_READ(reg)	SYSREG_READ64(reg)
#define SYSREG_WRITE(reg, val)	SYSREG_WRITE64(reg, val)

static inline __u8 ioreg_read8(const volatile __u8 *address)
{
	__u8 value;

	__asm__ __volatile__("ldrb %w0, [%1]" : "=r"(value) : "r"(address)
			     : "memory");
	return value;
}

static inline void ioreg_write8(const volatile __u8 *address, __u8 value)
{
	__asm__ __volatile__("strb %w0, [%1]" :: "rZ"(value), "r"(address)
			     : "memory");
}

static inline __u32 ioreg_read32(const volatile __u32 *address)
{
	__u32 value;

	__asm__ __volatile__("ldr %w0, [%1]" : "=r"(value) : "r"(address)
			     : "memory");
	return value;
}

static inline void ioreg_write32(const volatile __u32 *address, __u32 value)
{
	__asm__ __volatile__("str %w0, [%1]" :: "rZ"(value), "r"(address)
			     : "memory");
}

static inline unsigned long ukarch_read_sp(void)
{
	unsigned long sp;

	__asm__ __volatile__("mov %0, sp" : "=r"(sp));
	return sp;
}

/* Every spin loop yields, so that an emulator can run the other side. */
static inline void ukarch_spinwait(void)
{
	__asm__ __volatile__("yield" ::: "memory");
}
#endif /* !__ASSEMBLY__ */
#endif /* __UKARCH_LCPU_H__ */
