/* SPDX-License-Identifier: BSD-3-Clause */
/* Between boot.S, where the other cores sleep, and smp.c, which sends them. */
#ifndef __SMP_H__
#define __SMP_H__

/* What a core that sleeps has written: no value that memory has by chance. */
#define PARKED		0x70617264

#ifndef __ASSEMBLY__
#include <uk/essentials.h>

extern volatile __u32 parked_cores[];

/* The address that a core is sent to. */
extern char park[];
#endif

#endif /* __SMP_H__ */
