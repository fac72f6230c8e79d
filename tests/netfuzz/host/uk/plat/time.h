/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdint.h>
uint32_t sys_now(void);
#define ukplat_monotonic_clock()	(sys_now() * UINT64_C(1000000))
