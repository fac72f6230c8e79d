/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Included before psci.c and bcm2835_mbox.c: takes the place of the headers
 * that hold instructions which no host has.
 */
#define __PSCI_CALL_H__
#define __BCM2835_MBOX_CACHE_H__

#include <uk/arch/lcpu.h>

__s64 psci_call_smc(__u64 function, __u64 a, __u64 b, __u64 c);
__s64 psci_call_hvc(__u64 function, __u64 a, __u64 b, __u64 c);
void bcm2835_mbox_cache_flush(const void *start, __sz size);
