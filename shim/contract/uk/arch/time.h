/* SPDX-License-Identifier: BSD-3-Clause */
/* Time in nanoseconds. */
typedef unsigned long __nsec;
typedef long __snsec;
