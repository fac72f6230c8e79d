/* SPDX-License-Identifier: BSD-3-Clause */
/* Fast calls of firmware: Arm DEN 0028, SMC Calling Convention, SMC64. */
#ifndef __PSCI_CALL_H__
#define __PSCI_CALL_H__

#include <uk/essentials.h>

/*
 * DEN 0028, 2.6: results in x0 to x3, up to x17 may be changed (SMCCC before
 * 1.1), x18 to x30 are kept.
 */
#define PSCI_CALL_BODY(instruction)					\
	register __u64 x0 __asm__("x0") = function;			\
	register __u64 x1 __asm__("x1") = a;				\
	register __u64 x2 __asm__("x2") = b;				\
	register __u64 x3 __asm__("x3") = c;				\
									\
	__asm__ __volatile__(instruction				\
			     : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3)	\
			     :						\
			     : "x4", "x5", "x6", "x7", "x8", "x9",	\
			       "x10", "x11", "x12", "x13", "x14", "x15", \
			       "x16", "x17", "memory");			\
	return (__s64)x0

static inline __s64 psci_call_smc(__u64 function, __u64 a, __u64 b, __u64 c)
{
	PSCI_CALL_BODY("smc #0");
}

static inline __s64 psci_call_hvc(__u64 function, __u64 a, __u64 b, __u64 c)
{
	PSCI_CALL_BODY("hvc #0");
}

#endif /* __PSCI_CALL_H__ */
