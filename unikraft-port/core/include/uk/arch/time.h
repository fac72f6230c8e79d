/* SPDX-License-Identifier: BSD-3-Clause */
/* Time in nanoseconds. */
#ifndef __UKARCH_TIME_H__
#define __UKARCH_TIME_H__

#include <uk/arch/limits.h>
#include <uk/arch/types.h>

typedef __u64 __nsec;
typedef __s64 __snsec;

#define __NSEC_MAX			__U64_MAX
#define __SNSEC_MAX			__S64_MAX

#define UKARCH_NSEC_PER_SEC		1000000000L
#define ukarch_time_nsec_to_sec(ns)	((ns) / UKARCH_NSEC_PER_SEC)
#define ukarch_time_nsec_to_msec(ns)	((ns) / 1000000L)
#define ukarch_time_nsec_to_usec(ns)	((ns) / 1000L)
#define ukarch_time_subsec(ns)		((ns) % UKARCH_NSEC_PER_SEC)
#define ukarch_time_sec_to_nsec(sec)	((sec) * UKARCH_NSEC_PER_SEC)
#define ukarch_time_msec_to_nsec(msec)	((msec) * 1000000L)
#define ukarch_time_usec_to_nsec(usec)	((usec) * 1000L)

#endif /* __UKARCH_TIME_H__ */
